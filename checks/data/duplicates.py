"""D05: rows that repeat the key of another row."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Double, cast, distinct, func

from checks.base import About, Finding, History, Measure, Schema
from checks.evidence import Claim, Judged, judge_all, make_finding
from checks.judging import Judge
from checks.wording import count, percent

TABLES = ("impressions", "outcomes", "requests", "items")
AGAIN = 0.01  # of the rows: how many more must repeat a key to matter
KEYS = {
    "impressions": "request and item",
    "outcomes": "moment, member, request and item",
    "requests": "request and item",
    "items": "item",
}


class Duplicates:
    """Rows are there more than once."""

    about = About(
        code="D05",
        title="Duplicates",
        notices="The share of rows of a table that repeat the key of another row of the same window has risen: a batch "
        "that was delivered twice, or a key that is no longer unique. Keys: request and item (impressions, requests), "
        "moment, member, request and item (outcomes), item (items).",
        misses="A batch delivered again under new keys, or with other times (see D01); fewer than 1 row in 100.",
        needs=("impressions.request_id", "impressions.item_id"),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """The share of repeated keys of each table that has a key."""
        schema.column("impressions", "item_id")
        tables = [table for table in TABLES if _keys(table) in schema.relations]
        if not tables:
            schema.column("impressions", "request_id")
        return [_measure(schema, table) for table in tables]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding a table."""
        return [
            self._tell(history, table, one)
            for table in TABLES
            for one in judge_all(history.series(_name(table)), judge, "rate", ("up",), AGAIN, False)
            if one.judgement.abnormal
        ]

    def _tell(self, history: History, table: str, one: Judged) -> Finding:
        verdict = one.judgement
        title = f"{table.capitalize()} are there more than once"
        words = (
            f"{percent(verdict.value)} of the {count(one.n)} rows of {table} repeat the {KEYS[table]} of another row, "
            f"usually {percent(verdict.expected)}."
        )
        return make_finding(self.about, history, one, Claim(title, words, f"table:{table}", touched=one.gap))


def _measure(schema: Schema, table: str) -> Measure:
    key = schema.column(_keys(table), "key")
    rows = func.count()
    share = 1 - cast(func.count(distinct(key)), Double) / func.nullif(rows, 0, type_=Double)
    return Measure(_name(table), _keys(table), "rate", share, rows)


def _keys(table: str) -> str:
    return f"{table}_keys"


def _name(table: str) -> str:
    return f"repeated:{table}"
