"""What a member is taken for, now and in the week before."""

from __future__ import annotations

import math
from datetime import timedelta

from sqlalchemy import DateTime, String

from bot.recommender.dialect import quote
from bot.recommender.reading import Bounds, read_table
from bot.recommender.relations.base import Mapped, Types

BEFORE = timedelta(days=7)
ENDING = "__before"


class Labels:
    """One row a member and window, of members also seen in the 7 days before it: for each slice column s, what it said
    of them last (`s`) and what it said of them when first seen in those 7 days (`s__before`), as text."""

    name = "labels"
    reads = ("impressions",)

    def columns(self, mapped: Mapped) -> Types:
        """None of it without members or without slice columns."""
        slices = mapped.slices_of("impressions")
        if not slices or not mapped.has("impressions", "member_id"):
            return {}
        types: Types = {"ts": DateTime(), "member_id": String()}
        return types | {f"{name}{end}": String() for name in slices for end in ("", ENDING)}

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """The last word of each window, beside that of the earliest window in the 7 days before it.

        Not the latest before: a label that has moved stays moved for a week, so that what few members show on the first
        day is plain on the next. A window measured alone and the same window in a back-fill agree.
        """
        slices = [quote(name) for name in mapped.slices_of("impressions")]
        rows = read_table(mapped.tables["impressions"], bounds.start - BEFORE, bounds.end)
        last = ", ".join(f"arg_max(CAST({name} AS VARCHAR), ts) AS {name}" for name in slices)
        seen = (
            f"SELECT member_id, {bounds.any_number('ts')} AS w, max(ts) AS ts, {last} FROM ({rows}) "
            "WHERE member_id IS NOT NULL GROUP BY 1, 2"
        )
        both = ", ".join(f"n.{name} AS {name}, b.{name} AS {_before(name)}" for name in slices)
        return (
            f"WITH seen AS ({seen}) SELECT n.ts, n.member_id, {both} "
            f"FROM (SELECT *, w - {math.ceil(BEFORE / bounds.length)} AS since FROM seen WHERE w >= 0) n "
            "ASOF JOIN seen b ON b.member_id = n.member_id AND n.since <= b.w WHERE b.w < n.w"
        )


def _before(quoted: str) -> str:
    return quoted[:-1] + ENDING + '"'
