"""D05: rows that repeat the key of another row."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Double, cast, distinct, func

from checks.base import About, Finding, History, Measure, Schema
from checks.evidence import Claim, Judged, find_abnormal, judge_all, make_finding
from checks.feeds.shape import find_repeated, key_measures
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
        "moment, member, request and item (outcomes), item (items), that of its part in recsysops.toml (feeds).",
        misses="A batch delivered again under new keys, or with other times (see D01); fewer than 1 row in 100.",
        needs=("impressions.request_id", "impressions.item_id"),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """The share of repeated keys of each table that has a key."""
        feeds = key_measures(schema.feeds)
        tables = [table for table in TABLES if _keys(table) in schema.relations]
        if not tables and not feeds:
            schema.column("impressions", "item_id")
            schema.column("impressions", "request_id")
        return [_measure(schema, table) for table in tables] + feeds

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding a table, and a feed."""
        found = [
            self._tell(history, table, one)
            for table in TABLES
            for one in find_abnormal(judge_all(history.series(_name(table)), judge, "rate", ("up",), AGAIN, False))
        ]
        return found + [each for feed in schema.feeds for each in find_repeated(self.about.code, history, feed)]

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
