"""Is this incident about what was done, and does it name the right cause? All the rules; docs/drill.md says them."""

from __future__ import annotations

from collections.abc import Iterable

from checks.base import Slice
from sandbox.drill.records import Card, Said, Sign, Trial, Truth

# The same thing by other names: there is one ranker, a filter is called as the log's reasons call it, and a label is an
# attribute of the members table.
SEEN_AS = {"model": "model", "filter": "filter", "table:members": "label"}
NAMED = 3  # how many distinct suspects of a card count as its short list


def is_new(sign: Sign, trial: Trial) -> bool:
    """Whether a finding is of the time after something was done: what began before is not its doing."""
    return sign.start >= trial.start and sign.onset > trial.start - 2 * trial.window


def is_about(card: Card, trial: Trial) -> bool:
    """Whether an incident has to do with what was done: by a check that ought to notice, by its subject, or its slice.

    Only findings from after the start count. Nothing has to do with a benign change or a quiet day.
    """
    truth = trial.truth
    if truth.kind != "fault":
        return False
    fresh = [sign for sign in card.signs if is_new(sign, trial)]
    return any(
        sign.code in truth.codes
        or same_subject(sign.subject, truth)
        or (truth.slice != "" and place(sign.slice) == place(truth.slice))
        for sign in fresh
    )


def took_over(card: Card, trial: Trial) -> bool:
    """Whether an incident that was there before is now named by what the fault did: joined as its own cause."""
    return bool(card.signs) and is_new(card.signs[0], trial) and is_about(_only_lead(card), trial)


def same_subject(subject: str, truth: Truth) -> bool:
    """Whether two names mean the same thing."""
    if subject == truth.subject:
        return True
    known = SEEN_AS.get(truth.subject) or SEEN_AS.get(truth.subject.partition(":")[0])
    return subject.partition(":")[0] == known


def accuses(subject: str, code: str, truth: Truth) -> bool:
    """Whether a finding's subject is the right one to name.

    One without a name of its own ("lists", "calls", "joins") is where a check looks, and accuses nobody in particular:
    it is right when the fault lists that check.
    """
    return same_subject(subject, truth) or (":" not in subject and code in truth.codes)


def place(key: str) -> str:
    """Where a slice is. Versions say since when, not where; an item is a subject, and its own place."""
    parts = [part for part in Slice.parse(key).parts if "version" not in part[0] and part[0] != "item_id"]
    return " & ".join(sorted(f"{column}={value}" for column, value in parts))


def names_cause(card: Card, truth: Truth) -> bool:
    """Top 1: the card's subject, slice and cause class are those of the truth."""
    return _right(card.subject, card.slice, card.lead, truth) and card.cause_class == truth.cause_class


def lists_cause(card: Card, truth: Truth) -> bool:
    """Top 3: the truth's subject and slice are among the first three distinct ones of the card's findings."""
    short = suspects(card.signs)
    told = (sign for sign in card.signs if (sign.subject, place(sign.slice)) in short)
    return names_cause(card, truth) or any(_right(sign.subject, sign.slice, sign.code, truth) for sign in told)


def suspects(signs: Iterable[Sign]) -> list[tuple[str, str]]:
    """The first distinct (subject, place) that findings name, in the order of the card."""
    return list(dict.fromkeys((sign.subject, place(sign.slice)) for sign in signs))[:NAMED]


def is_diagnosed(said: Said | None, truth: Truth) -> bool:
    """Whether the verdict's subject and cause class are the truth's (a verdict names no slice)."""
    return said is not None and same_subject(said.subject, truth) and said.cause_class == truth.cause_class


def _right(subject: str, where: str, code: str, truth: Truth) -> bool:
    return accuses(subject, code, truth) and place(where) == place(truth.slice)


def _only_lead(card: Card) -> Card:
    return Card(card.id, card.title, card.subject, card.slice, card.cause_class, card.cause, card.signs[:1])
