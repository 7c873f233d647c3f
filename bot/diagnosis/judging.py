"""From suspicions to a verdict: what explains what, how sure that makes us, and what stays possible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.diagnosis.verdict import CauseClass, Suspicion, Verdict
from checks.base import Finding

FIRST_ASKED: tuple[CauseClass, ...] = ("set-up", "systems", "inputs", "model", "unknown")  # most common faults first
EXPLAINED = 0.15  # what is left of a suspicion that a surer one explains
SURE_ENOUGH = 0.5  # to explain others
ONLY_FOUND = 0.35  # what a finding alone says of its own subject
UNKNOWN_ODDS = 1.0  # of a cause nobody asked about
OF_SUBJECT: dict[str, CauseClass] = {"feature": "inputs", "table": "systems", "item": "set-up", "model": "model"}


@dataclass(frozen=True)
class Weighed:
    """A cause with everything that speaks for it."""

    leading: Suspicion
    strength: float


def judge(suspicions: Iterable[Suspicion], findings: Sequence[Finding] = ()) -> tuple[Verdict, ...]:
    """Possible causes, the most likely first, with confidences that leave room for a cause nobody asked about.

    Suspicions of one subject add up as independent evidence (noisy or); one that a surer cause explains hardly counts;
    strengths become odds, and the odds, with 1 for "something else", are shared out.
    """
    weighed = _explain_away(_gather([*suspicions, *_from_findings(findings)]))
    odds = [cause.strength / (1 - cause.strength) for cause in weighed]
    whole = sum(odds) + UNKNOWN_ODDS
    verdicts = [_verdict(cause.leading, share / whole) for cause, share in zip(weighed, odds, strict=True)]
    return tuple(sorted(verdicts, key=lambda v: (-round(v.confidence, 6), FIRST_ASKED.index(v.cause_class))))


def _verdict(leading: Suspicion, confidence: float) -> Verdict:
    return Verdict(leading.cause, leading.cause_class, leading.subject, confidence, leading.hotfix)


def _from_findings(findings: Sequence[Finding]) -> list[Suspicion]:
    """What was noticed counts for its own subject: weakly, a symptom being more often noticed than a cause."""
    seen = {finding.subject: finding for finding in reversed(findings)}
    return [
        Suspicion(found.words.rstrip("."), OF_SUBJECT.get(subject.partition(":")[0], "unknown"), subject, ONLY_FOUND)
        for subject, found in seen.items()
        if ":" in subject
    ]


def _gather(suspicions: Sequence[Suspicion]) -> list[Weighed]:
    """One entry a subject, led by its strongest suspicion; weaker ones add to it."""
    by_subject: dict[str, list[Suspicion]] = {}
    for suspicion in suspicions:
        by_subject.setdefault(suspicion.subject, []).append(suspicion)
    out = []
    for mine in by_subject.values():
        against = 1.0
        for suspicion in mine:
            against *= 1 - min(suspicion.strength, 0.98)
        leading = max(mine, key=lambda suspicion: suspicion.strength)
        out.append(Weighed(leading, min(1 - against, 0.98)))
    return out


def _explain_away(weighed: list[Weighed]) -> list[Weighed]:
    """What a surer cause explains is left with a little; taken in order, so that nothing is explained in a circle."""
    left = sorted(weighed, key=lambda cause: (-cause.strength, FIRST_ASKED.index(cause.leading.cause_class)))
    out: list[Weighed] = []
    for cause in left:
        by = [other for other in out if other.strength >= SURE_ENOUGH and _explains(other.leading, cause.leading)]
        out.append(Weighed(cause.leading, cause.strength * (EXPLAINED if by else 1.0)))
    return out


def _explains(surer: Suspicion, other: Suspicion) -> bool:
    return any(other.subject.startswith(beginning) for beginning in surer.explains)
