"""Numbers as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from .base import Slice
from .judging import Judgement


def percent(share: float) -> str:
    """A share (0 to 1) as a percentage, with as many digits as it deserves."""
    value = 100 * share
    if value == 0 or abs(value) >= 10:
        return f"{value:.0f} %"
    return f"{value:.1f} %" if abs(value) >= 0.1 else f"{value:.2g} %"


def number(value: float) -> str:
    """A count or a score: thousands grouped, three digits otherwise."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def count(value: float) -> str:
    """How many, as a whole number, thousands grouped."""
    return f"{value:,.0f}"


def duration(seconds: float) -> str:
    """A length of time in its largest fitting unit."""
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.{1 if seconds < 9.95 * size else 0}f}".removesuffix(".0") + f" {unit}"
    return f"{seconds:.0f} seconds"


def where(part: Slice) -> str:
    """A slice at the end of a sentence: " in region North", or nothing for everyone."""
    if not part.parts:
        return ""
    return " in " + " and ".join(f"{column.replace('_', ' ')} {called(value)}" for column, value in part.parts)


def called(value: str) -> str:
    """A value in a sentence: one of which nothing can be seen is said to be empty."""
    return value if value.strip() else "(empty)"


def plural(count: int, noun: str) -> str:
    """ "1 list", "3 lists"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def times(value: float) -> str:
    """ "once", "12 times"."""
    return "once" if round(value) == 1 else f"{count(value)} times"


def manner(verdict: Judgement) -> str:
    """A sentence more, about how it came to be so, where it did not come at once; else nothing."""
    if verdict.way == "lasting":
        return " No window is far off by itself, but several in a row are."
    if verdict.way != "drifting" or verdict.since is None:
        return ""
    began = f" It has moved there slowly, since about {_day(verdict.onset)}"
    first, last = map(_day, verdict.since)
    return f"{began}." if first == last else f"{began} ({first} to {last})."


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B}"


def listed(names: Sequence[str], most: int) -> str:
    """ "a", "a and b", "a, b, c and 4 more": at most so many by name."""
    told = [*names[:most], *([f"{len(names) - most} more"] if len(names) > most else [])]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
