"""Letting each check speak: what it would measure, and what it says of what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.detection.history import StoredHistory
from bot.detection.measuring import Failures, describe
from bot.detection.policy import Policy
from bot.detection.records import Outcome
from bot.detection.stored import Stored
from bot.recommender.contract import RecommenderFailed
from checks.base import Measure, NotApplicable, Schema, StillLearning
from checks.first_facts import tell_facts
from checks.judge import HistoryJudge
from checks.judging import Check

log = structlog.get_logger()
AHEAD = ("upcoming",)
FIRST_READ = "The past was read for the first time: from the next window on I compare it with what it was."


@dataclass(frozen=True)
class Plan:
    """A check with what it measures on this installation."""

    check: Check
    measures: tuple[Measure, ...]


def plan_measures(checks: Sequence[Check], schema: Schema) -> tuple[list[Plan], list[Outcome]]:
    """What each check measures; and the outcomes of those that cannot be judged here, or fail to say."""
    plans, refused = [], []
    for check in checks:
        about = check.about
        try:
            plans.append(Plan(check, tuple(check.measures(schema))))
        except NotApplicable as error:
            refused.append(Outcome(about.code, about.title, "not-applicable", str(error)))
        except RecommenderFailed as error:  # a table that is mapped and cannot be read now
            refused.append(Outcome(about.code, about.title, "failed", str(error)))
        except Exception as error:  # one check that fails must not silence the others
            log.exception("check failed", code=about.code)
            refused.append(Outcome(about.code, about.title, "failed", describe(error)))
    return plans, refused


@dataclass(frozen=True)
class Judging:
    """Everything the checks of one run are asked with."""

    schema: Schema
    stored: Stored
    history: StoredHistory
    judge: HistoryJudge
    failures: Failures
    policy: Policy

    def ask(self, plan: Plan) -> Outcome:
        """What a check says of the window; unknown is never quiet."""
        about = plan.check.about
        read = [name for measure in plan.measures for name in (measure.relation, measure.name)]
        broken = next((self.failures[name] for name in read if name in self.failures), None)
        if broken is not None and not self._knows_columns(plan):
            return Outcome(about.code, about.title, "failed", broken)
        try:
            findings = tuple(plan.check.findings(self.schema, self.history, self.judge.asked_by(about.code)))
        except StillLearning as why:
            return Outcome(about.code, about.title, "warming-up", str(why))
        except Exception as error:
            log.exception("check failed", code=about.code)
            return Outcome(about.code, about.title, "failed", describe(error))
        if findings:
            return Outcome(about.code, about.title, "finding", "", self.policy.own(about, findings))
        return self._nothing_found(plan) if broken is None else Outcome(about.code, about.title, "failed", broken)

    def _knows_columns(self, plan: Plan) -> bool:
        """Whether a check has seen which columns there are: that may be why the rest could not be measured."""
        return any(measure.kind == "columns" and measure.name not in self.failures for measure in plan.measures)

    def _nothing_found(self, plan: Plan) -> Outcome:
        about, names = plan.check.about, [measure.name for measure in plan.measures]
        if not self.stored.has_data(names):
            tables = ", ".join(dict.fromkeys(measure.relation for measure in plan.measures))
            return Outcome(about.code, about.title, "no-data", f"There are no rows of {tables} in this window.")
        if all(measure.kind in AHEAD for measure in plan.measures):  # what is ahead is judged without a past
            return Outcome(about.code, about.title, "quiet", "")
        known, needed = self.stored.measured_before(names), self.policy.windows_to_learn
        if any(measure.kind == "past" for measure in plan.measures):  # compared with the last look: one look is enough
            return Outcome(about.code, about.title, *(("quiet", "") if known else ("warming-up", FIRST_READ)))
        if known < needed:
            words = f"Learning what is usual: {known} of {needed} windows of history so far."
            return Outcome(about.code, about.title, "warming-up", f"{words} {tell_facts(self.history, names)}".strip())
        return Outcome(about.code, about.title, "quiet", "")
