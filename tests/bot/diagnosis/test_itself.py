"""An incident about the bot is explained by the bot's own records: the recommender is left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import cast

from bot.diagnosis.diagnosing import diagnose_findings
from bot.recommender.contract import Recommender
from checks.base import Window
from checks.vitals import Run, Vitals
from checks.watch.unjudged import Unjudged
from checks.watch.unsent import Unsent
from tests.checks.fakes import START, days

NOW = START + timedelta(days=5)
BLIND = [Run(day, "failed", "The calls table is not whole.") for day in days(2)]
NOBODY = cast(Recommender, object())  # whatever is asked of it fails


def test_what_keeps_the_bot_from_its_work_is_said_without_a_look_at_the_recommender() -> None:
    vitals = Vitals(Window(NOW - timedelta(hours=1), NOW), {"S01": BLIND})
    waiting = replace(vitals, unsent=2, unsent_since=NOW - timedelta(hours=3))
    findings = [*Unjudged().findings(vitals), *Unsent().findings(waiting)]
    diagnosis = diagnose_findings(NOBODY, findings, NOW)
    assert diagnosis.verdict.cause.startswith("The bot itself, not the recommender.")
    assert (diagnosis.verdict.subject, diagnosis.verdict.cause_class) == ("bot", "systems")
    assert {piece.data["code"] for piece in diagnosis.evidence} == {"W01", "W02"}
    assert "The calls table is not whole." in diagnosis.evidence[0].words
    assert diagnosis.window.start == days(2)[0].start
