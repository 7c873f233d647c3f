"""Tables and charts (docs.slack.dev: table-block, data-table-block, data-visualization-block)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.slack.limits.objects import TYPE
from sandbox.slack.limits.rich_text import RICH_TEXT
from sandbox.slack.limits.rules import Rule, also, boolean, by_type, choice, complaint, many, number, record, string

_BLOCK_ID: dict[str, Rule] = {"block_id": string(255)}
_CELLS: dict[str, Rule] = {
    "raw_text": record({"type": TYPE, "text": string(12_000, 1)}, {"emoji": boolean}),
    "raw_number": record({"type": TYPE, "value": number(whole=False)}, {"text": string(12_000, 1)}),
    "rich_text": RICH_TEXT,
}
_COLUMN = record({}, {"align": choice("left", "center", "right"), "is_wrapped": boolean})
MOST_TABLE_TEXT = 20_000


def text_length(value: Any) -> int:
    """How many characters of `text` there are anywhere inside."""
    if isinstance(value, dict):
        return sum(len(v) if k == "text" and isinstance(v, str) else text_length(v) for k, v in value.items())
    return sum(text_length(v) for v in value) if isinstance(value, list) else 0


def _skippable(rule: Rule) -> Rule:
    """Null stands for a column without settings."""

    def check(value: Any, at: str) -> Iterator[str]:
        if value is not None:
            yield from rule(value, at)

    return check


def _rectangular(value: Any, at: str) -> Iterator[str]:
    rows = [r for r in value.get("rows") or [] if isinstance(r, list)] if isinstance(value, dict) else []
    if len({len(r) for r in rows}) > 1:
        yield complaint("all rows must have the same number of cells", f"{at}/rows")
    if rows and any(isinstance(c, dict) and c.get("type") == "rich_text" for c in rows[0]):
        yield complaint("header cells cannot be rich text", f"{at}/rows/0")
    if text_length(rows) > MOST_TABLE_TEXT:
        yield complaint(f"cells may hold no more than {MOST_TABLE_TEXT} characters together", f"{at}/rows")


TABLE = record(
    {"type": TYPE, "rows": many(many(by_type(_CELLS), 20), 100)},
    {**_BLOCK_ID, "column_settings": many(_skippable(_COLUMN), 20, 0)},
)
DATA_TABLE = also(
    record(
        {"type": TYPE, "rows": many(many(by_type(_CELLS), 20), 201, 2), "caption": string(2000, 1)},
        {**_BLOCK_ID, "page_size": number(1, 100), "row_header_column_index": number(0, 19)},
    ),
    _rectangular,
)

_POINT = record({"label": string(20, 1), "value": number(whole=False)})
_SERIES = record({"name": string(20, 1), "data": many(_POINT, 20)})
_AXIS = record({"categories": many(string(20, 1), 20)}, {"x_label": string(50), "y_label": string(50)})
_AXIS_CHART = record({"type": TYPE, "series": many(_SERIES, 12), "axis_config": _AXIS})
_CHARTS: dict[str, Rule] = {
    "pie": record({"type": TYPE, "segments": many(record({"label": string(20, 1), "value": number(whole=False)}), 12)}),
    "line": _AXIS_CHART,
    "bar": _AXIS_CHART,
    "area": _AXIS_CHART,
}


def _points_match_axis(value: Any, at: str) -> Iterator[str]:
    chart = value.get("chart") if isinstance(value, dict) else None
    if not isinstance(chart, dict) or not isinstance(chart.get("axis_config"), dict):
        return
    categories = chart["axis_config"].get("categories") or []
    series = [s for s in chart.get("series") or [] if isinstance(s, dict)]
    if len({s.get("name") for s in series}) < len(series):
        yield complaint("series names must be unique", f"{at}/chart/series")
    for index, one in enumerate(series):
        labels = [p.get("label") for p in one.get("data") or [] if isinstance(p, dict)]
        if sorted(map(str, labels)) != sorted(map(str, categories)):
            yield complaint("must have one point for every category", f"{at}/chart/series/{index}/data")


DATA_VISUALIZATION = also(
    record({"type": TYPE, "title": string(50, 1), "chart": by_type(_CHARTS)}, _BLOCK_ID), _points_match_axis
)
