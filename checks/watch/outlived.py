"""W04: a hotfix that is still in force after its time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from checks.base import About, Finding, Severity
from checks.vitals import Ailment, Overdue, Vitals, make_ailment
from checks.wording import duration

GRACE = timedelta(minutes=10)  # the bot ends what has expired at its next ticks


class Outlived:
    """A short-term fix has become permanent by itself."""

    about = About(
        code="W04",
        title="Hotfix outlived its expiry",
        notices="A hotfix has expired and could not be taken out of force for more than ten minutes.",
        misses="Changes to serving that were not made through the bot.",
        needs=(),
        owner="whoever runs the bot",
        severity="High: serving obeys an instruction that nobody stands behind any more.",
    )

    def findings(self, vitals: Vitals) -> Sequence[Finding]:
        """One finding a hotfix."""
        ages = [(one, vitals.window.end - one.expired_at) for one in vitals.overdue]
        return [self._tell(vitals, one, age.total_seconds()) for one, age in ages if age > GRACE]

    def _tell(self, vitals: Vitals, hotfix: Overdue, age: float) -> Finding:
        name = f"Hotfix {hotfix.id} ({hotfix.kind})"
        told = Ailment(
            title=f"{name} outlived its expiry",
            words=f"{name} expired {duration(age)} ago and is still in force: undo it; `recsysops doctor` says what is "
            "in the way.",
            value=age,
            bearable=GRACE.total_seconds(),
            severity=Severity.high,
            onset=hotfix.expired_at,
            data={"hotfix": hotfix.id},
        )
        return make_ailment(self.about, vitals, told)
