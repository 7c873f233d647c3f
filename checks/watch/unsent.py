"""W02: what the bot has to say is not said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from checks.base import About, Finding, Severity
from checks.vitals import Ailment, Vitals, make_ailment
from checks.wording import duration, plural

BEARABLE = timedelta(minutes=15)


class Unsent:
    """Messages wait too long, or were given up."""

    about = About(
        code="W02",
        title="Messages not sent",
        notices="The oldest message to Slack has waited for more than 15 minutes, or messages were given up in the "
        "last day (none ever should be).",
        misses="Messages that Slack accepted and nobody reads.",
        needs=(),
        owner="whoever runs the bot",
        severity="High: an incident may be among them. `recsysops status` says the same while Slack is down.",
    )

    def findings(self, vitals: Vitals) -> Sequence[Finding]:
        """At most one of each kind."""
        found = []
        since = vitals.unsent_since
        if since is not None and vitals.window.end - since > BEARABLE:
            waited = (vitals.window.end - since).total_seconds()
            told = Ailment(
                title="Messages wait to be sent",
                words=f"{plural(vitals.unsent, 'message')} to Slack cannot be sent; the oldest has waited for "
                f"{duration(waited)}.",
                value=waited,
                bearable=BEARABLE.total_seconds(),
                severity=Severity.high,
                onset=since,
            )
            found.append(make_ailment(self.about, vitals, told))
        if vitals.dropped:
            told = Ailment(
                title="Messages were given up",
                words=f"{plural(vitals.dropped, 'message')} to Slack could not be delivered in the last day, and none "
                "will be tried again; the log says why.",
                value=float(vitals.dropped),
                bearable=0.0,
                severity=Severity.high,
            )
            found.append(make_ailment(self.about, vitals, told))
        return found
