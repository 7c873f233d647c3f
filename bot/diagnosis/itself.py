"""An incident about the bot: its own records say why, and nothing of the recommender is examined."""

from __future__ import annotations

from collections.abc import Sequence

from bot.diagnosis.case import good_before
from bot.diagnosis.verdict import Diagnosis, Evidence, Verdict
from checks.base import Finding, Window
from checks.vitals import ITSELF

UNTOUCHED = "the recommender: what is wrong here is the watcher, and says nothing of what is watched"


def is_about_the_bot(findings: Sequence[Finding]) -> bool:
    """Whether all of these are about the bot, none about the recommender."""
    return all(finding.subject == ITSELF for finding in findings)


def diagnose_itself(findings: Sequence[Finding]) -> Diagnosis:
    """What the bot's records say of why it cannot do its work; they are no guess, so it is sure. At least one."""
    lead = max(findings, key=lambda finding: finding.severity)
    window = Window(min(finding.onset for finding in findings), max(finding.window.end for finding in findings))
    return Diagnosis(
        subject=lead.title,
        window=window,
        last_good=good_before(window.start, window),
        verdict=Verdict(f"The bot itself, not the recommender. {lead.words}", "systems", ITSELF, 1.0),
        evidence=tuple(Evidence(one.title, one.words, "findings", {"code": one.code}) for one in findings),
        ruled_out=(UNTOUCHED,),
    )
