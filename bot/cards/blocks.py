"""The few blocks that cards are built of, within Slack's limits (docs.slack.dev: Block Kit reference)."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from bot.slack.messages import Block
from bot.slack.mrkdwn import cut

DURATIONS = {"1h": "1 hour", "4h": "4 hours", "1d": "1 day", "3d": "3 days"}


def plain(text: str, limit: int) -> Block:
    """Words without formatting."""
    return {"type": "plain_text", "text": cut(text, limit), "emoji": True}


def marked(text: str, limit: int = 3000) -> Block:
    """Words with Slack's marks; whatever comes from outside must have been escaped."""
    return {"type": "mrkdwn", "text": cut(text, limit)}


def header(text: str) -> Block:
    """A title."""
    return {"type": "header", "text": plain(text, 150)}


def section(text: str) -> Block:
    """A paragraph."""
    return {"type": "section", "text": marked(text)}


def fields(pairs: Mapping[str, str]) -> Block:
    """Names with their values, two in a row; at most ten."""
    cells = [marked(f"*{name}*\n{value}", 2000) for name, value in list(pairs.items())[:10]]
    return {"type": "section", "fields": cells}


def context(text: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [marked(text, 2000)]}


def actions(elements: Sequence[Block]) -> Block:
    """A row of buttons and selects."""
    return {"type": "actions", "elements": list(elements)[:25]}


def button(
    text: str, action_id: str, value: Mapping[str, Any] | None, style: str = "", confirm: Block | None = None
) -> Block:
    """A button; its value is JSON, and comes back with the click."""
    made: Block = {"type": "button", "text": plain(text, 75), "action_id": action_id}
    if value:
        made["value"] = json.dumps(value, separators=(",", ":"))
    if style:
        made["style"] = style
    if confirm:
        made["confirm"] = confirm
    return made


def confirm(title: str, text: str, yes: str, no: str = "Cancel") -> Block:
    """A question before a click counts."""
    return {"title": plain(title, 100), "text": marked(text, 300), "confirm": plain(yes, 30), "deny": plain(no, 30)}


def option(text: str, value: str) -> Block:
    """One choice of a select or radio group."""
    return {"text": plain(text, 75), "value": value}


def named(blocks: Sequence[Block], name: str) -> tuple[Block, ...]:
    """The blocks with ids that change with what they show: Slack wants a new block_id for a changed block."""
    return tuple({**block, "block_id": f"{name}:{place}:{_digest(block)}"[:255]} for place, block in enumerate(blocks))


def _digest(block: Block) -> str:
    return f"{zlib.crc32(json.dumps(block, sort_keys=True).encode()):08x}"
