"""The runner: each check once a window, on measurements that are taken once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from bot.detection.edges import with_learned_edges
from bot.detection.history import Foretell, StoredHistory
from bot.detection.judging import Judging, plan_measures
from bot.detection.measuring import Failures, describe, measure_new
from bot.detection.policy import Policy
from bot.detection.records import Outcome, claim, finish, read_findings_since, read_known_bad, read_outcomes
from bot.detection.spending import count_tests, read_learnt, share_budget
from bot.detection.stored import Stored
from bot.detection.windows import due_times, history_windows, latest_window
from bot.recommender.contract import Recommender
from bot.store.sessions import Store
from checks.base import Finding, Measure, Schema, Window
from checks.judge import HistoryJudge
from checks.judging import Check

log = structlog.get_logger()


class UnknownCheck(ValueError):
    """There is no check of that code; the message lists those there are."""


@dataclass(frozen=True)
class Detection:
    """What all checks said of one window. A check that another process is running just now is not among them."""

    window: Window
    outcomes: tuple[Outcome, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything found, in the order of the checks."""
        return tuple(finding for outcome in self.outcomes for finding in outcome.findings)


class Detector:
    """Runs checks on the newest whole window. Holds no state: two processes may share one store."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        recommender: Recommender,
        checks: Sequence[Check],
        policy: Policy,
        foretell: Foretell = lambda as_of: (),
    ) -> None:
        self._store = store
        self._clock = clock
        self._recommender = recommender
        self._policy = policy
        self._foretell = foretell
        self._checks = {check.about.code: check for check in checks}

    def run(self, as_of: datetime | None = None, codes: Sequence[str] = ()) -> Detection:
        """Judge the newest window that is complete at `as_of` (default: now); all checks, or those of `codes`.

        What was already settled for that window is read, not run again. UnknownCheck for a code there is not.
        """
        window = latest_window(as_of or self._clock.now(), self._policy)
        wanted = self._choose(codes)
        with self._store.session() as session:
            mine = [code for code in wanted if claim(session, code, window, self._clock.now())]
        if mine:
            self._judge(mine, window)
        with self._store.session() as session:
            said = read_outcomes(session, window, {code: self._checks[code].about.title for code in wanted})
        return Detection(window, tuple(said[code] for code in wanted if code in said))

    def due(self, last: datetime | None, now: datetime) -> list[datetime]:
        """The `as_of` of each window that became ready after `last`, oldest first; the newest one without a `last`."""
        return due_times(last, now, self._policy)

    def judged_since(self, since: datetime, code: str) -> list[tuple[Window, tuple[Finding, ...]]]:
        """Every window from `since` on that this check could judge, oldest first, with what it found."""
        with self._store.session() as session:
            return read_findings_since(session, since, code)

    def _choose(self, codes: Sequence[str]) -> list[str]:
        unknown = [code for code in codes if code not in self._checks]
        if unknown:
            raise UnknownCheck(f"There is no check {unknown[0]}; choose from {', '.join(self._checks)}.")
        return [code for code in self._checks if (not codes or code in codes) and code not in self._policy.off]

    def _judge(self, codes: Sequence[str], window: Window) -> None:
        """Measure what is new, then let each check speak; whatever happens, each claimed run gets an outcome."""
        windows = history_windows(window, self._policy)
        checks = [self._checks[code] for code in codes]
        schema, outcomes = self._open(checks, windows)
        plans, refused = plan_measures(checks, schema) if schema is not None else ([], [])
        outcomes += refused
        if schema is not None and plans:
            measures = {measure.name: measure for plan in plans for measure in plan.measures}
            failures = measure_new(self._store, self._recommender, list(measures.values()), windows, self._clock.now())
            judging = self._look_back(schema, windows, measures, failures)
            outcomes += [judging.ask(plan) for plan in plans]
        with self._store.session() as session:
            for outcome in outcomes:
                finish(session, outcome, window, self._clock.now())

    def _open(self, checks: Sequence[Check], windows: Sequence[Window]) -> tuple[Schema | None, list[Outcome]]:
        try:
            return with_learned_edges(self._store, self._recommender.warehouse, windows, self._clock.now()), []
        except Exception as error:  # an unreadable table is an outcome of every check, never silence
            log.warning("tables not read", error=describe(error))
            return None, [Outcome(each.about.code, each.about.title, "failed", describe(error)) for each in checks]

    def _look_back(
        self, schema: Schema, windows: Sequence[Window], measures: Mapping[str, Measure], failures: Failures
    ) -> Judging:
        counting = frozenset(name for name, measure in measures.items() if measure.kind in ("count", "exposure"))
        stored = Stored.read(self._store, windows)
        with self._store.session() as session:
            known = read_known_bad(session, windows)
            tests, learnt = count_tests(session, windows[-1]), read_learnt(session, windows[-1].end)
        budget = share_budget(self._policy, tests, learnt)
        zone = ZoneInfo(self._policy.timezone)
        judge = HistoryJudge(budget, self._policy.windows_to_learn, zone, known, learnt.lessons)
        history = StoredHistory(stored, self._recommender, counting, self._foretell)
        return Judging(schema, stored, history, judge, failures, self._policy)
