"""What kind of trouble each check speaks of, and how near to the root of things it looks.

A recommender is a pipeline: tables, features, candidates, filters, the model, its scores, the lists, what is logged of
them, and what members make of them. The families stand in that order; pipeline.py says which leads to which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks.base import Finding
from checks.vitals import ITSELF


@dataclass(frozen=True)
class Family:
    """Checks that see the same kind of trouble."""

    name: str
    cause_class: str  # set-up | systems | inputs | model | unknown: of the first guess
    guess: str  # the first suspect, in words; {what} is the subject's name
    symptom: bool = False  # often a consequence: may show up long after its cause, and gives way to it as a name
    diluted: bool = False  # a trouble in one place shows in everyone's number too
    prompt: bool = False  # counted or written down, so that its onset is certain: nothing it caused began before

    @property
    def rank(self) -> int:
        """How near the root it looks: 0 is nearest."""
        return EVERY_FAMILY.index(self)


JOB = "Suspect the job that delivers {what}."
MODEL = "Suspect the model serving: no input is seen to have moved."

WATCH = Family("watch", "systems", "This is about the bot itself, not about the recommender.", prompt=True)
LAUNCH = Family("launch", "set-up", "Suspect the set-up of {what}.")
TRAFFIC = Family("traffic", "systems", "Suspect a crawler or a script, which is nobody to learn from.", prompt=True)
SCHEMA = Family("schema", "inputs", "Suspect whoever writes {what}: what they write has changed.", prompt=True)
LABELS = Family("labels", "inputs", "Suspect the job that sets {what}.", prompt=True)
DELIVERY = Family("delivery", "systems", JOB, prompt=True)
LATENCY = Family("latency", "systems", "Suspect what serving waits for, then its load.", prompt=True)
FALLBACK = Family(
    "fallback", "systems", "Suspect serving: it does not get its lists in time.", diluted=True, prompt=True
)
FILTERS = Family("filters", "systems", "Suspect the rule that excludes them.")
ARRIVAL = Family("arrival", "systems", JOB, prompt=True)
UNSEEN = Family("unseen", "inputs", "Suspect the table or job that brings {what}.")
VERSION = Family("version", "model", "Suspect the release: what serves is not what was let through.", prompt=True)
INDEX = Family("version", "systems", "Suspect the build of the index: it does not go with the model.", prompt=True)
MISSING = Family("missing", "inputs", "Suspect the table or job that fills {what}.")
OUT_OF_RANGE = Family("shift", "inputs", "Suspect the source of {what}, then its unit.", prompt=True)
STALE = Family("stale", "systems", "Suspect the job that refreshes {what}, or its schedule.")
LOGGING = Family(
    "position", "systems", "Suspect how positions are logged; do not trust what is measured by them.", prompt=True
)
LISTS = Family("lists", "systems", "Suspect the candidate index, then the filters.", symptom=True)
# Fewer rows are logged where less is served: together with something above, that is a symptom of it.
LOGGED = Family("arrival", "systems", "Suspect the job that delivers {what}, then serving.", prompt=True)
SHORT_SOMEWHERE = Family("lists", "systems", "Suspect what fills those lists.", symptom=True, diluted=True)
COVERAGE = Family("coverage", "systems", "Suspect the candidate index, then the filters.", symptom=True)
# Nobody takes titles out by hand at every version: what makes the versions does.
NARROWING = Family(
    "coverage",
    "model",
    "Suspect what each retrain leaves out: it may learn from what the last one chose.",
    symptom=True,
)
SKEW = Family("skew", "inputs", "Suspect how serving computes {what}: offline it comes out differently.")
SHIFT = Family("shift", "inputs", "Suspect the source of {what}, or its unit.", symptom=True)
NUMERIC = Family("numeric", "model", MODEL, symptom=True)
CONSUMED = Family("consumed", "systems", "Suspect what lies between the ranker and the page: a cache, a re-ranking.")
SCORES = Family("scores", "model", MODEL, symptom=True, diluted=True)
POSITION = Family("position", "systems", "Suspect the page, then the logging of positions.", symptom=True)
# An outcome whose list is lost has no place: what was lost in one region lowers everyone's rate.
JOIN = Family(
    "join", "systems", "Suspect the join of outcomes to what was shown; do not trust what rests on it.", diluted=True
)
# Outcomes and logged candidates follow from what was served: together with something above, they are a symptom of it.
FOLLOWING = Family("following", "systems", "Suspect the job that delivers {what}, then what was served.", symptom=True)
RETRIEVAL = Family("retrieval", "systems", "Suspect the candidate index, then the filters.", symptom=True, diluted=True)
CALIBRATION = Family("calibration", "model", MODEL, symptom=True, diluted=True)
QUALITY = Family("quality", "model", MODEL, symptom=True, diluted=True)
MEMBERS = Family("members", "model", MODEL, symptom=True, diluted=True)
STABILITY = Family("stability", "unknown", "Suspect what chooses the items.", symptom=True, diluted=True)
EXPOSURE = Family("exposure", "model", "Suspect what the model learns from its choices.", symptom=True, diluted=True)
STARTS = Family(
    "items",
    "systems",
    "Suspect what gives new titles their place: slots, exploration, the index.",
    symptom=True,
    diluted=True,
)
ITEMS = Family("items", "systems", "Suspect candidates and filters.", symptom=True, diluted=True)
OTHER = Family("other", "unknown", "Nothing is suspected yet: ask for a diagnosis.", symptom=True, diluted=True)

# In the order in which they lead: what comes first is nearest the root.
EVERY_FAMILY = (
    WATCH, LAUNCH, TRAFFIC, SCHEMA, LABELS, DELIVERY, ARRIVAL, LATENCY, FALLBACK, FILTERS, UNSEEN, VERSION, INDEX,
    MISSING, OUT_OF_RANGE, STALE, LOGGING, LISTS, LOGGED, NARROWING, COVERAGE, SHORT_SOMEWHERE, SKEW, SHIFT, NUMERIC,
    CONSUMED, SCORES, POSITION, JOIN, FOLLOWING, RETRIEVAL, CALIBRATION, QUALITY, MEMBERS, STABILITY, EXPOSURE, STARTS,
    ITEMS, OTHER,
)  # fmt: skip

# Of two checks of a family the first is nearer the root.
FAMILIES: Mapping[str, Family] = {
    "W01": WATCH,
    "W02": WATCH,
    "W03": WATCH,
    "W04": WATCH,
    "L01": LAUNCH,
    "L02": LAUNCH,
    "L03": LAUNCH,
    "D08": TRAFFIC,
    "D04": SCHEMA,
    "D11": LABELS,
    "D05": DELIVERY,
    "D10": DELIVERY,
    "D02": ARRIVAL,
    "D01": ARRIVAL,
    "S03": LATENCY,
    "S01": FALLBACK,
    "S06": FILTERS,
    "D09": UNSEEN,
    "M08": VERSION,
    "D03": MISSING,
    "M01": STALE,
    "S02": LISTS,
    "I03": COVERAGE,
    "M07": SKEW,
    "D06": SHIFT,
    "M03": NUMERIC,
    "S05": CONSUMED,
    "M10": SCORES,
    "M02": SCORES,
    "S07": POSITION,
    "D07": JOIN,
    "P02": RETRIEVAL,
    "M04": CALIBRATION,
    "M05": CALIBRATION,
    "M06": QUALITY,
    "M09": QUALITY,
    "P01": QUALITY,
    "P03": MEMBERS,
    "P05": MEMBERS,
    "P04": MEMBERS,
    "S04": STABILITY,
    "I06": EXPOSURE,
    "I04": EXPOSURE,
    "I02": EXPOSURE,
    "I05": EXPOSURE,
    "I01": ITEMS,
}
ORDER = {code: place for place, code in enumerate(FAMILIES)}
# A user's own check has a code of its own: its subject says where it looks.
OF_SUBJECTS: Mapping[str, Family] = {
    ITSELF: WATCH,
    "label": LABELS,
    "calls": LATENCY,
    "table": DELIVERY,
    "feed": DELIVERY,
    "filter": FILTERS,
    "joins": JOIN,
    "feature": SHIFT,
    "features": STALE,
    "index": INDEX,
    "lists": COVERAGE,
    "model": SCORES,
    "positions": POSITION,
    "choices": MEMBERS,
    "members": MEMBERS,
    "member": MEMBERS,
    "items": EXPOSURE,
    "item": ITEMS,
}
OF_LAUNCHES = frozenset(code for code, family in FAMILIES.items() if family is LAUNCH)  # checks that warn of a launch
APART = (WATCH, LAUNCH)  # these are about something else than the running recommender
SIDES = ("version", "arm")  # columns that say which of the serving sides, not where
FOLLOWERS = ("table:outcomes", "table:requests")


def family_of(finding: Finding) -> Family:
    """The family of a finding's check; for a check that nobody has placed, by its subject."""
    family = FAMILIES.get(finding.code) or OF_SUBJECTS.get(kind_of(finding), OTHER)
    if family is EXPOSURE and is_item(finding):
        return ITEMS
    if finding.code == "I01" and not is_item(finding):
        return STARTS  # launches all together
    if family is ARRIVAL and finding.subject in FOLLOWERS:
        return FOLLOWING
    if family is SCHEMA and kind_of(finding) == "feature":
        return OUT_OF_RANGE
    if family is POSITION and "psi" not in finding.data:
        return LOGGING  # no curve, but the positions themselves
    if family is LISTS and finding.code == "S02" and place_of(finding):
        return SHORT_SOMEWHERE  # too few items for some lists: what took the items shows for everyone
    if family is COVERAGE and finding.data.get("narrowing"):
        return NARROWING
    if family is VERSION and finding.subject == "index":
        return INDEX
    return LOGGED if finding.code == "D01" and finding.subject == "table:impressions" else family


