"""What a cause is called, and the first guess at it, in plain words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from bot.recommender.contract import Change
from checks.base import Finding
from checks.wording import percent, where

from .changes import INPUTS, near_onset, release_of
from .families import (
    CONSUMED,
    COVERAGE,
    DELIVERY,
    LABELS,
    MISSING,
    NUMERIC,
    POSITION,
    SCHEMA,
    SCORES,
    SHIFT,
    SKEW,
    VERSION,
    WATCH,
    family_of,
    is_ahead,
    is_item,
    set_up_reason,
)
from .sharing import UNDATED

# Distances, and shares of what ought never to be: as a multiple of the usual they mean nothing to a reader.
NO_MULTIPLE = (SHIFT, SCORES, SKEW, POSITION, SCHEMA, DELIVERY, VERSION, LABELS, NUMERIC, CONSUMED, WATCH)
TOO_MANY = 100.0  # times the usual: then the usual is about nothing
AGES = ("D02", "M01")  # these measure how old something is: their words say since when
BEHIND = (*INPUTS, NUMERIC, COVERAGE)  # what a new version may bring about, though something else would otherwise
RELEASE = "Suspect the release that it came with, and how that version computes {what}."
CHANGED_ALONE = "Suspect what was changed about it: its rights, language or dates; then the filters."
RELEASED_MODEL = "Suspect the release that it came with."
PEOPLE_MADE = ("deploy", "config")  # the kinds of change that break most


def name_cause(ordered: Sequence[Finding]) -> str:
    """What, where and how much, in one line; `ordered` has the leading finding first."""
    lead = ordered[0]
    items = {found.subject for found in ordered if is_item(found)}
    if is_item(lead):
        reason = set_up_reason(lead)
        more = lead.direction == "up" and lead.code not in UNDATED
        amount = "items are shown far more than usual" if more else "items are hardly shown"
        amount = "launches are not ready" if is_ahead(lead) else amount
        first = lead.title if len(items) == 1 else f"{len(items)} {amount}"
        return f"{first}: {reason}" if reason else first
    if family_of(lead) is MISSING:
        return f"{lead.title.removesuffix(where(lead.slice))} in {percent(lead.value)} of {_whom(lead)}"
    told = lead.slice.key in lead.title or where(lead.slice) in lead.title
    return f"{lead.title}{'' if told else where(lead.slice)}{how_much(lead)}"


def how_much(finding: Finding) -> str:
    """ ", down 32 %" against what was expected; "" where a ratio would mean nothing."""
    known = math.isfinite(finding.value) and math.isfinite(finding.expected) and finding.expected > 0
    if not known or family_of(finding) in NO_MULTIPLE or finding.code in AGES or "%" in finding.title:
        return ""
    ratio = finding.value / finding.expected
    if ratio >= TOO_MANY:
        return ""
    return f", {ratio:.1f} times the usual" if ratio >= 2 else f", {finding.direction} {percent(abs(ratio - 1))}"


def _is_alone(ordered: Sequence[Finding]) -> bool:
    """Whether one item that had long been shown is in trouble and no other: systems do not single one out."""
    lead = ordered[0]
    return lead.code == "I05" and lead.direction == "down" and len({found.subject for found in ordered}) == 1


def describe_class(ordered: Sequence[Finding], changes: Sequence[Change]) -> str:
    """The class of the first guess: set-up | systems | inputs | model | unknown; `changes` are those that tell."""
    lead = ordered[0]
    if set_up_reason(lead) or _is_alone(ordered):
        return "set-up"
    return "model" if _released(lead, changes) else family_of(lead).cause_class


def name_blamed(subject: str, ordered: Sequence[Finding], changes: Sequence[Change]) -> str:
    """What the first guess blames: the model, when what is off began with its release; else what the findings name."""
    release = _released(ordered[0], changes)
    return release.subject if release else subject


def describe_cause(ordered: Sequence[Finding], changes: Sequence[Change]) -> str:
    """The first guess, named before anything has been diagnosed, with what was changed shortly before."""
    lead = ordered[0]
    reason = set_up_reason(lead)
    told = "As it is set up" if lead.code == "L02" else "Its set-up is incomplete"
    guess = f"{told}: {reason}." if reason else family_of(lead).guess
    if not reason and _is_alone(ordered):
        guess = CHANGED_ALONE
    elif not reason and _released(lead, changes):
        guess = RELEASE if family_of(lead) in INPUTS else RELEASED_MODEL
    near = sorted(near_onset(lead, changes), key=lambda change: change.kind not in PEOPLE_MADE)
    mentioned = [_mention(change, lead.onset) for change in near[:2]]
    return " ".join([guess.format(what=_sentence_name(lead)), *mentioned])


def _released(lead: Finding, changes: Sequence[Change]) -> Change | None:
    """The release that what is off came with, where a release can be what is behind it."""
    return release_of(lead, changes) if family_of(lead) in BEHIND else None


def _whom(finding: Finding) -> str:
    return finding.slice.key or "all impressions"


def _sentence_name(finding: Finding) -> str:
    kind, _, name = finding.subject.partition(":")
    return f"the {kind} {name}".strip()


def _mention(change: Change, onset: datetime) -> str:
    hours = (onset - change.at).total_seconds() / 3600
    when = "at the same time" if abs(hours) < 1 else f"{abs(hours):.0f} h {'before' if hours > 0 else 'after'} it began"
    return f"Changed {when}: {change.kind} of {change.subject}{f' ({change.words})' if change.words else ''}."
