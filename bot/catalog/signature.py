"""How an incident looks, apart from its numbers and dates, and how alike two of them are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class IncidentLike(Protocol):
    """What the catalogue needs to know of an incident."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def subject(self) -> str:
        """What it is about: "feature:genre_affinity"."""

    @property
    def slice(self) -> str:
        """Where, by the slice's key."""

    @property
    def cause_class(self) -> str:
        """set-up | systems | inputs | model | unknown."""

    @property
    def codes(self) -> Sequence[str]:
        """The checks that noticed, the leading one first."""

    @property
    def findings(self) -> Sequence[Mapping[str, Any]]:
        """The findings as plain records, the leading one first."""


# What two incidents may have in common, and how much each says; together 1.
LEAD, CODES, SUBJECT, WHERE, DIRECTION, CLASS = 0.25, 0.15, 0.30, 0.15, 0.05, 0.10


def signature_of(incident: IncidentLike) -> dict[str, Any]:
    """How an incident looks: codes, subject, where, direction, class; JSON values, no numbers and no dates."""
    lead = incident.findings[0] if incident.findings else {}
    return {
        "lead": incident.codes[0] if incident.codes else "",
        "codes": sorted(incident.codes),
        "subject": _seen(incident, lead),
        "slice": incident.slice,
        "direction": str(lead.get("direction", "")),
        "set_up": str((lead.get("data") or {}).get("set_up") or ""),
        "cause_class": incident.cause_class,
    }


def _seen(incident: IncidentLike, lead: Mapping[str, Any]) -> str:
    """What the leading finding speaks of: what is seen comes back alike, whatever cause is guessed at first."""
    return incident.subject if incident.subject == "items" else str(lead.get("subject") or incident.subject)


def similarity(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[float, list[str]]:
    """How alike two signatures are, from 0 to 1, and what they have in common, in words."""
    shared = [
        (LEAD * (one["lead"] == other["lead"]), f"the same check leads ({one['lead']})"),
        (CODES * _jaccard(one["codes"], other["codes"]), "the same checks noticed"),
        (_subject(one, other), f"the same subject ({one['subject']})"),
        (_where(one, other), f"the same place ({one['slice'] or 'everyone'})"),
        (DIRECTION * (one["direction"] == other["direction"]), "the same direction"),
        (CLASS * (one["cause_class"] == other["cause_class"]), f"the same class ({one['cause_class']})"),
    ]
    why = [
        words
        for (points, words), full in zip(shared, (LEAD, CODES, SUBJECT, 0.08, 1, 1), strict=True)
        if points >= full
    ]
    return sum(points for points, _ in shared), why


def _jaccard(one: Sequence[str], other: Sequence[str]) -> float:
    """Shared members over all members (Jaccard 1912); 0 for two empty sets."""
    together = set(one) | set(other)
    return len(set(one) & set(other)) / len(together) if together else 0.0


def _subject(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """The same subject, or the same gap in an item's set-up whichever the item, says most; the same kind little."""
    reasons = one.get("set_up"), other.get("set_up")
    if one["subject"] == other["subject"] or (reasons[0] and reasons[0] == reasons[1]):
        return SUBJECT
    kinds = {_kind(one["subject"]), _kind(other["subject"])}
    if kinds <= {"item", "items"}:
        return 0.0 if any(reasons) else SUBJECT / 2
    return SUBJECT / 6 if len(kinds) == 1 else 0.0


def _where(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """The same slice says much; everyone twice says less, since most trouble is everyone's; a column a little."""
    if one["slice"] == other["slice"]:
        return WHERE if one["slice"] else 0.08
    columns = [{part.split("=")[0] for part in each["slice"].split(" & ") if part} for each in (one, other)]
    return WHERE / 2 if columns[0] and columns[0] == columns[1] else 0.0


def _kind(subject: str) -> str:
    return subject.partition(":")[0]
