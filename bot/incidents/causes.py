"""One cause or many? Ten symptoms of one cause are one incident."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.recommender.contract import Change
from checks.base import EVERYONE, Finding, Impact, Severity, Slice

from .changes import near_onset, telling
from .families import LABELS, OTHER, WATCH, family_of, is_ahead, is_item, nearness, set_up_reason
from .pipeline import MEASURING, ROWS, TABLE_LEVEL, node_of
from .sharing import Fit, Placed, broke_at_once, explains, fit, overlap, placed, slack
from .wording import describe_cause, describe_class, name_blamed, name_cause

ITEMS = "items"  # what a cause is about that several items share
MANY_ITEMS = 3  # that many items in trouble at once are the system's trouble, whatever their set-up lacks
CLEARER = 1.5  # a slice is where it happens when its effect is that much stronger than everyone's


@dataclass(frozen=True)
class Cause:
    """What went wrong, once, with every finding that shows it, the one nearest the root first."""

    fingerprint: str  # the same for the same trouble in any window: made of words, never of numbers or dates
    title: str
    cause: str  # the first guess, in plain words
    cause_class: str  # set-up | systems | inputs | model | unknown
    subject: str
    slice: Slice
    onset: datetime
    severity: Severity
    codes: tuple[str, ...]
    findings: tuple[Finding, ...]
    impact: Impact
    changes: tuple[Change, ...] = ()  # what people did about its onset that could have brought it about


def one_cause_or_many(findings: Sequence[Finding], changes: Sequence[Change] = ()) -> list[Cause]:
    """The findings of one detection window, grouped by what causes them; [] for none.

    `changes` are what people did around that time: a deploy can tie two findings together, and is named in the guess.
    """
    changes = telling(changes)
    groups: list[list[Finding]] = []
    for finding in sorted((found for found in findings if not is_item(found)), key=nearness):
        home = nearest(finding, groups, changes)
        if home is None:
            groups.append([finding])
        else:
            home.append(finding)
    items = sorted((found for found in findings if is_item(found)), key=nearness)
    groups += _group_items(items, groups, changes)
    return [_cause_of(group, changes) for group in groups]


def nearest(finding: Finding, groups: Sequence[list[Finding]], changes: Sequence[Change]) -> list[Finding] | None:
    """The group that explains a finding best: by its place first, then its onset, then its way down the pipeline."""
    fits = [(how, group) for group in groups if (how := fit_into(finding, group, changes)) is not None]
    return min(fits, key=lambda one: one[0])[1] if fits else None


def fit_into(finding: Finding, group: Sequence[Finding], changes: Sequence[Change]) -> Fit | None:
    """How well a group with its leading finding first explains a finding; None when it does not."""
    lead = group[0]
    fits = [
        fit(root, finding, lead)
        for root in group
        if not is_item(root)
        and (
            (_speaks_for(lead, root, finding) and explains(root, finding, changes))
            or (family_of(root) is family_of(lead) and broke_at_once(root, finding, changes))
        )
    ]
    return min(fits, default=None)


def _speaks_for(lead: Finding, root: Finding, finding: Finding) -> bool:
    """Whether what `root` would explain is a sign of the lead's trouble.

    A number that is wrong because its log is wrong explains nothing. And what can be a cause itself is explained only
    by what is seen where the lead's trouble is, not by a trace of it in everyone's number. Rows that have moved under
    another label are not lost.
    """
    if family_of(lead) is LABELS and family_of(root) in ROWS:
        return False
    if family_of(root) is family_of(lead) or family_of(root) in TABLE_LEVEL:
        return True
    if node_of(lead) in MEASURING:
        return node_of(root) in MEASURING
    return family_of(finding).diluted or (overlap(lead.slice, root.slice) and placed(lead, root) <= Placed.within)


def _group_items(items: list[Finding], systemic: list[list[Finding]], changes: Sequence[Change]) -> list[list[Finding]]:
    """Items are symptoms of a wider trouble where there is one; else grouped by what their set-up lacks.

    What is ahead is each owner's own affair, unless many launches lack the same.
    """
    many = len({found.subject for found in items}) >= MANY_ITEMS
    lacking = Counter(set_up_reason(found) for found in items if is_ahead(found))
    own: dict[tuple[str, str], list[Finding]] = {}
    for found in items:
        reason = set_up_reason(found)
        if is_ahead(found):
            alike = bool(reason) and lacking[reason] >= MANY_ITEMS
            own.setdefault(("ahead", reason if alike else found.subject), []).append(found)
            continue
        wider = nearest(found, systemic, changes)
        if wider is not None and (many or not reason):
            wider.append(found)
        else:
            key = found.direction, reason if many or not reason else found.subject
            own.setdefault(key, []).append(found)
    return list(own.values())


def _cause_of(group: list[Finding], changes: Sequence[Change]) -> Cause:
    lead = leading(group)
    ordered = (lead, *(found for found in group if found is not lead))
    timely = [found for found in group if found.onset >= lead.onset - slack(lead) and is_item(found) == is_item(lead)]
    return Cause(
        fingerprint=fingerprint(ordered),
        title=name_cause(ordered),
        cause=describe_cause(ordered, changes),
        cause_class=describe_class(ordered, changes),
        subject=name_blamed(subject_of(ordered), ordered, changes),
        slice=EVERYONE if subject_of(ordered) == ITEMS else lead.slice,
        onset=min(found.onset for found in timely),
        severity=max(found.severity for found in group),
        codes=tuple(dict.fromkeys(found.code for found in ordered)),
        findings=ordered,
        changes=tuple(near_onset(lead, changes)),
        impact=lead.impact if lead.impact.impressions else max((f.impact for f in group), key=lambda i: i.impressions),
    )


def leading(group: Sequence[Finding]) -> Finding:
    """The finding to name the cause by: nearest the root, in the slice where it really happens."""
    nearest = min(group, key=nearness)
    same = [found for found in group if found.code == nearest.code and found.measure == nearest.measure]
    whole = [found for found in same if not found.slice.parts]
    clearest = max(same, key=lambda found: (strength(found), found.impact.impressions))
    if not whole:
        return clearest
    clearer = [found for found in same if strength(found) >= CLEARER * strength(whole[0])]
    beside = [found for found in clearer if not overlap(found.slice, clearest.slice)]
    return whole[0] if not clearer or beside else clearest


def strength(finding: Finding) -> float:
    """How far the value is off, relative to what was expected."""
    return abs(finding.value - finding.expected) / (abs(finding.expected) + 0.01)


def subject_of(ordered: Sequence[Finding]) -> str:
    """What the findings are about; several items are "items"."""
    subjects = {found.subject for found in ordered}
    return ITEMS if is_item(ordered[0]) and len(subjects) > 1 else ordered[0].subject


def fingerprint(ordered: Sequence[Finding]) -> str:
    """The same text for the same trouble in any window: what kind, about what, where."""
    lead = ordered[0]
    if is_item(lead):  # an item is its own place
        several = subject_of(ordered) == ITEMS
        return "|".join(filter(None, (ITEMS, set_up_reason(lead)) if several else (ITEMS, lead.subject)))
    where = " & ".join(column if "version" in column else f"{column}={value}" for column, value in lead.slice.parts)
    family = family_of(lead)
    kind = lead.code if family in (WATCH, OTHER) else family.name  # what these share is no trouble in common
    return "|".join(filter(None, (kind, lead.subject, where)))
