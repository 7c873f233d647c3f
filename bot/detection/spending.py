"""The false-alarm budget of one run: how many tests share it, what each weighs, and what people have taught."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import Session, col, select

from bot.detection.packing import unpack
from bot.detection.policy import Policy
from bot.store.sessions import Store
from bot.store.tables import Incident, Measurements, Resolution, SliceName
from checks.base import Finding, Slice, Window
from checks.block import column_of
from checks.budget import LEAST_SHARE, SECOND, UNKNOWN_SIZE, Budget, size_weight
from checks.lessons import REMEMBERED, CalledFine, Lessons, trust_of
from checks.records import finding_from_dict
from checks.spending import Spending

OBSERVED = ("exposure", "columns", "past", "delivery")  # kinds whose slices are no parts of the rows
LATELY = timedelta(days=28)  # in which the usual size of everyone is seen
COUNTED = timedelta(days=365)  # how long an incident speaks for or against the checks that found it


@dataclass(frozen=True)
class Learnt:
    """What closed incidents teach: what is fine, and how far each check's word can be trusted."""

    fine: tuple[CalledFine, ...] = ()
    real: Mapping[str, int] = field(default_factory=dict)  # incidents resolved with a cause, by code
    false: Mapping[str, int] = field(default_factory=dict)  # incidents called not an issue, by code

    @property
    def lessons(self) -> Lessons:
        """What was called fine, as the judge reads it."""
        by_measure: dict[str, list[CalledFine]] = defaultdict(list)
        for each in self.fine:
            by_measure[each.measure].append(each)
        return Lessons({measure: tuple(known) for measure, known in by_measure.items()})

    @property
    def trust(self) -> dict[str, float]:
        """The weight that each check has earned or lost; checks of which nothing is known are not among them (1)."""
        codes = sorted({*self.real, *self.false})
        return {code: trust_of(self.real.get(code, 0), self.false.get(code, 0)) for code in codes}


def read_learnt(session: Session, now: datetime) -> Learnt:
    """What incidents closed before now teach: a few rows, read once a run."""
    called = list(
        session.exec(
            select(Incident).where(col(Incident.not_an_issue).is_(True), col(Incident.last_seen_at) > now - COUNTED)
        )
    )
    closed = session.exec(
        select(Incident)
        .join(Resolution, col(Resolution.incident_id) == col(Incident.id))
        .where(col(Incident.not_an_issue).is_(False), col(Resolution.at) > now - COUNTED, col(Resolution.cause) != "")
    )
    fresh = [incident for incident in called if now - incident.last_seen_at < REMEMBERED]
    fine = tuple(each for incident in fresh for each in _called_fine(incident))
    return Learnt(fine, _by_code(closed), _by_code(called))


def _called_fine(incident: Incident) -> list[CalledFine]:
    """The largest deviation in each measure and place of an incident that somebody called not an issue."""
    largest: dict[tuple[str, Slice, str], Finding] = {}
    for found in map(finding_from_dict, incident.findings):
        key = found.measure, found.slice, found.direction
        if key not in largest or _size(found) > _size(largest[key]):
            largest[key] = found
    return [
        CalledFine(
            incident.id or 0,
            found.measure,
            found.slice,
            found.direction,
            found.value,
            found.expected,
            incident.last_seen_at,
            incident.title,
        )
        for found in largest.values()
    ]


def _size(found: Finding) -> float:
    return abs(found.value - found.expected)


def _by_code(incidents: Iterable[Incident]) -> dict[str, int]:
    return dict(Counter(code for incident in incidents for code in incident.codes))


@dataclass(frozen=True)
class Tests:
    """What shares the budget in one window."""

    count: int = 0  # (measure, slice) pairs
    shares: float = 0.0  # their weights, summed, or a little more
    rows: Mapping[str, float] = field(default_factory=dict)  # of everyone in a usual window, by measure


def count_tests(session: Session, window: Window) -> Tests:
    """What was measured in a window to be judged. Only how much, and in slices of which columns: no value is read."""
    table = Measurements
    wanted = sa.select(col(table.measure), col(table.kind), col(table.slices), col(table.ids))
    same = (
        col(table.window_start) == window.start,
        col(table.window_end) == window.end,
        ~col(table.measure).startswith(SECOND),
    )
    blocks = session.execute(wanted.where(*same)).all()
    columns = _Columns(session)
    weights = [_weights(kind, slices, columns.of(ids)) for _, kind, slices, ids in blocks]
    return Tests(sum(1 + slices for _, _, slices, _ in blocks), sum(weights), _usual_rows(session, window))


def _usual_rows(session: Session, window: Window) -> dict[str, float]:
    """How many rows each measure rests on over everyone, in a usual window of the last weeks; this one is not asked."""
    table = Measurements
    query = sa.select(col(table.measure), col(table.rows)).where(
        col(table.window_start) >= window.start - LATELY, col(table.window_end) <= window.start
    )
    seen: dict[str, list[int]] = defaultdict(list)
    for measure, rows in session.execute(query):
        seen[measure].append(rows)
    return {measure: float(np.median(rows)) for measure, rows in seen.items()}


def _weights(kind: str, slices: int, columns: int) -> float:
    """At most what the tests of one measure weigh together, whatever the sizes of its slices.

    The slices of a column share its rows, so by Cauchy and Schwarz the roots of s shares of c columns sum up to at most
    the root of s c.
    """
    if kind in OBSERVED:
        return 1.0 + slices * size_weight(UNKNOWN_SIZE)
    return 1.0 + float((slices * (columns + slices * LEAST_SHARE)) ** 0.5)


class _Columns:
    """Of how many columns the slices of a block are."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._column: NDArray[np.int64] | None = None
        self._known: dict[bytes, int] = {}

    def of(self, ids: bytes) -> int:
        if ids not in self._known:
            found = np.unique(self._columns()[unpack(ids).astype(np.int64)])
            self._known[ids] = int((found >= 0).sum())
        return self._known[ids]

    def _columns(self) -> NDArray[np.int64]:
        """The column of each slice by its number; -1 for everyone."""
        if self._column is None:
            names = self._session.exec(select(SliceName.id, SliceName.key)).all()
            numbers: dict[str, int] = {}
            self._column = np.full(max((number or 0 for number, _ in names), default=0) + 1, -1)
            for number, key in names:
                if key:
                    self._column[number] = numbers.setdefault(column_of(key), len(numbers))
        return self._column


def share_budget(policy: Policy, tests: Tests, learnt: Learnt) -> Budget:
    """The budget of one window, shared among its tests."""
    allowed = policy.false_incidents_per_30_days
    return Budget(allowed, policy.window, tests.count, tests.shares, tests.rows, learnt.trust)


def read_spending(store: Store, policy: Policy, now: datetime) -> Spending:
    """How the budget is shared in the newest window that was measured; nothing of it while nothing was."""
    table = Measurements
    newest = select(table.window_start, table.window_end).order_by(col(table.window_end).desc()).limit(1)
    with store.session() as session:
        learnt = read_learnt(session, now)
        window = session.exec(newest).first()
        tests = count_tests(session, Window(*window)) if window else Tests()
    budget = share_budget(policy, tests, learnt)
    a_test = budget.share(1.0) if tests.count else None
    return Spending(tests.count, a_test, learnt.trust, learnt.fine)
