"""Columns that are still delivered, and hold nothing any more: as good as gone, though the schema is as ever."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func

from .base import About, Finding, History, Measure, Schema
from .evidence import Claim, Judged, find_abnormal, judge_all, make_finding
from .judging import Judge
from .sql import is_missing, share_if
from .wording import listed, percent

WATCHED: Mapping[str, tuple[str, ...]] = {  # by table; what is missing of other columns is measured by other checks
    "impressions": ("request_id", "member_id", "item_id", "position", "model_version", "index_version"),
    "outcomes": ("member_id", "item_id", "source", "rank"),
    "requests": ("member_id", "item_id", "rank", "model_version", "sampling_weight"),
    "calls": ("request_id", "member_id", "latency_ms", "returned", "model_version"),
}
NEARLY_ALL = 0.98  # of the values there usually are must be gone: fewer may be chance, or a part of the traffic
MOSTLY = 0.5  # of the rows must usually have a value: what is seldom there may well be absent
FEW = 3  # columns that are named; the rest are counted


def emptied_measures(schema: Schema) -> list[Measure]:
    """The share of rows in which a column has a value, of each column that is watched and mapped."""
    return [
        Measure(_name(table, name), table, "rate", share_if(~is_missing(columns[name])), func.count())
        for table, names in WATCHED.items()
        for columns in (schema.relations.get(table, {}),)
        for name in names
        if name in columns and "ts" in columns
    ]


def find_emptied(about: About, history: History, judge: Judge) -> list[Finding]:
    """One finding a table with columns that had values before this window, and have none now."""
    found = []
    for table, names in WATCHED.items():
        judged = {name: one for name in names for one in _emptied(history, judge, _name(table, name))}
        if judged:
            found.append(_tell(about, history, table, judged))
    return found


def _emptied(history: History, judge: Judge, measure: str) -> list[Judged]:
    told = find_abnormal(judge_all(history.series(measure), judge, "rate", ("down",), NEARLY_ALL, True))
    return [one for one in told if one.judgement.expected >= MOSTLY]


def _tell(about: About, history: History, table: str, judged: Mapping[str, Judged]) -> Finding:
    one, columns = next(iter(judged.values())), listed(sorted(judged), FEW)
    has = "have" if len(judged) > 1 else "has"
    words = (
        f"{columns} of {table} {has} a value in {percent(one.judgement.value)} of the rows, usually in "
        f"{percent(one.judgement.expected)}: still delivered, but empty."
    )
    claim = Claim(f"{columns} of {table} {has} no values", words, f"table:{table}", data={"columns": sorted(judged)})
    return make_finding(about, history, one, claim)


def _name(table: str, column: str) -> str:
    return f"filled:{table}.{column}"
