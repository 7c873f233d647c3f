"""What kind of trouble each check speaks of, and how near to the root of things it looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks.base import Finding


@dataclass(frozen=True)
class Family:
    """Checks that see the same kind of trouble. A lower rank is nearer the root; a symptom may show up late."""

    name: str
    rank: int
    cause_class: str
    symptom: bool
    guess: str  # the first suspect, in words; {what} is the subject's name


ARRIVAL = Family("arrival", 0, "systems", False, "Suspect the job that delivers {what}.")
MISSING = Family("missing", 1, "inputs", False, "Suspect the table or job that fills {what}.")
STALE = Family("stale", 2, "systems", False, "Suspect the job that refreshes {what}, or its schedule.")
CANDIDATES = Family("candidates", 3, "systems", True, "Suspect the candidate index, then the filters.")
SHIFT = Family("shift", 4, "inputs", True, "Suspect the source of {what}, or its unit.")
SCORES = Family("scores", 5, "model", True, "Suspect the model serving: no input is seen to have moved.")
# Outcomes and logged candidates follow from what was served: together with something above, they are a symptom of it.
FOLLOWING = Family("following", 6, "systems", True, "Suspect the job that delivers {what}, then what was served.")
QUALITY = Family("quality", 7, "model", True, "Suspect the model serving: no input is seen to have moved.")
ITEMS = Family("items", 8, "systems", True, "Suspect candidates and filters.")
OTHER = Family("other", 9, "unknown", True, "Nothing is suspected yet: ask for a diagnosis.")

# In the order in which they lead: of two checks of a family the first is nearer the root.
FAMILIES: Mapping[str, Family] = {
    "D02": ARRIVAL,
    "D01": ARRIVAL,
    "D03": MISSING,
    "M01": STALE,
    "S02": CANDIDATES,
    "I03": CANDIDATES,
    "D06": SHIFT,
    "M02": SCORES,
    "M06": QUALITY,
    "P01": QUALITY,
    "I01": ITEMS,
}
FOLLOWERS = ("table:outcomes", "table:requests")
ORDER = {code: place for place, code in enumerate(FAMILIES)}


def family_of(finding: Finding) -> Family:
    """The family of a finding's check; OTHER for a check that nobody has placed yet."""
    family = FAMILIES.get(finding.code, OTHER)
    return FOLLOWING if family is ARRIVAL and finding.subject in FOLLOWERS else family


def nearness(finding: Finding) -> tuple[int, int, float, int, float, str, str]:
    """Sorts findings: nearest the root first, then the earliest, the broadest, the most surprising, then by name."""
    place = ORDER.get(finding.code, len(ORDER))
    breadth, onset = len(finding.slice.parts), finding.onset.timestamp()
    return family_of(finding).rank, place, onset, breadth, -finding.surprise, finding.slice.key, finding.subject


def is_item(finding: Finding) -> bool:
    """Whether it speaks of one item rather than of the system."""
    return finding.subject.startswith("item:")


def set_up_reason(finding: Finding) -> str:
    """What the item's owner left out ("no artwork"), "" when its set-up explains nothing."""
    reason = finding.data.get("set_up") or ""
    return ", ".join(map(str, reason)) if isinstance(reason, list | tuple) else str(reason)
