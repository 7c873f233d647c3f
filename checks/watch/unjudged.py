"""W01: a check that did not run, did not finish, or has had nothing to judge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from checks.base import About, Finding, Severity
from checks.vitals import Ailment, Run, Vitals, make_ailment
from checks.wording import plural

UNKNOWN = ("failed", "no-data", "claimed")
PATIENCE = 2  # windows in a row that a check may be unable to judge
NAMED = 8


class Unjudged:
    """What nobody has been able to judge is not green."""

    about = About(
        code="W01",
        title="Checks that could not judge",
        notices="For two windows in a row a check failed, found no data, or began and never finished; checks that "
        "could not judge for the same reason are named together.",
        misses="A check that judges, but on a table that is wrong in a way no check sees.",
        needs=(),
        owner="whoever runs the bot",
        severity="High when most checks are blind, else medium.",
    )

    def findings(self, vitals: Vitals) -> Sequence[Finding]:
        """One finding a reason."""
        blind: dict[str, list[str]] = defaultdict(list)
        for code, runs in vitals.runs.items():
            lately = list(runs)[-PATIENCE:]
            if len(lately) == PATIENCE and all(_is_unknown(run) for run in lately):
                blind[_reason(lately[-1])].append(code)
        return [self._tell(vitals, reason, codes) for reason, codes in sorted(blind.items())]

    def _tell(self, vitals: Vitals, reason: str, codes: list[str]) -> Finding:
        many = len(codes) > len(vitals.runs) / 2
        named = ", ".join(sorted(codes)[:NAMED]) + (f" and {len(codes) - NAMED} more" if len(codes) > NAMED else "")
        began = min(_since(vitals.runs[code]) for code in codes)
        told = Ailment(
            title=f"{plural(len(codes), 'check')} cannot judge",
            words=f"{named} could not judge {plural(PATIENCE, 'window')} in a row. {reason}",
            value=float(len(codes)),
            bearable=0.0,
            severity=Severity.high if many else Severity.medium,
            onset=began,
            data={"codes": sorted(codes)},
        )
        return make_ailment(self.about, vitals, told)


def _is_unknown(run: Run) -> bool:
    return run.outcome in UNKNOWN and (run.outcome != "claimed" or run.overran)


def _reason(run: Run) -> str:
    return "It began and never finished." if run.overran else run.words or "It did not say why."


def _since(runs: Sequence[Run]) -> datetime:
    """The start of the unbroken stretch of windows it could not judge."""
    began = runs[-1].window.start
    for run in reversed(runs):
        if not _is_unknown(run):
            break
        began = run.window.start
    return began
