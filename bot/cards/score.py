"""The ML Test Score, as people and scripts read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.cards.blocks import section
from bot.health import CheckState
from bot.settings import Settings
from bot.slack.messages import Block
from checks.ml_test_score import RUN_TIME, SECTIONS, Scored, ScoreTest, score


def score_of(settings: Settings, states: Sequence[CheckState]) -> Scored:
    """The score of this installation, by what its checks said last and what recsysops.toml says of the rest."""
    said = settings.ml_test_score
    outcomes = {state.code: state.outcome for state in states}
    return score(outcomes, settings.overrides is not None, said.manual, said.automated)


def score_blocks(scored: Scored) -> list[Block]:
    """The score, its sections, and what is lacking."""
    parts = ", ".join(f"{name} {scored.of(name):g}" for name in SECTIONS)
    lines = [
        f"*ML Test Score {scored.total:g} of 7*: that of the lowest section, {scored.lowest} ({parts}).",
        f"{len(scored.running)} of the {len(RUN_TIME)} tests that can run on a live recommender do.",
    ]
    lines += [f"Not running: {_lacking(test)}" for test in scored.lacking]
    return [section("\n".join(lines))]


def score_to_json(scored: Scored) -> dict[str, Any]:
    """For scripts: points by test, sums by section."""
    return {
        "score": scored.total,
        "lowest": scored.lowest,
        "sections": {name: scored.of(name) for name in SECTIONS},
        "run_time_tests": len(RUN_TIME),
        "running": [test.name for test in scored.running],
        "not_running": [test.name for test in scored.lacking],
        "points": dict(scored.points),
    }


def _lacking(test: ScoreTest) -> str:
    return f"{test.words} ({test.name}: {', '.join(test.codes)})"
