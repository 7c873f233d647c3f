"""Would Slack take it? Asked of the sandbox workspace's own limits, and of what readers need."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bot.slack.messages import Said
from sandbox.slack.limits.surfaces import parts, refuse_message, refuse_view


def shown(said: Said) -> str:
    """Everything a reader sees, once Slack has taken the message; raises when Slack would not."""
    blocks = json.loads(json.dumps(list(said.blocks)))
    refuse_message(said.text, blocks, None, lambda _file: True)
    assert len(said.text) > 20, "the text alone must say what it is about"
    return "\n".join(_texts(blocks))


def opened(view: dict[str, Any]) -> str:
    """Everything a dialog shows, once Slack has taken it."""
    kept = json.loads(json.dumps(view))
    refuse_view(kept, "modal", lambda _file: True)
    return "\n".join(_texts(kept))


def elements(said: Said) -> dict[str, dict[str, Any]]:
    """The buttons and selects by their action."""
    return {part["action_id"]: part for part in parts(list(said.blocks)) if "action_id" in part}


def _texts(value: Any) -> Iterator[str]:
    for part in parts(value):
        for name in ("text", "initial_value"):
            if isinstance(part.get(name), str):
                yield part[name]
