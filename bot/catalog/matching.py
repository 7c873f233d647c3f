"""Has this been seen before? The nearest known issues, or an honest no."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from bot.store.tables import KnownIssue, Resolution

from .signature import IncidentLike, signature_of, similarity

__all__ = ["IncidentLike", "Match", "known_issues", "signature_of", "similar", "track_record"]

ALIKE = 0.7  # below this the catalogue says that it matches nothing
HALF_LIFE_DAYS = 30.0  # most repeats come within weeks: the older, the less likely to be this one


@dataclass(frozen=True)
class Match:
    """A known issue that looks like an incident, with what put it out and how often that worked."""

    known_issue: KnownIssue
    similarity: float  # 0 to 1, by how they look alone
    seen: int
    fix: str
    fix_worked: int
    fix_tried: int
    last_seen_at: datetime
    why: str


def similar(session: Session, signature: Mapping[str, Any], now: datetime, limit: int = 3) -> list[Match]:
    """The known issues that look like this, the likeliest first; [] means that it matches nothing known."""
    alike = []
    for issue in known_issues(session):
        likeness, why = similarity(signature, issue.signature)
        if likeness >= ALIKE:
            alike.append((likeness * _recency(issue, now), _match(session, issue, likeness, why)))
    alike.sort(key=lambda pair: -pair[0])
    return [match for _, match in alike[:limit]]


def known_issues(session: Session) -> list[KnownIssue]:
    """The whole catalogue, seen last first."""
    newest = select(KnownIssue).order_by(col(KnownIssue.last_seen_at).desc(), col(KnownIssue.id))
    return list(session.exec(newest))


def track_record(resolutions: Sequence[Resolution]) -> tuple[str, int, int]:
    """The fix that worked most often, how often it did, and how often it was tried; ("", 0, 0) for none."""
    tried: dict[str, list[bool]] = {}
    for resolution in resolutions:
        if resolution.fix:
            tried.setdefault(resolution.fix, []).append(resolution.fix_worked)
    if not tried:
        return "", 0, 0
    best = max(tried, key=lambda fix: (sum(tried[fix]), sum(tried[fix]) / len(tried[fix])))
    return best, sum(tried[best]), len(tried[best])


def _match(session: Session, issue: KnownIssue, likeness: float, why: Sequence[str]) -> Match:
    of_issue = select(Resolution).where(Resolution.known_issue_id == issue.id).order_by(col(Resolution.at).desc())
    fix, worked, times = track_record(session.exec(of_issue).all())
    return Match(issue, likeness, issue.seen, fix or issue.fix, worked, times, issue.last_seen_at, ", ".join(why))


def _recency(issue: KnownIssue, now: datetime) -> float:
    """1 for just now, falling to a half: an old issue that looks just alike is still worth showing."""
    days = max(0.0, (now - issue.last_seen_at).total_seconds() / 86_400)
    return 0.5 + 0.5 * math.pow(0.5, days / HALF_LIFE_DAYS)
