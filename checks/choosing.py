"""What members chose that the serving model had not put high, or not found at all; as several checks look at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, func, true

from .base import Measure, Schema, Series
from .derived import slices_in
from .sql import share_if

TOP = 10  # ranks that count as high
MORE_LOW = 0.10  # of the choices; also of both together
MORE_ABSENT = 0.05  # of the choices: what could not be found at all is rarer, and worse
LOW, ABSENT, ABSENT_BY_GENRE = "choices.ranked_low", "choices.not_retrieved", "wanted.not_retrieved"
LOW_OR_ABSENT = "choices.low_or_not_retrieved"


def low_measure(schema: Schema) -> Measure:
    """The share of choices whose item the serving model ranked below `TOP`, by slice; NotApplicable without ranks."""
    return _measure(schema, LOW, _rank(schema) > TOP)


def absent_measure(schema: Schema) -> Measure:
    """The share of choices that no candidate list held, by slice; NotApplicable without ranks."""
    rank = _rank(schema)
    return _measure(schema, ABSENT, _is_absent(schema.relations[_relation(schema)], rank))


def absent_by_genre(schema: Schema) -> list[Measure]:
    """The same by the genre of what was chosen; [] where the catalogue tells no genre."""
    wanted = schema.relations.get("wanted", {})
    if not {"rank", "genre"} <= wanted.keys():
        return []
    share = share_if(_is_absent(wanted, wanted["rank"]))
    return [Measure(ABSENT_BY_GENRE, "wanted", "rate", share, func.count(), ("genre",))]


def low_or_absent(low: Sequence[Series], absent: Sequence[Series]) -> list[Series]:
    """Both shares added, by slice and window."""
    others = {series.slice: series for series in absent}
    both = [(series, others[series.slice]) for series in low if series.slice in others]
    return [replace(one, measure=LOW_OR_ABSENT, values=one.values + other.values) for one, other in both]


def _is_absent(columns: Mapping[str, ColumnElement[Any]], rank: ColumnElement[Any]) -> ColumnElement[bool]:
    """Without a rank, and not out of a list: what a fallback list held had no rank either, but was retrieved."""
    listless: ColumnElement[bool] = true()
    if "source" in columns:
        listless = func.coalesce(columns["source"], "") != "list"
    elif "request_id" in columns:
        listless = columns["request_id"].is_(None)
    return and_(rank.is_(None), listless)


def _measure(schema: Schema, name: str, condition: ColumnElement[bool]) -> Measure:
    relation = _relation(schema)
    return Measure(name, relation, "rate", share_if(condition), func.count(), slices_in(schema, relation))


def _rank(schema: Schema) -> ColumnElement[int]:
    rank = schema.column("outcomes", "rank")
    return schema.relations[_relation(schema)].get("rank", rank)


def _relation(schema: Schema) -> str:
    return "choices" if "choices" in schema.relations else "outcomes"
