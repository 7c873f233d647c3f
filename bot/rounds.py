"""What the bot does unasked, each time it looks at the clock: judge what is due, follow hotfixes, end snoozes.

Each step records what failed and goes on; what is due is decided by rows, so that a restart in the middle does no harm.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlmodel import col, select

from bot import flow
from bot.cards.launch import came_said
from bot.detection.policy import Policy
from bot.detection.retention import Retention, tidy
from bot.detection.windows import latest_window
from bot.hotfixes import ending
from bot.incidents import keeping
from bot.incidents.families import OF_LAUNCHES
from bot.incidents.timeline import named_by
from bot.launches.keeping import came_lately
from bot.noticing import NOTICED, UNSETTLED
from bot.recommender.contract import RecommenderFailed
from bot.store.tables import Heartbeat, Hotfix
from bot.teammate import Teammate
from bot.telling import redraw, tell_hotfix

log = structlog.get_logger()
LOOK_AGAIN = timedelta(minutes=10)
TIDIED, TIDY_AGAIN = "tidied", timedelta(days=1)


def tick(mate: Teammate) -> None:
    """Everything that is due now. Called often; costs next to nothing when nothing is due."""
    for step in (
        _notice_due,
        _foretell_again,
        _tell_launched,
        flow.watch,
        _follow_hotfixes,
        _expire_hotfixes,
        _wake_snoozed,
        _tidy,
    ):
        try:
            step(mate)
        except Exception:  # one step that fails must not stop the others, nor the next tick
            log.exception("step failed", step=step.__name__)
    with mate.store.session() as session:
        session.merge(Heartbeat(loop="tick", at=mate.clock.now()))


def _notice_due(mate: Teammate) -> None:
    """Judge every window that has become complete since the last look, oldest first.

    The newest one is looked at again while a check could not judge it: a file may be whole by then.
    """
    now = mate.clock.now()
    with mate.store.session() as session:
        last, unsettled = session.get(Heartbeat, NOTICED), session.get(Heartbeat, UNSETTLED)
    due = mate.detector.due(last.at if last else None, now)
    if last and not due and unsettled and now - unsettled.at >= LOOK_AGAIN:
        due = [last.at]
    for as_of in due:
        flow.notice(mate, as_of)


def _foretell_again(mate: Teammate) -> None:
    """Once another version of the model serves, what was expected of launches under the one before is void."""
    now = mate.clock.now()
    try:
        if mate.foreteller.is_outdated():
            with mate.store.session() as session:
                last = session.get(Heartbeat, NOTICED)
            window = latest_window(last.at if last else now, Policy.from_settings(mate.settings))
            mate.foreteller.foretell(window.end)
    except RecommenderFailed as failed:  # tried again at the next tick
        log.warning("launches not foretold", reason=str(failed))


def _tell_launched(mate: Teammate) -> None:
    """What came of a launch that was warned of, in its own thread, once its day is over."""
    with mate.store.session() as session:
        for one in came_lately(session, mate.clock.now()):
            for incident in named_by(session, f"item:{one.item_id}"):
                if not OF_LAUNCHES.isdisjoint(incident.codes):
                    key = f"incident:{incident.id}:launched:{one.item_id}"
                    mate.outbox.post(session, key, mate.thread(incident), came_said(one))


def _follow_hotfixes(mate: Teammate) -> None:
    """Carry out what was approved before a crash, and verify what is in force; one in trouble stops no other."""
    with mate.store.session() as session:
        pending = session.exec(select(Hotfix).where(col(Hotfix.state).in_(("approved", "applied")))).all()
    for hotfix in pending:
        try:
            if hotfix.state == "approved":
                flow.carry_out(mate, hotfix.id or 0)
            elif hotfix.incident_id is not None:
                flow.verify(mate, hotfix.id or 0, hotfix.incident_id)
        except RecommenderFailed as failed:  # tried again at the next tick
            log.warning("hotfix not followed", hotfix=hotfix.id, reason=str(failed))
        except Exception:
            log.exception("hotfix not followed", hotfix=hotfix.id)


def _expire_hotfixes(mate: Teammate) -> None:
    """End what has expired or was never decided; one that cannot be ended now stops no other."""
    now = mate.clock.now()
    with mate.store.session() as session:
        numbers = ending.over(session, now)
    for number in numbers:
        try:
            with mate.store.session() as session:
                hotfix = ending.end_in_time(session, number, mate.recommender.overrides, now)
                if hotfix is not None:
                    tell_hotfix(mate, session, hotfix, hotfix.state)
        except RecommenderFailed as failed:
            log.warning("hotfix not ended", hotfix=number, reason=str(failed))
        except Exception:
            log.exception("hotfix not ended", hotfix=number)


def _wake_snoozed(mate: Teammate) -> None:
    """A snooze always ends: the card says so when it does."""
    now = mate.clock.now()
    with mate.store.session() as session:
        for incident in keeping.wake(session, now):
            redraw(mate, session, incident)


def _tidy(mate: Teammate) -> None:
    """Once a day roll up and forget what is old; where there is much of it, a little each time."""
    now, settings = mate.clock.now(), mate.settings
    with mate.store.session() as session:
        last = session.get(Heartbeat, TIDIED)
    if last and now - last.at < TIDY_AGAIN:
        return
    keep = Retention(timedelta(days=settings.store.keep_days), timedelta(weeks=settings.store.keep_weeks))
    if tidy(mate.store, settings.recommender.timezone, now, keep):
        with mate.store.session() as session:
            session.merge(Heartbeat(loop=TIDIED, at=now))
