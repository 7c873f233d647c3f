"""W03: more false incidents than were promised."""

from __future__ import annotations

from collections.abc import Sequence

from checks.base import About, Finding, Severity
from checks.vitals import Ailment, Vitals, make_ailment
from checks.wording import number, plural


class Overspent:
    """The bot cries wolf."""

    about = About(
        code="W03",
        title="False-alarm budget overspent",
        notices='More incidents of the last 30 days were called "Not an issue" than the budget allows; it names the '
        "checks that opened them.",
        misses="False incidents that nobody called so.",
        needs=(),
        owner="whoever runs the bot",
        severity="Low: it is a matter of trust, not of members.",
    )

    def findings(self, vitals: Vitals) -> Sequence[Finding]:
        """At most one."""
        total = sum(vitals.false_incidents.values())
        if total <= max(1.0, vitals.budget):  # one false incident is no trend, however small the budget
            return []
        most = sorted(vitals.false_incidents.items(), key=lambda pair: (-pair[1], pair[0]))
        named = ", ".join(f"{code} {count}" for code, count in most)
        told = Ailment(
            title="Too many false incidents",
            words=f'{plural(total, "incident")} of the last 30 days were called "Not an issue" ({named}); the budget '
            f"is {number(vitals.budget)}. Those checks judge with more caution now.",
            value=float(total),
            bearable=vitals.budget,
            severity=Severity.low,
            data={"codes": [code for code, _ in most]},
        )
        return [make_ailment(self.about, vitals, told)]
