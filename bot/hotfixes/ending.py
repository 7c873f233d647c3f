"""How hotfixes end when nobody ends them: those in force expire, and a request that nobody decides lapses."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from bot.recommender.contract import Overrides
from bot.store.tables import IN_FORCE, Hotfix

from .applying import BOT, end, find_hotfix

DECIDED_WITHIN = timedelta(hours=24)  # an older request is nobody's wish any more, and would block the next one


def over(session: Session, now: datetime) -> list[int]:
    """The numbers of the hotfixes whose time is over, oldest first."""
    expired = and_(col(Hotfix.state).in_((*IN_FORCE, "approved")), col(Hotfix.expires_at) <= now)
    undecided = and_(col(Hotfix.state) == "requested", col(Hotfix.created_at) <= now - DECIDED_WITHIN)
    wanted = select(Hotfix.id).where(or_(expired, undecided)).order_by(col(Hotfix.id))
    return [number for number in session.exec(wanted) if number is not None]


def end_in_time(session: Session, hotfix_id: int, overrides: Overrides | None, now: datetime) -> Hotfix | None:
    """End one hotfix whose time is over; None when somebody else just has.

    Serving has stopped obeying an expired one by then, bot or no bot; its instruction is removed all the same.
    """
    if hotfix_id not in over(session, now):
        return None
    hotfix = find_hotfix(session, hotfix_id)
    if hotfix.state == "requested":
        end(session, hotfix, "lapsed", BOT, now)
        return hotfix
    if overrides is not None:
        overrides.remove(hotfix.override_id or f"hotfix-{hotfix.id}")
    end(session, hotfix, "expired", BOT, now)
    return hotfix
