"""The card of one launch: on course or not, why not, what to do, what is expected, and how far to believe it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.cards.blocks import context, header, section
from bot.cards.launches import MARKS
from bot.launches.keeping import TrackRecord
from bot.launches.outlook import Outlook
from bot.slack.messages import Block, Said
from bot.slack.mrkdwn import bold, cut, escape
from bot.store.tables import LaunchPrediction
from checks.events import Launch

STATES = {
    "ready": "It is on course for its launch",
    "in preparation": "It is not ready yet, and there is time",
    "at risk": "Its launch is at risk",
}


def launch_said(outlook: Outlook) -> Said:
    """The card; its picture is posted beside it."""
    name = outlook.launch.title or f"Item {outlook.launch.item_id}"
    headline, mark = _headline(outlook)
    expected = _expected(outlook)
    blocks = [
        header(cut(name, 150)),
        section(f"{mark} *{escape(headline)}*"),
        *_list("Why", outlook.reasons),
        *_list("What to do", outlook.how_to_fix),
        section(f"*What to expect*\n{escape(expected)}"),
        *_comparables(outlook),
        context(_small_print(outlook)),
    ]
    aloud = " ".join([f"{name}: {headline}", *outlook.reasons, *outlook.how_to_fix, expected])
    return Said(cut(escape(aloud), 2900), tuple(blocks))


def came_said(one: LaunchPrediction) -> Said:
    """What came of a launch that was warned of, for its thread."""
    expected = f"{one.value:.0%} (between {one.low:.0%} and {one.high:.0%})" if one.value is not None else "nothing yet"
    text = (
        f"It has launched. On its day the ranking model put it among the first {one.top} of {one.outcome or 0:.0%} of "
        f"requests; a week before I expected {expected}. From now on I tell how often it is shown."
    )
    return Said(text, (section(text),))


def which_launch_said(found: Sequence[Launch], words: str) -> Said:
    """Several launches fit."""
    names = "\n".join(f"• {one.title} (`{one.item_id}`)" for one in found[:10])
    text = f"{len(found)} launches fit “{words}”. Ask with an id: `/recsys launch ID`.\n{names}"
    return Said(cut(escape(text), 2900), (section(cut(escape(text), 3000)),))


def launch_to_json(found: Outlook | list[Launch]) -> dict[str, Any]:
    """The same for a script."""
    if isinstance(found, list):
        return {"choices": [{"item_id": one.item_id, "title": one.title} for one in found]}
    last = found.last
    return {
        "item_id": found.launch.item_id,
        "title": found.launch.title,
        "launches_at": found.launch.at.isoformat() if found.launch.at else None,
        "owner": found.launch.facts.get("owner"),
        "state": found.ahead.state if found.ahead else "launched",
        "reasons": list(found.reasons),
        "how_to_fix": list(found.how_to_fix),
        "expected": _numbers(last) if last is not None and last.value is not None else None,
        "outcome": last.outcome if last is not None else None,
        "comparables": [{"title": title, "outcome": share} for title, share in found.comparables],
        "history": [_numbers(one) for one in found.history if one.value is not None],
    }


def _numbers(one: LaunchPrediction) -> dict[str, Any]:
    told = ("value", "low", "high", "usual", "top", "version", "launches")
    void = one.voided_at.isoformat() if one.voided_at else None
    return {name: getattr(one, name) for name in told} | {"as_of": one.as_of.isoformat(), "voided_at": void}


def _headline(outlook: Outlook) -> tuple[str, str]:
    at = outlook.launch.at or outlook.now
    if outlook.ahead is None:
        return f"It launched on {at:%-d %B}", ":checkered_flag:"
    days = (at.date() - outlook.now.date()).days
    when = {0: "today", 1: "tomorrow"}.get(days, f"in {days} days, on {at:%A %-d %B}")
    return f"{STATES[outlook.ahead.state]}, {when}", MARKS[outlook.ahead.state]


def _expected(outlook: Outlook) -> str:
    last = outlook.last
    if last is None or last.value is None or last.low is None or last.high is None or last.usual is None:
        return (
            "Nothing can be foretold yet: that takes ten launches, with requests logged a week before each "
            "and a model that can be loaded."
        )
    told = (
        f"On its launch day the ranking model will put it among the first {last.top} of {last.value:.0%} of requests "
        f"(most likely between {last.low:.0%} and {last.high:.0%}). Launches usually come to {last.usual:.0%}."
    )
    if last.outcome is not None:
        return f"A week ahead I said: {told} It came to {last.outcome:.0%}."
    return told


def _comparables(outlook: Outlook) -> list[Block]:
    if not outlook.comparables:
        return [context("No launch before it is known well enough to compare with.")]
    lines = [f"• {bold(cut(title, 120))}: {share:.0%} of requests" for title, share in outlook.comparables]
    return [section(cut("*The launches most like it, on their day*\n" + "\n".join(lines), 3000))]


def _small_print(outlook: Outlook) -> str:
    last, parts = outlook.last, []
    owner = outlook.launch.facts.get("owner")
    if owner:
        parts.append(f"Owner: {escape(str(owner))}.")
    if outlook.ahead is not None:
        parts.append(f"To be ready by {outlook.ahead.ready_by:%-d %B}.")
    if last is not None and last.value is not None:
        version = f"model version {escape(last.version)}"
        parts.append(f"Foretold on {last.as_of:%-d %B} for {version}, from {last.launches} launches.")
    void = [one for one in outlook.history if one.voided_at is not None]
    if void:
        parts.append(f"{len(void)} earlier prediction{'s' * (len(void) > 1)} void: {escape(void[-1].void_reason)}.")
    parts.append(_believe(outlook.record))
    return " ".join(parts)


def _believe(record: TrackRecord | None) -> str:
    if record is None:
        return "No launch that I foretold a week ahead has come yet."
    return (
        f"Of the last {record.launches} launches foretold a week ahead {record.covered:.0%} came to lie in their range "
        f"(80 % should), off by {100 * record.off:.1f} points on average."
    )


def _list(title: str, lines: Sequence[str]) -> list[Block]:
    if not lines:
        return []
    return [section(cut(f"*{title}*\n" + "\n".join(f"• {escape(line)}" for line in lines), 3000))]
