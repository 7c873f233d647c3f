"""L01: titles that could not be shown on their launch day, as they are set up today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checks.base import About, Finding, History, Measure, Schema
from checks.events import Launch
from checks.judging import Judge
from checks.upcoming import Gap, find_gaps
from checks.warning import Warned, launches_ahead, named, warn, when
from checks.wording import listed

SEEN = "rows:impressions"  # its slices are the places where anything is shown
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
        return launches_ahead(schema)

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding a title with gaps, the next launch first."""
        rules = schema.launches
        near = history.upcoming(rules.warn)
        if not near:
            return []
        needs = rules.asked(history.launches())
        places = places_of(history)
        gaps = [(launch, find_gaps(launch, needs, places)) for launch in near]
        return [self._tell(schema, history, launch, found) for launch, found in gaps if found]

    def _tell(self, schema: Schema, history: History, launch: Launch, gaps: Sequence[Gap]) -> Finding:
        at = launch.at or history.window.end
        lacks = listed([gap.words for gap in gaps], NAMED)
        name = named(launch)
        ready = f"{at - schema.launches.ready:%-d %B}"
        words = (
            f"{name} launches on {when(launch, history)}. As it is set up today: {lacks}. It must be whole by {ready}."
        )
        title = f"{name} is not ready for its launch on {at:%-d %B}"
        data = {"set_up": ", ".join(gap.words for gap in gaps)}
        many = Warned(float(len(gaps)), 0.0, 0.0, 0.0, len(gaps))
        return warn(self.about, schema, history, launch, title, words, many, data)


def places_of(history: History) -> Mapping[str, list[str]]:
    """The values of each slice column that are seen in the traffic."""
    places: dict[str, list[str]] = {}
    for series in history.series(SEEN):
        for column, value in series.slice.parts:
            places.setdefault(column, []).append(value)
    return places
