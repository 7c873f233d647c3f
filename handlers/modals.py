"""Dialogs must open within three seconds of the click, so they are built inside the acknowledgement."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt import Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.roles import Denied
from bot.slack.dialogs import LOADING, CannotOpen, ModalBuilder, build_cannot
from bot.slack.limits import fit_view
from handlers.errors import name_error
from handlers.heard import Payload

TOO_LATE = "That took longer than Slack waits for a dialog. Please press once more."
NO_DIALOGS = "The dialog could not be opened ({error}). Everything it does can also be asked for: see `/recsys help`."


def open_modal(client: WebClient, respond: Respond, heard: Payload, builder: ModalBuilder | None) -> bool:
    """Open the dialog, or one that says why it cannot be; whether there is something left for the bot to do.

    There is when this click is not about a dialog, and when the dialog waits to be filled: `heard` then names it.
    """
    view = _build(heard, builder) if builder else None
    if view is None:
        return True
    try:
        answer = client.views_open(trigger_id=heard["trigger_id"], view=fit_view(view))
    except (SlackApiError, OSError) as error:
        _say_instead(respond, heard, error)
        return False
    heard["view_id"] = (answer.get("view") or {}).get("id") or ""
    return view.get("callback_id") == LOADING


def _build(heard: Payload, builder: ModalBuilder) -> dict[str, Any] | None:
    try:
        return builder(heard)
    except (CannotOpen, Denied) as refusal:
        return build_cannot(str(refusal))
    except Exception as error:  # a bug in one dialog must not look like a dead button
        return build_cannot(name_error(error, heard))


def _say_instead(respond: Respond, heard: Payload, error: Exception) -> None:
    reason = str(error.response.get("error")) if isinstance(error, SlackApiError) else type(error).__name__
    structlog.get_logger("handlers").warning("dialog not opened", reason=reason, action=heard["action_id"])
    if heard["response_url"]:
        late = "trigger" in reason
        words = TOO_LATE if late else NO_DIALOGS.format(error=reason)
        respond(text=words, response_type="ephemeral", replace_original=False)
