"""L03: titles that will have no value of a feature on their launch day."""

from __future__ import annotations

from collections.abc import Sequence

from checks.base import About, Finding, History, Measure, Schema
from checks.events import Foretold
from checks.judging import Judge
from checks.warning import Warned, foretold, named, scored_launches_ahead, warn, when
from checks.wording import listed


class LaunchValues:
    """Features that a launch will lack."""

    about = About(
        code="L03",
        title="Launch features",
        notices="A title whose launch is near and which will have no value of a feature, or no embedding, that other "
        "titles have: its field of the catalogue is empty, or a field is without which other titles have none. It "
        "names the title, the features, and by when.",
        misses="A value that is there and wrong; a feature whose job fails for this title alone, before requests are "
        "logged with it.",
        needs=("items.launch_date", "requests.rank", "requests.score", "features"),
        owner="the title's owner",
        severity="Medium; high within three days of the launch.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """How many launches are ahead."""
        return scored_launches_ahead(schema)

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding a title, the next launch first; none before the time to warn."""
        last = history.window.end + schema.launches.warn
        near = [one for one in foretold(schema, history) if one.launch.at is not None and one.launch.at < last]
        return [self._tell(schema, history, one) for one in near if one.missing]

    def _tell(self, schema: Schema, history: History, one: Foretold) -> Finding:
        name, lacks = named(one.launch), listed(list(one.missing), 4)
        words = (
            f"{name} launches on {when(one.launch, history)}. As it is set up today it will have no value of {lacks}; "
            "other titles have one, and the ranking model reads it."
        )
        many = float(len(one.missing))
        warned = Warned(many, 0.0, 0.0, 0.0, one.launches)
        data = {"features": list(one.missing)}
        title = f"{name} will launch without {lacks}"
        return warn(self.about, schema, history, one.launch, title, words, warned, data)
