"""How a launch at risk is told of: its day, by when it must be mended, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func

from checks.base import EVERYONE, About, Finding, History, Measure, Schema, Severity, StillLearning
from checks.events import Foretold, Launch

AHEAD = "launches.ahead"
URGENT = timedelta(days=3)
SURE = 10.0  # surprise of what is foretold or read off the catalogue: no chance is involved in what is told


@dataclass(frozen=True)
class Warned:
    """The numbers of a warning."""

    value: float
    usual: float
    low: float
    high: float
    n: int


def launches_ahead(schema: Schema) -> list[Measure]:
    """How many launches are ahead; NotApplicable without a catalogue with launch dates."""
    schema.column("items", "launch_date")
    return [Measure(AHEAD, "the launch calendar", "upcoming", func.count(), func.count())]


def scored_launches_ahead(schema: Schema) -> list[Measure]:
    """The same; NotApplicable also where requests are not logged with their ranking: nothing can be foretold then."""
    measures = launches_ahead(schema)
    for column in ("rank", "score"):
        schema.column("requests", column)
    return measures


def named(launch: Launch) -> str:
    """A launch as warnings call it: "The Title (i99)"."""
    return f"{launch.title or 'Item'} ({launch.item_id})"


def when(launch: Launch, history: History) -> str:
    """The day of a launch: "12 March (in 9 days)"."""
    at = launch.at or history.window.end
    days = (at - history.window.end) // timedelta(days=1)
    return f"{at:%-d %B} ({ {0: 'today', 1: 'tomorrow'}.get(days, f'in {days} days') })"


def foretold(schema: Schema, history: History) -> Sequence[Foretold]:
    """What is expected of launches ahead; StillLearning where there are some and nothing can be said of them yet."""
    told = history.foretold()
    if not told and (ahead := len(history.upcoming(schema.launches.horizon))):
        raise StillLearning(
            f"Launches ahead: {ahead}. None can be foretold yet: that takes ten launches that were, with requests "
            "logged a week before each and on its day."
        )
    return told


def warn(
    about: About,
    schema: Schema,
    history: History,
    launch: Launch,
    title: str,
    words: str,
    warned: Warned,
    data: Mapping[str, Any],
) -> Finding:
    """A finding about a title that launches later."""
    at = launch.at or history.window.end
    ready = at - schema.launches.ready
    known = {"owner": launch.facts.get("owner"), "title": launch.title, "launches_at": at, "ready_by": ready}
    return Finding(
        code=about.code,
        title=title,
        words=words,
        subject=f"item:{launch.item_id}",
        measure=AHEAD,
        slice=EVERYONE,
        window=history.window,
        onset=history.window.start,
        value=warned.value,
        expected=warned.usual,
        low=warned.low,
        high=warned.high,
        direction="down" if warned.value < warned.usual else "up",
        n=warned.n,
        surprise=SURE,
        severity=Severity.high if at - history.window.end <= URGENT else Severity.medium,
        data={**data, **known},
    )
