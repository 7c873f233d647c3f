"""A finding as plain JSON and back, for whoever stores it or prints it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from .base import Finding, Impact, Point, Severity, Slice, Window


def finding_to_dict(finding: Finding) -> dict[str, Any]:
    """The finding as JSON values: times in ISO 8601 with their zone, the slice by its key, severity by its name.

    Numbers that JSON cannot hold (NaN, infinity) become null.
    """
    record: dict[str, Any] = {field.name: getattr(finding, field.name) for field in fields(Finding)}
    record["slice"] = finding.slice.key
    record["window"] = [finding.window.start.isoformat(), finding.window.end.isoformat()]
    record["severity"] = finding.severity.name
    record["impact"] = {field.name: getattr(finding.impact, field.name) for field in fields(Impact)}
    record["points"] = [_point_to_dict(point) for point in finding.points]
    plain: dict[str, Any] = _plain(record)
    return plain


def finding_from_dict(record: Mapping[str, Any]) -> Finding:
    """The finding such a record was made from; KeyError or ValueError for anything else."""
    values = {field.name: record[field.name] for field in fields(Finding)}
    start, end = record["window"]
    values["slice"] = Slice.parse(record["slice"])
    values["window"] = Window(datetime.fromisoformat(start), datetime.fromisoformat(end))
    values["onset"] = datetime.fromisoformat(record["onset"])
    values["severity"] = Severity[record["severity"]]
    values["impact"] = Impact(**record["impact"])
    values["points"] = tuple(_point_from_dict(point) for point in record["points"])
    for name in ("value", "expected", "low", "high", "surprise"):
        values[name] = _number(record[name])
    return Finding(**values)


def _point_to_dict(point: Point) -> dict[str, Any]:
    return {"at": point.at, "value": point.value, "expected": point.expected, "low": point.low, "high": point.high}


def _point_from_dict(record: Mapping[str, Any]) -> Point:
    at = datetime.fromisoformat(record["at"])
    return Point(at, _number(record["value"]), record["expected"], record["low"], record["high"])


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _plain(value: Any) -> Any:
    """Only what JSON can hold, whatever a check has put into `data`."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "item"):  # numpy's scalars
        return _plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, str | int | bool | None) else str(value)
