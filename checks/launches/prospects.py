"""L02: titles that the ranking model will hardly ever put forward on their launch day."""

from __future__ import annotations

from collections.abc import Sequence

from checks.base import About, Finding, History, Measure, Schema
from checks.events import Foretold
from checks.judging import Judge
from checks.warning import Warned, foretold, named, scored_launches_ahead, warn, when
from checks.wording import listed


class LaunchProspects:
    """What the model will do with a launch."""

    about = About(
        code="L02",
        title="Launch prospects",
        notices="A title whose launch is ahead, and which the ranking model will put among the first of at most half "
        "as many requests as launches before it. It is found by scoring the title as it is described today in requests "
        "that members made lately, and by what became of launches before; it names the title, the share expected with "
        "its interval, what launches usually get, and what takes it away.",
        misses="What members will make of it: a title that they come to ignore on its first day. Anything before ten "
        "launches have been seen with a week of requests before them.",
        needs=("items.launch_date", "requests.rank", "requests.score", "features"),
        owner="the title's owner",
        severity="Medium; high within three days of the launch.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """How many launches are ahead."""
        return scored_launches_ahead(schema)

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding a title at risk, the next launch first."""
        return [self._tell(schema, history, one) for one in foretold(schema, history) if one.is_at_risk]

    def _tell(self, schema: Schema, history: History, one: Foretold) -> Finding:
        name = named(one.launch)
        why = f" Why: {listed(list(one.reasons), 4)}." if one.reasons else ""
        words = (
            f"{name} launches on {when(one.launch, history)}. The ranking model will put it among the first {one.top} "
            f"of {one.value:.1%} of requests that day (between {one.low:.1%} and {one.high:.1%}); launches before it "
            f"were in {one.usual:.1%}.{why}"
        )
        warned = Warned(one.value, one.usual, one.low, one.high, one.launches)
        title = f"{name} will hardly be ranked on its launch day"
        return warn(self.about, schema, history, one.launch, title, words, warned, {"set_up": _blamed(one)})


def _blamed(one: Foretold) -> str:
    """What takes most of it away, without its share, so that several launches with the same trouble share a thread."""
    return f"the filter “{one.filters[0]}” will keep it out" if one.filters else ""
