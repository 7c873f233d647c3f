"""D09: items that no catalogue knows, and columns with far too many different values."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import String, func

from checks.base import About, Finding, History, Measure, NotApplicable, Schema
from checks.evidence import Claim, Judged, find_abnormal, judge_all, make_finding, narrow
from checks.judging import Judge
from checks.sql import approx_distinct, share_if
from checks.wording import count, percent, where

UNKNOWN = "items.unknown"
STRANGERS = 0.02  # of the impressions: how many more must be of unknown items to matter
MORE = 1.0  # twice as many different values ...
AT_LEAST = 10  # ... and so many more


class Unseen:
    """Values that nobody has heard of."""

    about = About(
        code="D09",
        title="Unseen ids and values",
        notices="More impressions than usual are of items that are not in the catalogue; or a text feature or slice "
        "column has more than twice as many different values as usual.",
        misses="Known ids in the wrong place; new values that take the place of old ones (see D04); unknown ids where "
        "no items table is mapped.",
        needs=("items.item_id", "impressions.item_id"),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """The share of impressions of unknown items by slice; different values of text features and slices."""
        schema.column("impressions", "item_id")
        measures = [_distinct(schema, name) for name in _texts(schema)]
        if "catalogued" in schema.relations:
            columns = schema.relations["catalogued"]
            slices = tuple(name for name in schema.slices if name in columns)
            unknown = share_if(columns["known"] == 0)
            measures.append(Measure(UNKNOWN, "catalogued", "rate", unknown, func.count(), slices))
        if not measures:
            raise NotApplicable("there is no items table in recsysops.toml, and no text column among the features")
        return measures

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Where unknown items are shown; each column that explodes."""
        strange = narrow(judge_all(history.series(UNKNOWN), judge, "rate", ("up",), STRANGERS, False))
        crowded = [
            (name, one)
            for name in _texts(schema)
            for one in find_abnormal(judge_all(history.series(_name(name)), judge, "quantity", ("up",), MORE, True))
            if one.gap >= AT_LEAST
        ]
        told = [self._crowded(history, schema, name, one) for name, one in crowded]
        return [self._strange(history, one) for one in strange] + told

    def _strange(self, history: History, one: Judged) -> Finding:
        verdict = one.judgement
        words = (
            f"{percent(verdict.value)} of the impressions{where(one.series.slice)} are of items that the items table "
            f"does not have, usually {percent(verdict.expected)}."
        )
        claim = Claim("Items are shown that the catalogue does not know", words, "items", touched=one.gap)
        return make_finding(self.about, history, one, claim)

    def _crowded(self, history: History, schema: Schema, name: str, one: Judged) -> Finding:
        verdict = one.judgement
        words = f"{name} has about {count(verdict.value)} different values, usually {count(verdict.expected)}."
        subject = f"feature:{name}" if name in schema.features else f"label:{name}"
        return make_finding(self.about, history, one, Claim(f"{name} has many new values", words, subject))


def _texts(schema: Schema) -> list[str]:
    columns = schema.relations["impressions"]
    names = dict.fromkeys((*schema.features, *schema.slices))
    return [name for name in names if name in columns and isinstance(columns[name].type, String)]


def _distinct(schema: Schema, name: str) -> Measure:
    column = schema.column("impressions", name)
    return Measure(_name(name), "impressions", "quantity", approx_distinct(column), func.count(column))


def _name(column: str) -> str:
    return f"values:{column}"
