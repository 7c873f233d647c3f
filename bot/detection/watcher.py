"""Judging the bot itself, once an hour, with the same records as the recommender's checks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.detection.measuring import describe
from bot.detection.policy import Policy
from bot.detection.records import Outcome, claim, finish, read_outcomes
from bot.detection.runner import Detection
from bot.detection.vitals import read_vitals
from bot.detection.windows import latest_window
from bot.store.sessions import Store
from checks.vitals import Vitals, WatchCheck

log = structlog.get_logger()
HOUR = timedelta(hours=1)


class Watcher:
    """Runs the checks of watch/ on the newest whole hour. Holds no state: two processes may share one store."""

    def __init__(self, store: Store, clock: Clock, checks: Sequence[WatchCheck], policy: Policy) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy
        self._checks = {each.about.code: each for each in checks if each.about.code not in policy.off}

    def run(self) -> Detection | None:
        """What the checks say of the last hour; None where that hour has been judged, or another process is at it."""
        now = self._clock.now()
        window = latest_window(now, Policy(window=HOUR))
        with self._store.session() as session:
            mine = [code for code in self._checks if claim(session, code, window, now)]
            if not mine:
                return None
            vitals = read_vitals(session, window, self._policy.window, self._policy.false_incidents_per_30_days)
        outcomes = [self._ask(self._checks[code], vitals) for code in mine]
        with self._store.session() as session:
            for outcome in outcomes:
                finish(session, outcome, window, now)
            said = read_outcomes(session, window, {code: self._checks[code].about.title for code in mine})
        return Detection(window, tuple(said[code] for code in mine))

    def _ask(self, check: WatchCheck, vitals: Vitals) -> Outcome:
        about = check.about
        try:
            findings = tuple(check.findings(vitals))
        except Exception as error:
            log.exception("check failed", code=about.code)
            return Outcome(about.code, about.title, "failed", describe(error))
        owned = self._policy.own(about, findings)
        return Outcome(about.code, about.title, "finding" if owned else "quiet", "", owned)
