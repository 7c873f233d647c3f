"""What noticing takes: what people did around that time, pictures of what is new, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from bot.detection.runner import Detection
from bot.incidents import keeping
from bot.incidents.belonging import find_home
from bot.incidents.causes import Cause
from bot.recommender.contract import Change, RecommenderFailed
from bot.slack.messages import Picture
from bot.store.tables import Heartbeat
from bot.teammate import Teammate
from bot.telling import draw, tell
from checks.base import Window

log = structlog.get_logger()
NOTICED = "noticed"  # the heartbeat that says up to which moment the tables have been judged
UNSETTLED = "unsettled"  # the heartbeat of the last look at a window that some check could not judge
CHANGES_BEFORE = timedelta(days=28)  # long enough to know what comes every week


def take_in(
    mate: Teammate,
    session: Session,
    causes: Sequence[Cause],
    window: Window,
    now: datetime,
    pictures: Mapping[str, Picture | None],
) -> None:
    """Open, join or settle the incidents of one window, and say what is news."""
    touched = keeping.take_in(session, causes, window, now, mate.channel.channel)
    touched += keeping.settle(session, causes, window, now)
    for one in touched:
        tell(mate, session, one, pictures.get(one.incident.fingerprint))


def changes_before(mate: Teammate, window: Window) -> list[Change]:
    """What people did around that time; [] when that table cannot be read, which must not silence the checks."""
    try:
        return mate.recommender.changes(Window(window.start - CHANGES_BEFORE, window.end))
    except RecommenderFailed as failed:
        log.warning("changes not read", reason=str(failed))
        return []


def draw_new(mate: Teammate, causes: Sequence[Cause], window: Window, as_of: datetime) -> dict[str, Picture | None]:
    """Pictures for the causes that will open an incident, by fingerprint."""
    with mate.store.session() as session:
        new = [cause for cause in causes if find_home(session, cause, window, as_of) is None]
    return {cause.fingerprint: draw(cause.findings) for cause in new}


def remember_unsettled(mate: Teammate, session: Session, detection: Detection) -> None:
    """Whether a check failed, or was with another process that may have died since."""
    failed = any(outcome.state == "failed" for outcome in detection.outcomes)
    if failed or len(detection.outcomes) < len(mate.checks):
        session.merge(Heartbeat(loop=UNSETTLED, at=mate.clock.now()))
    elif (unsettled := session.get(Heartbeat, UNSETTLED)) is not None:
        session.delete(unsettled)
