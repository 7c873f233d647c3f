"""The same questions over a recommender that really serves, through the real gateways."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.diagnosis.diagnosing import diagnose_findings
from bot.diagnosis.item_health import ItemHealth, item_health
from bot.recommender.opening import open_recommender
from bot.settings import load
from checks.base import EVERYONE, Finding, Severity, Window
from sandbox.recommender.worlds import open_world

DAY = timedelta(days=1)


@pytest.mark.parametrize("fault", ["constant-feature", "unit-change", "partition-lost", "missing-value-bug"])
def test_the_true_cause_is_named_from_a_finding_that_does_not_say(fault: str, tmp_path: Path) -> None:
    world = open_world("lab", tmp_path / "world")
    truth = world.break_with(fault)
    world.serve_day()
    window = Window(world.today - DAY, world.today)
    finding = Finding(
        "X00", "something is off", "A number is off.", "lists", "m", EVERYONE, window, window.start, 1.0, 2.0, 1.5, 2.5,
        "down", 500, 8.0, Severity.high,
    )  # fmt: skip
    diagnosis = diagnose_findings(open_recommender(load(world.config_path)), [finding], world.clock.now())
    assert (diagnosis.verdict.cause_class, diagnosis.verdict.subject) == (truth.cause_class, truth.subject)
    assert (diagnosis.verdict.suggested_hotfix == "rollback model") is truth.rollback_mends
    assert diagnosis.replay is not None
    assert diagnosis.replay.equal
    assert diagnosis.verdict.confidence > 0.6


def test_a_launch_manager_learns_that_the_artwork_is_missing(tmp_path: Path) -> None:
    world = open_world("lab", tmp_path / "world")
    truth = world.break_with("artwork-missing")
    world.serve_day()
    answer = item_health(
        open_recommender(load(world.config_path)), truth.subject.removeprefix("item:"), world.clock.now(), DAY
    )
    assert isinstance(answer, ItemHealth)
    assert "It has no artwork in the catalogue." in answer.reasons
    assert answer.fresh_at is not None
