"""Predictions as they are kept: what holds now, what held before, and how good they came to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlmodel import Session, col, select

from bot.store.tables import LaunchPrediction
from checks.events import Foretold, Launch

LEAD = timedelta(days=7)  # before a launch: what was expected then is what counts
LATELY = timedelta(days=90)


@dataclass(frozen=True)
class TrackRecord:
    """How good predictions a week ahead were lately."""

    launches: int
    covered: float  # share of outcomes within their interval; four in five should be
    off: float  # the mean distance, in shares of requests


def standing(session: Session) -> list[LaunchPrediction]:
    """The newest prediction of each launch that is not void, the next launch first."""
    asked = select(LaunchPrediction).where(
        col(LaunchPrediction.voided_at).is_(None), col(LaunchPrediction.looked_back).is_(False)
    )
    newest = {one.item_id: one for one in session.exec(asked.order_by(col(LaunchPrediction.as_of))).all()}
    return sorted(newest.values(), key=lambda one: (one.launches_at, one.item_id))


def read(one: LaunchPrediction, launch: Launch) -> Foretold | None:
    """A prediction as checks and cards see it; None where too few launches were known to make one."""
    if one.value is None or one.low is None or one.high is None or one.usual is None:
        return None
    numbers = (one.value, one.low, one.high, one.usual)
    return Foretold(
        launch, one.as_of, one.version, one.top, *numbers, one.launches, dict(one.kept_out), tuple(one.missing)
    )


def history_of(session: Session, item_id: str) -> list[LaunchPrediction]:
    """Every prediction of a launch, void ones too, oldest first."""
    asked = select(LaunchPrediction).where(
        LaunchPrediction.item_id == item_id, col(LaunchPrediction.looked_back).is_(False)
    )
    return list(session.exec(asked.order_by(col(LaunchPrediction.as_of), col(LaunchPrediction.id))).all())


def void_others(session: Session, version: str, now: datetime) -> int:
    """What another version of the model said of launches ahead holds no longer; returns how many that were."""
    asked = select(LaunchPrediction).where(
        col(LaunchPrediction.voided_at).is_(None),
        LaunchPrediction.version != version,
        LaunchPrediction.launches_at > now,
        col(LaunchPrediction.looked_back).is_(False),
    )
    old = session.exec(asked).all()
    for one in old:
        one.voided_at, one.void_reason = now, f"version {version} was released"
        session.add(one)
    return len(old)


def revive(session: Session, version: str, as_of: datetime) -> None:
    """What a version said holds again once that version serves again."""
    asked = select(LaunchPrediction).where(LaunchPrediction.version == version, LaunchPrediction.as_of == as_of)
    for one in session.exec(asked).all():
        one.voided_at, one.void_reason = None, ""
        session.add(one)


def a_week_ahead(predictions: Iterable[LaunchPrediction]) -> dict[str, LaunchPrediction]:
    """Of each launch the last prediction at least a week ahead of it; one made then before one looked back at."""
    told: dict[str, LaunchPrediction] = {}
    for one in sorted(predictions, key=lambda one: (not one.looked_back, one.as_of)):
        if one.as_of <= one.launches_at - LEAD:
            told[one.item_id] = one
    return told


def came_lately(session: Session, now: datetime) -> list[LaunchPrediction]:
    """What was expected a week ahead of launches of the last days of which it is known by now what came."""
    week = a_week_ahead(one for one in launched_since(session, now - LEAD) if not one.looked_back)
    return [one for one in week.values() if one.outcome is not None and one.launches_at < now]


def launched_since(session: Session, since: datetime) -> list[LaunchPrediction]:
    """Every prediction of launches since a moment."""
    return list(session.exec(select(LaunchPrediction).where(LaunchPrediction.launches_at >= since)).all())


def track_record(session: Session, now: datetime) -> TrackRecord | None:
    """How good the predictor has been lately; None before any prediction came to its day."""
    week = a_week_ahead(one for one in launched_since(session, now - LATELY) if not one.looked_back)
    return judge_predictions(list(week.values()))


def judge_predictions(predictions: Sequence[LaunchPrediction]) -> TrackRecord | None:
    """How good predictions with an outcome were; None where none has."""
    done = [
        (one.value, one.low, one.high, one.outcome)
        for one in predictions
        if one.value is not None and one.low is not None and one.high is not None and one.outcome is not None
    ]
    if not done:
        return None
    value, low, high, outcome = np.array(done, float).T
    inside = (outcome >= low) & (outcome <= high)
    return TrackRecord(len(done), float(inside.mean()), float(np.abs(outcome - value).mean()))
