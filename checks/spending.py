"""How the false-alarm budget is spent just now, and what people have taught: what status shows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .lessons import REMEMBERED, CalledFine

CHANGED = 0.05  # how far from 1 a weight has to be before it is worth a word


@dataclass(frozen=True)
class Spending:
    """What shares the budget, and with which weights."""

    tests: int = 0  # (measure, slice) pairs of the newest window
    chance: float | None = None  # of a false alarm that one test over everyone may take in one window
    trust: Mapping[str, float] = field(default_factory=dict)  # by code of the checks that have a record
    fine: tuple[CalledFine, ...] = ()

    @property
    def earned(self) -> dict[str, float]:
        """Checks that proved right more often than not, with their weight."""
        return {code: weight for code, weight in self.trust.items() if weight > 1 + CHANGED}

    @property
    def lost(self) -> dict[str, float]:
        """Checks that have cried wolf, with their weight."""
        return {code: weight for code, weight in self.trust.items() if weight < 1 - CHANGED}

    @property
    def ignored(self) -> dict[int, tuple[str, datetime]]:
        """By number of the incident somebody called not an issue: its title, and when that will be forgotten."""
        return {each.incident: (each.title, each.at + REMEMBERED) for each in self.fine}

    def to_json(self) -> dict[str, Any]:
        """For scripts; times in ISO form."""
        ignored = [
            {
                "incident": each.incident,
                "title": each.title,
                "measure": each.measure,
                "slice": each.slice.key,
                "direction": each.direction,
                "value": each.value,
                "expected": each.expected,
                "until": (each.at + REMEMBERED).isoformat(),
            }
            for each in self.fine
        ]
        return {"tests": self.tests, "chance_of_one": self.chance, "weights": dict(self.trust), "ignored": ignored}
