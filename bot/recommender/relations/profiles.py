"""What the members table says of members, beside what impressions said of them in the week before."""

from __future__ import annotations

import math
from datetime import timedelta

from sqlalchemy import DateTime, String

from bot.recommender.dialect import quote
from bot.recommender.reading import DAY, Bounds, micros, read_table
from bot.recommender.relations.base import Mapped, Types

BEFORE = timedelta(days=7)
ENDING = "__before"


class Profiles:
    """One row a member and day, of members seen in the 7 days before it: for each attribute s that both tables have,
    what the members table says now (`s`) and what impressions said first in those days (`s__before`), as text."""

    name = "profiles"
    reads = ("impressions", "members")

    def columns(self, mapped: Mapped) -> Types:
        """None of it without a members table that has one of the slice columns."""
        if not _attributes(mapped) or not mapped.has("impressions", "member_id"):
            return {}
        types: Types = {"ts": DateTime(), "member_id": String()}
        return types | {f"{name}{end}": String() for name in _attributes(mapped) for end in ("", ENDING)}

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """The table is read as it is now: a label that moves shows for all members of the week at once, for a week.

        Each row stands at the start of its window; where windows are shorter than a day, in the first of each day.
        """
        names = [quote(name) for name in _attributes(mapped)]
        rows = read_table(mapped.tables["impressions"], bounds.start - BEFORE, bounds.end)
        last = ", ".join(f"arg_max(CAST({name} AS VARCHAR), ts) AS {name}" for name in names)
        seen = (
            f"SELECT member_id, {bounds.any_number('ts')} AS b, {last} FROM ({rows}) "
            "WHERE member_id IS NOT NULL GROUP BY 1, 2"
        )
        first = ", ".join(f"arg_min({name}, b) AS {name}" for name in names)
        back = math.ceil(BEFORE / bounds.length)
        before = (
            f"SELECT w, member_id, {first} FROM ({seen}) s JOIN ({_days(bounds)}) d "
            f"ON s.b < d.w AND s.b >= d.w - {back} GROUP BY 1, 2"
        )
        both = ", ".join(f"CAST(m.{name} AS VARCHAR) AS {name}, p.{name} AS {_before(name)}" for name in names)
        start = f"make_timestamp({micros(bounds.start)} + p.w * {_length(bounds)})"
        return (
            f"SELECT {start} AS ts, p.member_id, {both} FROM ({before}) p "
            f"JOIN ({mapped.sql('members', bounds)}) m ON m.member_id = p.member_id"
        )


def _days(bounds: Bounds) -> str:
    """The numbers of the windows that begin a day."""
    count = math.ceil((bounds.end - bounds.start) / bounds.length)
    slots = max(1, DAY // bounds.length)
    first = micros(bounds.start) // _length(bounds)
    return f"SELECT range AS w FROM range({count}) WHERE (range + {first}) % {slots} = 0"


def _attributes(mapped: Mapped) -> tuple[str, ...]:
    return tuple(name for name in mapped.slices_of("impressions") if mapped.has("members", "member_id", name))


def _length(bounds: Bounds) -> int:
    return bounds.length // timedelta(microseconds=1)


def _before(quoted: str) -> str:
    return quoted[:-1] + ENDING + '"'
