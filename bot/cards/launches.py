"""The launches ahead, for who prepares them: what is at risk first to see, then all by their day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.cards.blocks import context, header, section
from bot.launches.calendar import Ahead
from bot.slack.messages import Said
from bot.slack.mrkdwn import bold, cut, escape

SHOWN = 20
MARKS = {"ready": ":large_green_circle:", "in preparation": ":white_circle:", "at risk": ":red_circle:"}
HINT = (
    "One of them in full: `/recsys launch ID`. “Expected” is the share of requests that will have it near the top. "
    "What a title needs is set under [launches] in recsysops.toml."
)


def launches_said(ahead: Sequence[Ahead], days: int) -> Said:
    """One line a launch: when, what, whose, and what is lacking by when."""
    if not ahead:
        text = f"No launch is in the catalogue for the next {days} days."
        return Said(text, (section(text),))
    headline = _headline(ahead, days)
    lines = [_line(one) for one in ahead[:SHOWN]]
    more = len(ahead) - SHOWN
    lines += [f"… and {more} more: `recsysops launches --json` has all."] if more > 0 else []
    blocks = (header(cut(headline, 150)), section(cut("\n".join(lines), 3000)), context(HINT))
    return Said(cut(f"{headline} " + " ".join(_aloud(one) for one in ahead[:SHOWN]), 2900), blocks)


def launches_to_json(ahead: Sequence[Ahead]) -> dict[str, Any]:
    """All of them for a script."""
    return {
        "launches": [
            {
                "item_id": one.launch.item_id,
                "title": one.launch.title,
                "launches_at": one.launch.at.isoformat() if one.launch.at else None,
                "owner": one.owner or None,
                "state": one.state,
                "ready_by": one.ready_by.isoformat(),
                "gaps": [gap.words for gap in one.gaps],
                "expected": _numbers(one),
            }
            for one in ahead
        ]
    }


def _numbers(one: Ahead) -> dict[str, Any] | None:
    told = one.foretold
    names = ("value", "low", "high", "usual", "top", "version", "missing", "reasons")
    return None if told is None else {name: getattr(told, name) for name in names}


def _headline(ahead: Sequence[Ahead], days: int) -> str:
    risky = sum(one.state == "at risk" for one in ahead)
    many = f"{len(ahead)} launch{'' if len(ahead) == 1 else 'es'} in the next {days} days"
    return f"{many}, {risky} of them at risk" if risky else f"{many}, none of them at risk"


def _line(one: Ahead) -> str:
    whose = f" · {escape(one.owner)}" if one.owner else ""
    whose += _expect(one)
    name = f"{bold(cut(one.launch.title or 'Item', 120))} (`{escape(one.launch.item_id)}`)"
    return f"{MARKS[one.state]} {one.launch.at:%a %-d %b} {name}{whose}{_lack(one)}"


def _expect(one: Ahead) -> str:
    told = one.foretold
    return f" · expected {told.value:.0%} ({told.low:.0%} to {told.high:.0%})" if told is not None else ""


def _aloud(one: Ahead) -> str:
    return f"{one.launch.at:%-d %B}: {escape(one.launch.title or one.launch.item_id)}{_lack(one) or ' — ready'}."


def _lack(one: Ahead) -> str:
    lacking = [gap.words for gap in one.gaps]
    if one.foretold is not None and one.foretold.missing:
        lacking.append(f"no value of {', '.join(one.foretold.missing)}")
    if one.foretold is not None and one.foretold.is_at_risk:
        lacking.append(f"will hardly be ranked (launches usually {one.foretold.usual:.0%})")
    if not lacking:
        return ""
    lacks = escape(", ".join(lacking))
    return f" — {one.state}: {lacks}; to be mended by {one.ready_by:%-d %B}"
