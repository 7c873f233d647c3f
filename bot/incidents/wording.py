"""What a cause is called, and the first guess at it, in plain words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from bot.recommender.contract import Change
from checks.base import Finding
from checks.wording import percent, where

from .families import MISSING, SCORES, SHIFT, family_of, is_item, set_up_reason
from .sharing import shortly_before, slack, telling

DISTANCES = (SHIFT, SCORES)  # these measure a distance, which means nothing to a reader
AGES = ("D02", "M01")  # these measure how old something is: their words say since when
PEOPLE_MADE = ("deploy", "config")  # the kinds of change that break most


def name_cause(ordered: Sequence[Finding]) -> str:
    """What, where and how much, in one line; `ordered` has the leading finding first."""
    lead = ordered[0]
    items = {found.subject for found in ordered if is_item(found)}
    if is_item(lead):
        reason = set_up_reason(lead)
        first = lead.title if len(items) == 1 else f"{len(items)} items are hardly shown"
        return f"{first}: {reason}" if reason else first
    if family_of(lead) is MISSING:
        return f"{lead.title.removesuffix(where(lead.slice))} in {percent(lead.value)} of {_whom(lead)}"
    told = lead.slice.key in lead.title or where(lead.slice) in lead.title
    return f"{lead.title}{'' if told else where(lead.slice)}{how_much(lead)}"


def how_much(finding: Finding) -> str:
    """ ", down 32 %" against what was expected; "" where a ratio would mean nothing."""
    known = math.isfinite(finding.value) and math.isfinite(finding.expected) and finding.expected > 0
    if not known or family_of(finding) in DISTANCES or finding.code in AGES or "%" in finding.title:
        return ""
    ratio = finding.value / finding.expected
    return f", {ratio:.1f} times the usual" if ratio >= 2 else f", {finding.direction} {percent(abs(ratio - 1))}"


def describe_class(ordered: Sequence[Finding], changes: Sequence[Change]) -> str:
    """The class of the first guess: set-up | systems | inputs | model | unknown."""
    lead = ordered[0]
    if set_up_reason(lead):
        return "set-up"
    family = family_of(lead)
    released = any(change.subject.startswith("model") for change in _near(lead, changes))
    return "model" if family is SHIFT and released else family.cause_class


def describe_cause(ordered: Sequence[Finding], changes: Sequence[Change]) -> str:
    """The first guess, named before anything has been diagnosed, with what was changed shortly before."""
    lead = ordered[0]
    reason = set_up_reason(lead)
    guess = f"Its set-up is incomplete: {reason}." if reason else family_of(lead).guess
    near = [_mention(change, lead.onset) for change in _near(lead, changes)[:2]]
    return " ".join([guess.format(what=_sentence_name(lead)), *near])


def _near(lead: Finding, changes: Sequence[Change]) -> list[Change]:
    """What people changed shortly before, deploys and config first, then the nearest; launches are no suspects."""
    near = shortly_before(lead.onset, telling(changes), slack(lead) / 2)
    return sorted(near, key=lambda change: change.kind not in PEOPLE_MADE)


def _whom(finding: Finding) -> str:
    return finding.slice.key or "all impressions"


def _sentence_name(finding: Finding) -> str:
    kind, _, name = finding.subject.partition(":")
    return f"the {kind} {name}".strip()


def _mention(change: Change, onset: datetime) -> str:
    hours = (onset - change.at).total_seconds() / 3600
    when = "at the same time" if abs(hours) < 1 else f"{abs(hours):.0f} h {'before' if hours > 0 else 'after'} it began"
    return f"Changed {when}: {change.kind} of {change.subject}{f' ({change.words})' if change.words else ''}."
