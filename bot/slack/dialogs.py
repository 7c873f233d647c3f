"""Dialogs that are the gateway's own: what a person sees when the dialog asked for cannot be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.slack.mrkdwn import cut

Heard = dict[str, Any]
ModalBuilder = Callable[[Heard], dict[str, Any] | None]
Modals = Mapping[str, ModalBuilder]
Validator = Callable[[Heard], dict[str, str]]
Submissions = Mapping[str, Validator]


LOADING = "loading"  # the callback id of a dialog that opens at once and is filled in by the bot afterwards


class CannotOpen(Exception):
    """The dialog asked for makes no sense now; the message says why and what to do, to the person who pressed."""


def build_cannot(reason: str) -> dict[str, Any]:
    """A small dialog with the reason, instead of a button that seems dead."""
    return {
        "type": "modal",
        "callback_id": "cannot",
        "title": {"type": "plain_text", "text": "Not possible now"},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": cut(reason, 3000)}}],
    }
