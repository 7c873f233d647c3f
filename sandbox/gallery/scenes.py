"""Which world is broken for which check, in code order."""

from __future__ import annotations

from dataclasses import dataclass

from checks.base import About
from checks.catalogue import EVERY_CHECK, EVERY_WATCH
from sandbox.recommender.faults.base import Fault
from sandbox.recommender.faults.catalogue import EVERY_FAULT, find_fault

LAB = "lab"
# Where several faults are for a check to notice: the one that tells best what it is for.
TELLING = {
    "D01": "partition-lost",
    "D06": "upstream-retrained",
    "M02": "negatives-sampled",
    "M04": "negatives-sampled",
    "M05": "negatives-sampled",
    "M06": "ungated-model",
    "M07": "serving-only-missing",
    "M08": "index-mismatch",
    "M09": "lists-turned-around",
    "S05": "reranked-on-page",
    "S06": "filter-too-wide",
    "P01": "first-page-skipped",
    "P02": "index-truncated",
    "P03": "clicks-lost",
    "P04": "worst-first",
    "I01": "artwork-missing",
    "I02": "worst-first",
    "I03": "index-truncated",
    "I04": "popularity-collapse",
}

# Of new members, of children, and of requests the lab has too few to judge.
ELSEWHERE = dict.fromkeys(("P05", "I06", "L02", "L03", "L04"), "lab-large")


@dataclass(frozen=True)
class Scene:
    """A check, and the fault of the lab that is shown for it; None for the checks that watch the bot itself."""

    about: About
    fault: Fault | None
    world: str = LAB

    @property
    def code(self) -> str:
        """The check's."""
        return self.about.code


def every_scene() -> list[Scene]:
    """One for each check, in the order of docs/checks.md."""
    ours = [
        Scene(check.about, _fault_for(check.about.code), ELSEWHERE.get(check.about.code, LAB)) for check in EVERY_CHECK
    ]
    return ours + [Scene(watch.about, None) for watch in EVERY_WATCH]


def _fault_for(code: str) -> Fault:
    if code in TELLING:
        return find_fault(TELLING[code])
    return next(fault for fault in EVERY_FAULT if code in fault.codes)
