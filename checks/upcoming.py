"""Titles whose launch is ahead, and what each needs to be shown on its day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from .events import Launch

LIMITS = re.compile(r"_(from|start|starts_at|until|to|end|ends_at|date)$")
USUALLY = 0.9  # of launched titles have a field: then one without it lacks something
KNOWN = 10  # launched titles, before anything is usual
NO_NEED = {"item_id", "launch_date", "ts", "title"}
Rule = Literal["field", "not_before", "not_after", "listed"]


@dataclass(frozen=True)
class Need:
    """Something a title must have to be shown.

    field: the column is filled in, and does not say no. not_before, not_after: its date (no date: no limit) lets the
    title be shown on its day. listed: its text names the values of a slice column where the title may be shown, such as
    its regions.
    """

    rule: Rule
    column: str  # of the items table
    where: tuple[str, str] | None = None  # only there: ("surface", "hero")
    slice: str = ""  # listed: the slice column whose values it names


@dataclass(frozen=True)
class LaunchRules:
    """How launches are prepared here."""

    needs: tuple[Need, ...] = ()
    learns: bool = True  # what nine in ten launched titles have is needed, too: nobody wrote down which fields are
    horizon: timedelta = timedelta(days=28)  # how far ahead launches are looked at
    warn: timedelta = timedelta(days=10)  # how long before its launch a gap is told: before, it may still be worked on
    top: int = 20  # a title among the first so many of a request's ranking is likely to be seen
    ready: timedelta = timedelta(days=2)  # how long before its launch a title must be whole: indexes are built then

    def asked(self, launched: Sequence[Launch]) -> tuple[Need, ...]:
        """What a title needs; where no fields are named, also what the launched ones have."""
        return (*self.needs, *(usual_needs(launched) if self.learns else ()))


@dataclass(frozen=True)
class Gap:
    """What keeps a title from being shown on its day, and where."""

    column: str
    words: str  # "no artwork", "no trailer for surface hero"
    where: tuple[str, ...] = ()  # the places, such as "region East"; () is everywhere
    until: datetime | None = None  # it goes away by itself then


def find_gaps(launch: Launch, needs: Iterable[Need], places: Mapping[str, Sequence[str]]) -> list[Gap]:
    """What a title will lack on its launch day if nothing is done, in the order of the needs.

    `places` are the values each slice column has in the traffic. A need whose column the catalogue does not have is
    passed over: nobody can tell.
    """
    known = (need for need in needs if need.column in launch.facts)
    return [gap for need in known if (gap := _gap_of(need, launch, places)) is not None]


def usual_needs(launched: Sequence[Launch]) -> tuple[Need, ...]:
    """What nine in ten launched titles have; () while fewer than ten were launched."""
    if len(launched) < KNOWN:
        return ()
    columns = [name for name in launched[0].facts if name not in NO_NEED]
    filled = {name: sum(not is_lacking(one.facts.get(name)) for one in launched) for name in columns}
    return tuple(Need("field", name) for name in columns if filled[name] >= USUALLY * len(launched))


def is_lacking(value: Any) -> bool:
    """Whether a catalogue field is not filled in, or plainly says no."""
    if value is None or value is False or value != value:
        return True
    if isinstance(value, str):
        return not value.strip()
    return hasattr(value, "__len__") and len(value) == 0


def called(column: str) -> str:
    """A catalogue column in words: "artwork" for has_artwork, "poster" for poster_url."""
    return column.removeprefix("has_").removesuffix("_url").removesuffix("_at").replace("_", " ")


def _gap_of(need: Need, launch: Launch, places: Mapping[str, Sequence[str]]) -> Gap | None:
    value, where = launch.facts[need.column], (" ".join(need.where),) if need.where else ()
    if need.rule == "listed":
        return _unlisted(need, value, places.get(need.slice, ()))
    if need.rule == "field":
        words = " for ".join((f"no {called(need.column)}", *where))
        return Gap(need.column, words, where) if is_lacking(value) else None
    limit = _moment(value)
    if limit is None or launch.at is None:
        return None
    name = LIMITS.sub("", need.column).replace("_", " ")
    if need.rule == "not_before" and limit > launch.at:
        return Gap(need.column, f"{name} only from {limit:%-d %B} on", where, until=limit)
    if need.rule == "not_after" and limit <= launch.at:
        return Gap(need.column, f"{name} only until {limit:%-d %B}", where)
    return None


def _unlisted(need: Need, value: Any, there: Sequence[str]) -> Gap | None:
    """Whether the title may not be shown in some of the places there are; an empty list names none of them."""
    texts = value if isinstance(value, list | tuple | set) else str(value or "").replace("|", ",").split(",")
    named = {str(text).strip().lower() for text in texts}
    missing = tuple(f"{need.slice} {place}" for place in sorted(there) if place.lower() not in named)
    if not missing:
        return None
    if len(missing) == len(there):
        return Gap(need.column, f"no {called(need.column)}")
    return Gap(need.column, f"{called(need.column)} without {' and '.join(missing)}", missing)


def _moment(value: Any) -> datetime | None:
    """A date of the catalogue, aware; None where there is none, or where it is no date."""
    if value is None or value != value:
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)
