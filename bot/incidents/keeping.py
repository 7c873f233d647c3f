"""Keeping incidents: a cause found again joins its incident, and one not found any more is let go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, select

from bot.store.once import insert_once
from bot.store.tables import CheckRun, Incident
from checks.base import Finding, Window
from checks.records import finding_to_dict

from .belonging import find_home, is_recognised, is_the_same, lies_behind, widens
from .causes import Cause
from .merging import impact_of, merge
from .moves import BOT, acknowledge, mitigate, not_an_issue, reopen, resolve, snooze, unsnooze, wake
from .states import NotPossible, StaleClick, UnknownIncident
from .timeline import about_item, all_incidents, find_incident, note, open_incidents, timeline

__all__ = [
    "BOT", "NotPossible", "StaleClick", "Touched", "UnknownIncident", "about_item", "acknowledge", "all_incidents",
    "find_incident", "mitigate", "not_an_issue", "note", "open_incidents", "reopen", "resolve", "settle", "snooze",
    "take_in", "timeline", "unsnooze", "wake",
]  # fmt: skip

News = Literal["opened", "reopened", "worse", "joined", "recovered", "seen"]
LOUDEST: tuple[News, ...] = ("opened", "reopened", "worse", "joined", "recovered", "seen")
JUDGED = ("quiet", "finding")  # a check that could not judge a window says nothing about it


@dataclass(frozen=True)
class Touched:
    """An incident that a window has touched, and whether that is news. `fresh` are findings of checks new to it."""

    incident: Incident
    news: News
    fresh: tuple[Finding, ...] = ()


def take_in(session: Session, causes: Sequence[Cause], window: Window, now: datetime, channel: str) -> list[Touched]:
    """Open an incident for each cause, or join the one there is; taking the same window in twice changes nothing.

    A persisting fault's later symptoms join its incident; a resolved one reopens within its cool-down. Snoozed ones and
    those called not an issue are still recorded, and are no news.
    """
    touched: dict[int, Touched] = {}
    for cause in causes:
        one = _take(session, cause, window, now, channel)
        assert one.incident.id is not None
        touched[one.incident.id] = _louder(touched.get(one.incident.id), one)
    session.flush()
    return list(touched.values())


def settle(
    session: Session, causes: Sequence[Cause], window: Window, now: datetime, clean_windows_to_close: int = 2
) -> list[Touched]:
    """Count the windows in which an incident was no longer seen; after enough of them it has recovered.

    Only windows count in which the incident's leading check could judge: unknown is not green. What recovers is
    mitigated until a person resolves it; one called not an issue closes by itself.
    """
    judged = _judged(session, window)
    recovered = []
    for incident in session.exec(select(Incident).where(Incident.state != "resolved").order_by(col(Incident.id))).all():
        still = any(is_recognised(cause, incident) or is_the_same(cause, incident) for cause in causes)
        seen = incident.last_seen_at > window.start or still
        counted = incident.clean_windows >= clean_windows_to_close
        if seen or counted or incident.codes[0] not in judged:
            continue
        if _count_clean(session, incident, window, now) and incident.clean_windows >= clean_windows_to_close:
            recovered.append(_let_go(session, incident, now))
    return recovered


def _take(session: Session, cause: Cause, window: Window, now: datetime, channel: str) -> Touched:
    incident = find_home(session, cause, window, now)
    if incident is None:
        return _open(session, cause, window, now, channel)
    if incident.state == "resolved" and (incident.not_an_issue or window.start < (incident.resolved_at or now)):
        return Touched(incident, "seen")  # the tail of what has been dealt with
    return _join(session, incident, cause, window, now)


def _open(session: Session, cause: Cause, window: Window, now: datetime, channel: str) -> Touched:
    """A new incident, unless another process has just opened it: then join that one."""
    row = Incident(
        fingerprint=cause.fingerprint,
        open_key=cause.fingerprint,
        state="open",
        severity=int(cause.severity),
        title=cause.title,
        cause=cause.cause,
        cause_class=cause.cause_class,
        subject=cause.subject,
        slice=cause.slice.key,
        codes=list(cause.codes),
        findings=[finding_to_dict(found) for found in cause.findings],
        impact=impact_of(cause),
        onset=cause.onset,
        detected_at=now,
        last_seen_at=window.end,
        channel=channel,
    )
    first = insert_once(session, row, "open_key")
    incident = session.exec(select(Incident).where(Incident.open_key == cause.fingerprint)).one()
    if not first:
        return _join(session, incident, cause, window, now)
    note(session, _id(incident), "opened", "opened", cause.title, now, data={"codes": list(cause.codes)})
    return Touched(incident, "opened", cause.findings)


def _join(session: Session, incident: Incident, cause: Cause, window: Window, now: datetime) -> Touched:
    """What the window adds to an incident, and whether somebody should hear of it."""
    muted = incident.not_an_issue or (incident.snoozed_until is not None and incident.snoozed_until > now)
    news: list[News] = ["seen"]
    fresh = tuple(found for found in cause.findings if found.code not in incident.codes)
    if _is_back(incident, cause, window) and not muted:
        reopen(session, _id(incident), BOT, f"It is back: {cause.title}", now)
        news.append("reopened")
    if cause.severity > incident.severity:
        incident.version = incident.version + 1
        note(session, _id(incident), f"worse:{int(cause.severity)}:{incident.reopened}", "worse", cause.title, now)
        news.append("worse")
    for found in {found.code: found for found in reversed(fresh)}.values():
        note(session, _id(incident), f"joined:{found.code}:{incident.reopened}", "joined", found.words, now)
        news.append("joined")
    merge(session, incident, cause, window, nearer=lies_behind(cause, incident) or widens(cause, incident))
    session.add(incident)
    return Touched(incident, "seen" if muted else min(news, key=LOUDEST.index), fresh)


def _is_back(incident: Incident, cause: Cause, window: Window) -> bool:
    """Whether its own trouble had gone (resolved, or mitigated and then clean) before this window."""
    if window.end <= incident.last_seen_at or not is_the_same(cause, incident):
        return False
    after_mitigation = incident.mitigated_at is not None and incident.mitigated_at <= window.start
    return incident.state == "resolved" or (
        incident.state == "mitigated" and (incident.clean_windows > 0 or after_mitigation)
    )


def _judged(session: Session, window: Window) -> set[str]:
    runs = select(CheckRun.code).where(
        CheckRun.window_start == window.start,
        CheckRun.window_end == window.end,
        col(CheckRun.outcome).in_(JUDGED),
    )
    return set(session.exec(runs))


def _count_clean(session: Session, incident: Incident, window: Window, now: datetime) -> bool:
    """Count this window once, however often it is settled."""
    if not note(session, _id(incident), f"clean:{window.end.isoformat()}", "clean", "not seen in this window", now):
        return False
    incident.clean_windows += 1
    session.add(incident)
    session.flush()
    return True


def _let_go(session: Session, incident: Incident, now: datetime) -> Touched:
    words = f"not seen in {incident.clean_windows} windows in a row"
    if incident.not_an_issue:
        return Touched(resolve(session, _id(incident), BOT, now), "seen")
    mitigate(session, _id(incident), BOT, words, now)
    note(session, _id(incident), f"recovered:{incident.version}", "recovered", words, now)
    return Touched(incident, "recovered")


def _louder(one: Touched | None, other: Touched) -> Touched:
    if one is None:
        return other
    news: Iterable[News] = (one.news, other.news)
    return Touched(other.incident, min(news, key=LOUDEST.index), one.fresh + other.fresh)


def _id(incident: Incident) -> int:
    assert incident.id is not None
    return incident.id
