"""From what was written down to the six figures. Pure: trials in, numbers out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sandbox.drill.matching import is_about, is_diagnosed, is_new, lists_cause, names_cause, took_over
from sandbox.drill.records import Card, Figures, Trial, mean, median

PERIOD = 30.0  # days


@dataclass(frozen=True)
class Judged:
    """One trial, scored: the fault's incidents in the order they came, and the false ones."""

    trial: Trial
    own: tuple[tuple[int, Card], ...]  # after how many windows, and the card as it stood then
    false: tuple[Card, ...]

    @property
    def caught(self) -> bool:
        """Whether an incident told of the fault."""
        return bool(self.own)

    @property
    def is_fault(self) -> bool:
        """Whether there was something to catch."""
        return self.trial.truth.kind == "fault"


def judge(trial: Trial) -> Judged:
    """Tell a trial's incidents apart. One is the fault's as soon as it is about the fault in some window."""
    known = {card.id for card in trial.before}
    own: dict[int, tuple[int, Card]] = {}
    for watched in trial.windows:
        for card in watched.cards:
            is_own = took_over(card, trial) if card.id in known else is_about(card, trial)
            if is_own:
                own.setdefault(card.id, (trial.delay(watched), card))
    false = tuple(card for _, card in trial.opened if card.id not in own)
    return Judged(trial, tuple(own.values()), false)


def overall(judged: Sequence[Judged]) -> Figures:
    """All trials together. Delays, incidents per cause and causes are of the faults that were caught."""
    faults = [one for one in judged if one.is_fault]
    caught = [one for one in faults if one.caught]
    false = [card for one in judged for card in one.false]
    diagnosed = [one for one in caught if one.trial.diagnosis is not None]
    return Figures(
        recall=mean([float(one.caught) for one in faults]),
        median_delay_windows=median([one.own[0][0] for one in caught]),
        false_incidents_per_30_days=per_30_days(len(false), fault_free_days(judged)),
        incidents_per_cause=mean([len(one.own) for one in caught]),
        cause_top1=mean([float(names_cause(one.own[0][1], one.trial.truth)) for one in caught]),
        cause_top3=mean([float(lists_cause(one.own[0][1], one.trial.truth)) for one in caught]),
        more={
            "injections": len(faults),
            "caught": len(caught),
            "fault_free_days": round(fault_free_days(judged), 1),
            "false_incidents": {
                kind: sum(len(one.false) for one in judged if one.trial.truth.kind == kind)
                for kind in ("quiet", "benign", "fault")
            },
            "diagnosis_top1": mean([float(is_diagnosed(one.trial.diagnosis, one.trial.truth)) for one in diagnosed]),
        },
    )


def of_check(code: str, judged: Sequence[Judged]) -> Figures:
    """One check: of the faults that list it, how many it saw, how soon, and what the cards that it names say."""
    due = [one.trial for one in judged if one.is_fault and code in one.trial.truth.codes]
    delays = [delay for trial in due if (delay := first_seen(code, trial)) is not None]
    shown = [(one, [card for _, card in one.own if code in _codes(card)]) for one in judged if one.is_fault]
    led = [(card, one.trial.truth) for one in judged for _, card in one.own if card.lead == code]
    false = sum(card.lead == code for one in judged for card in one.false)
    return Figures(
        recall=len(delays) / len(due) if due else None,
        median_delay_windows=median(delays),
        false_incidents_per_30_days=per_30_days(false, fault_free_days(judged)),
        incidents_per_cause=mean([len(cards) for _, cards in shown if cards]),
        cause_top1=mean([float(names_cause(card, truth)) for card, truth in led]),
        cause_top3=mean([float(lists_cause(card, truth)) for card, truth in led]),
        more={"injections": len(due), "seen": len(delays), "led": len(led), "false_incidents": false},
    )


def first_seen(code: str, trial: Trial) -> int | None:
    """How many windows after the first with damage a check found something that had begun with the fault."""
    seen = (w for w in trial.windows if any(sign.code == code and is_new(sign, trial) for sign in w.signs))
    return next((trial.delay(watched) for watched in seen), None)


def fault_free_days(judged: Iterable[Judged]) -> float:
    """Days watched in which nothing was wrong: quiet ones and those of benign changes."""
    return sum(one.trial.days for one in judged if not one.is_fault)


def per_30_days(count: int, days: float) -> float | None:
    """A count as a rate per 30 days; None when no day was watched."""
    return PERIOD * count / days if days else None


def _codes(card: Card) -> set[str]:
    return {sign.code for sign in card.signs}