def nearness(finding: Finding) -> tuple[int, int, float, int, float, str, str]:
    """Sorts findings: nearest the root first, then the earliest, the broadest, the most surprising, then by name."""
    place = ORDER.get(finding.code, len(ORDER))
    breadth, onset = len(finding.slice.parts), finding.onset.timestamp()
    return family_of(finding).rank, place, onset, breadth, -finding.surprise, finding.slice.key, finding.subject


def kind_of(finding: Finding) -> str:
    """What sort of thing it is about: "feature" of "feature:genre_affinity"."""
    return finding.subject.partition(":")[0]


def place_of(finding: Finding) -> frozenset[tuple[str, str]]:
    """Where it is seen: its slice, without the versions and arms in it."""
    return frozenset(part for part in finding.slice.parts if not any(side in part[0] for side in SIDES))


def is_item(finding: Finding) -> bool:
    """Whether it speaks of one item rather than of the system."""
    return finding.subject.startswith("item:")


def is_ahead(finding: Finding) -> bool:
    """Whether it is about a launch that has not happened yet."""
    return finding.code in OF_LAUNCHES


def set_up_reason(finding: Finding) -> str:
    """What the item's owner left out ("no artwork"), "" when its set-up explains nothing."""
    reason = finding.data.get("set_up") or ""
    return ", ".join(map(str, reason)) if isinstance(reason, list | tuple) else str(reason)
