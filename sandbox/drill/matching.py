"""Is this incident about what was done, and does it name the right cause? All the rules; docs/drill.md says them."""

from __future__ import annotations

from collections.abc import Iterable

from checks.base import Slice
from sandbox.drill.records import Card, Said, Sign, Trial, Truth

# What has no name in any table is seen by what it leaves behind: that is then the right thing to name.
SEEN_AS = {
    "index": ("index", "lists", "items"),
    "filters": ("filters", "lists", "items"),
    "model": ("model",),
    "features": ("features",),
}
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
    kind = truth.subject.partition(":")[0]
    return subject.partition(":")[0] in SEEN_AS.get(kind, ())


def place(key: str) -> str:
    """Where a slice is. Versions say since when, not where; an item is a subject, and its own place."""
    parts = [part for part in Slice.parse(key).parts if "version" not in part[0] and part[0] != "item_id"]
    return " & ".join(sorted(f"{column}={value}" for column, value in parts))


def names_cause(card: Card, truth: Truth) -> bool:
    """Top 1: the card's subject, slice and cause class are those of the truth."""
    return _right(card.subject, card.slice, truth) and card.cause_class == truth.cause_class


def lists_cause(card: Card, truth: Truth) -> bool:
    """Top 3: the truth's subject and slice are among the first three distinct ones of the card's findings."""
    return names_cause(card, truth) or any(_right(*suspect, truth) for suspect in suspects(card.signs))


def suspects(signs: Iterable[Sign]) -> list[tuple[str, str]]:
    """The first distinct (subject, place) that findings name, in the order of the card."""
    return list(dict.fromkeys((sign.subject, place(sign.slice)) for sign in signs))[:NAMED]


def is_diagnosed(said: Said | None, truth: Truth) -> bool:
    """Whether the verdict's subject and cause class are the truth's (a verdict names no slice)."""
    return said is not None and same_subject(said.subject, truth) and said.cause_class == truth.cause_class


def _right(subject: str, where: str, truth: Truth) -> bool:
    return same_subject(subject, truth) and place(where) == place(truth.slice)


def _only_lead(card: Card) -> Card:
    return Card(card.id, card.title, card.subject, card.slice, card.cause_class, card.cause, card.signs[:1])
