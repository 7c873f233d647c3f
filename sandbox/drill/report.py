"""The figures of a drill, for scripts and for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.drill.matching import names_cause
from sandbox.drill.records import Figures, Trial, Truth
from sandbox.drill.scoring import Judged, judge, of_check, overall

SIX = (
    "recall",
    "median_delay_windows",
    "false_incidents_per_30_days",
    "incidents_per_cause",
    "cause_top1",
    "cause_top3",
)


@dataclass(frozen=True)
class Report:
    """One drill, scored."""

    world: str
    seeds: int
    days: int
    judged: tuple[Judged, ...]
    codes: tuple[str, ...]  # of every check, in the order of the catalogue
    not_applicable: Mapping[str, str] = field(default_factory=dict)  # why, by code, where a check cannot be judged

    @classmethod
    def of(cls, world: str, seeds: int, days: int, trials: Sequence[Trial], codes: Sequence[str]) -> Report:
        """The report of these trials."""
        return cls(world, seeds, days, tuple(judge(trial) for trial in trials), tuple(codes))

    def overall(self) -> Figures:
        """All trials together."""
        return overall(self.judged)

    def checks(self) -> dict[str, Figures]:
        """Each check of the catalogue by its code."""
        return {code: of_check(code, self.judged) for code in self.codes}

    def by_name(self, kind: str) -> dict[str, Figures]:
        """Each fault, or each benign change, by its name."""
        names = dict.fromkeys(one.trial.truth.name for one in self.judged if one.trial.truth.kind == kind)
        return {name: overall([one for one in self.judged if one.trial.truth.name == name]) for name in names}

    def to_json(self) -> dict[str, Any]:
        """One JSON object: the figures, and every miss and false incident with its words."""
        return {
            "overall": self.overall().to_json(),
            "checks": {code: figures.to_json() for code, figures in self.checks().items()},
            "faults": {name: figures.to_json() for name, figures in self.by_name("fault").items()},
            "benign": {name: figures.to_json() for name, figures in self.by_name("benign").items()},
            "seeds": self.seeds,
            "world": self.world,
            "days": self.days,
            "missed": self.missed(),
            "false": self.false(),
            "misnamed": self.misnamed(),
            "failed": self.failed(),
            "not_applicable": dict(self.not_applicable),
        }

    def missed(self) -> list[dict[str, Any]]:
        """Every injection no incident told of, with what would repeat it."""
        return [_what(one) for one in self.judged if one.is_fault and not one.caught]

    def false(self) -> list[dict[str, Any]]:
        """Every incident that had nothing to do with what was done, in the card's words."""
        return [
            {**_what(one), "check": card.lead, "title": card.title, "words": card.signs[0].words if card.signs else ""}
            for one in self.judged
            for card in one.false
        ]

    def failed(self) -> dict[str, str]:
        """Why, for each check that could not judge some window."""
        windows = [watched for one in self.judged for watched in one.trial.windows]
        return dict(why for watched in windows for why in watched.failed)

    def misnamed(self) -> list[dict[str, Any]]:
        """Every caught fault whose card named something else, with what it named."""
        return [
            {**_what(one), "said": _named(card.subject, card.slice, card.cause_class), "truth": _named_truth(truth)}
            for one in self.judged
            if one.is_fault and one.caught
            for card, truth in [(one.own[0][1], one.trial.truth)]
            if not names_cause(card, truth)
        ]


def _what(one: Judged) -> dict[str, Any]:
    trial = one.trial
    told = {"name": trial.truth.name, "seed": trial.seed, "severity": round(trial.severity, 3)}
    return {**told, "start": trial.start.date().isoformat(), **({"damage": trial.damage} if trial.damage else {})}


def _named(subject: str, where: str, cause_class: str | None) -> str:
    return f"{subject} in {where or 'everyone'} ({cause_class})"


def _named_truth(truth: Truth) -> str:
    return _named(truth.subject, truth.slice, truth.cause_class)
