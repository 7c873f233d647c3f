"""L01: titles that could not be shown on their launch day, as they are set up today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import func

from checks.base import EVERYONE, About, Finding, History, Measure, Schema, Severity
from checks.events import Launch
from checks.judging import Judge
from checks.upcoming import Gap, LaunchRules, find_gaps
from checks.wording import listed

AHEAD = "launches.ahead"
SEEN = "rows:impressions"  # its slices are the places where anything is shown
URGENT = timedelta(days=3)
NAMED = 4


class LaunchSetUp:
    """What a launch still lacks."""

    about = About(
        code="L01",
        title="Launch set-up",
        notices="A title whose launch is near would not be shown on its day, somewhere or anywhere, as the catalogue "
        "describes it today: a field that it needs is empty, its artwork or rights begin after the launch or end "
        "before it, or a place is not among those it is listed for. It names the title, what is lacking, where, and "
        "by when.",
        misses="A field that is filled in wrongly (a wrong language); a filter that the catalogue knows nothing of; "
        "needs that are not in [launches] of recsysops.toml, and that fewer than nine in ten launched titles meet.",
        needs=("items.launch_date",),
        owner="the title's owner",
        severity="Medium; high within three days of the launch.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """How many launches are ahead."""
        schema.column("items", "launch_date")
        return [Measure(AHEAD, "the launch calendar", "upcoming", func.count(), func.count())]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding a title with gaps, the next launch first."""
        rules = schema.launches
        near = history.upcoming(rules.warn)
        if not near:
            return []
        needs = rules.asked(history.launches())
        places = places_of(history)
        gaps = [(launch, find_gaps(launch, needs, places)) for launch in near]
        return [self._tell(history, launch, found, rules) for launch, found in gaps if found]

    def _tell(self, history: History, launch: Launch, gaps: Sequence[Gap], rules: LaunchRules) -> Finding:
        at = launch.at or history.window.end
        lacks = listed([gap.words for gap in gaps], NAMED)
        name = f"{launch.title or 'Item'} ({launch.item_id})"
        when = f"{at:%-d %B} ({_from_now(at - history.window.end)})"
        ready = at - rules.ready
        words = f"{name} launches on {when}. As it is set up today: {lacks}. It must be whole by {ready:%-d %B}."
        return Finding(
            code=self.about.code,
            title=f"{name} is not ready for its launch on {at:%-d %B}",
            words=words,
            subject=f"item:{launch.item_id}",
            measure=AHEAD,
            slice=EVERYONE,
            window=history.window,
            onset=history.window.start,
            value=float(len(gaps)),
            expected=0.0,
            low=0.0,
            high=0.0,
            direction="up",
            n=len(gaps),
            surprise=10.0,
            severity=Severity.high if at - history.window.end <= URGENT else Severity.medium,
            data={
                "set_up": ", ".join(gap.words for gap in gaps),
                "owner": launch.facts.get("owner"),
                "title": launch.title,
                "launches_at": at,
                "ready_by": ready,
            },
        )


def places_of(history: History) -> Mapping[str, list[str]]:
    """The values of each slice column that are seen in the traffic."""
    places: dict[str, list[str]] = {}
    for series in history.series(SEEN):
        for column, value in series.slice.parts:
            places.setdefault(column, []).append(value)
    return places


def _from_now(ahead: timedelta) -> str:
    days = ahead // timedelta(days=1)
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
