"""How ready a recommender is for production, by the 28 tests of the ML Test Score, and which run by themselves.

Breck, Cai, Nielsen, Salib & Sculley, The ML test score: a rubric for ML production readiness and technical debt
reduction, 2017. Half a point for a test done by hand, a whole one for a test that runs by itself; a section's score is
its sum, and the score is that of the lowest section. Half of the tests can be run on a recommender that is live: those
are what the checks of this bot do, and what makes them count is that they judge, not that they exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Section = Literal["data", "model", "infrastructure", "monitoring"]
SECTIONS: tuple[Section, ...] = ("data", "model", "infrastructure", "monitoring")
JUDGING = ("quiet", "finding")  # what a check says last when it can judge
ROLLBACK = "rollback"  # what the bot does beside checking: it can take a model back, where there are overrides


@dataclass(frozen=True)
class ScoreTest:
    """One test of the rubric. `codes` are the checks that run it on what is live; () where only people can."""

    section: Section
    number: int
    words: str
    codes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As recsysops.toml names it, such as "data-1"."""
        return f"{self.section}-{self.number}"


RUBRIC: tuple[ScoreTest, ...] = (
    ScoreTest("data", 1, "feature expectations are written down and checked", ("D03", "D04", "D06")),
    ScoreTest("data", 2, "all features are beneficial"),
    ScoreTest("data", 3, "no feature costs more than it is worth"),
    ScoreTest("data", 4, "features keep to what is allowed"),
    ScoreTest("data", 5, "the pipeline protects privacy"),
    ScoreTest("data", 6, "new features can be added quickly"),
    ScoreTest("data", 7, "all code that makes features is tested"),
    ScoreTest("model", 1, "every model is reviewed and under version control"),
    ScoreTest("model", 2, "offline metrics go with what members do"),
    ScoreTest("model", 3, "all hyperparameters have been tuned"),
    ScoreTest("model", 4, "it is known what staleness costs, and noticed", ("M01",)),
    ScoreTest("model", 5, "a simpler model is not better", ("M09",)),
    ScoreTest("model", 6, "quality suffices on all important slices", ("M04", "M06")),
    ScoreTest("model", 7, "the model is fair to all it serves"),
    ScoreTest("infrastructure", 1, "training is reproducible"),
    ScoreTest("infrastructure", 2, "model code has unit tests"),
    ScoreTest("infrastructure", 3, "the whole pipeline has an integration test"),
    ScoreTest("infrastructure", 4, "quality is validated before serving", ("M08",)),
    ScoreTest("infrastructure", 5, "a single prediction can be debugged step by step"),
    ScoreTest("infrastructure", 6, "models are tried on a canary before they serve", ("M10",)),
    ScoreTest("infrastructure", 7, "models can be rolled back quickly and safely", (ROLLBACK,)),
    ScoreTest("monitoring", 1, "changes in what is depended on are noticed", ("D02", "D04", "D10")),
    ScoreTest("monitoring", 2, "what holds of the inputs in training holds in serving", ("D03", "D05", "D06")),
    ScoreTest("monitoring", 3, "features in training and serving are the same", ("M07",)),
    ScoreTest("monitoring", 4, "models are not too stale", ("M01",)),
    ScoreTest("monitoring", 5, "the model is numerically stable", ("M03",)),
    ScoreTest("monitoring", 6, "no fall, sudden or slow, in the speed of serving", ("S03",)),
    ScoreTest("monitoring", 7, "no fall in the quality of what is served", ("M06",)),
)
RUN_TIME = tuple(test for test in RUBRIC if test.codes)  # 14 of the 28


@dataclass(frozen=True)
class Scored:
    """The rubric on one installation."""

    points: Mapping[str, float]  # by test name: 0, 0.5 or 1
    running: Sequence[ScoreTest]  # the run-time tests that a check is judging now
    lacking: Sequence[ScoreTest]  # the run-time tests that none does

    def of(self, section: Section) -> float:
        """A section's score, 0 to 7."""
        return sum(points for name, points in self.points.items() if name.startswith(section))

    @property
    def lowest(self) -> Section:
        """The section that decides."""
        return min(SECTIONS, key=self.of)

    @property
    def total(self) -> float:
        """The ML Test Score, 0 to 7: that of the lowest section."""
        return self.of(self.lowest)


def score(outcomes: Mapping[str, str], can_roll_back: bool, manual: Iterable[str], automated: Iterable[str]) -> Scored:
    """The score from what each check said last (by code), and from what people say they test elsewhere (by name)."""
    judging = {code for code, outcome in outcomes.items() if outcome in JUDGING} | (
        {ROLLBACK} if can_roll_back else set()
    )
    said = dict.fromkeys(manual, 0.5) | dict.fromkeys(automated, 1.0)
    running = [test for test in RUN_TIME if judging.intersection(test.codes)]
    points = {test.name: 1.0 if test in running else said.get(test.name, 0.0) for test in RUBRIC}
    return Scored(points, running, [test for test in RUN_TIME if test not in running])
