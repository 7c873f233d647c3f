"""The one place for what nobody expected: a log line with an id, and the id for the person who met it."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import structlog
from slack_bolt import App, BoltResponse

from bot.slack.dialogs import build_cannot
from handlers.heard import Payload

WORDS = (
    "Something went wrong here and nothing was changed. Error id `{id}`: whoever runs me finds it in the log under it."
)


def name_error(error: BaseException, about: Payload) -> str:
    """Log the error under a fresh id, and return the sentence that tells the person the id."""
    error_id = uuid4().hex[:10]
    facts = {name: about.get(name) for name in ("user", "channel", "command", "action_id", "text")}
    structlog.get_logger("handlers").error("unexpected error", error_id=error_id, exc_info=error, **facts)
    return WORDS.format(id=error_id)


def register_errors(app: App) -> None:
    """Answer what failed in the way its kind can show: a private line, a dialog, or a refusal that is redelivered."""

    def tell(error: Exception, body: Payload) -> BoltResponse:
        return respond_to_error(name_error(error, _facts_of(body)), body)

    app.error(tell)


def respond_to_error(words: str, body: Payload) -> BoltResponse:
    """For events a 500: Slack delivers them again, and the inbox knows those that were noted down before."""
    if "event" in body:
        return BoltResponse(status=500, body="")
    if body.get("type") == "view_submission":
        return _answer({"response_action": "update", "view": build_cannot(words)})
    if "command" in body:
        return _answer({"response_type": "ephemeral", "text": words})
    _whisper_by_hook(words, body)
    return BoltResponse(status=200, body="")


def _answer(payload: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(payload), headers={"content-type": ["application/json"]})


def _whisper_by_hook(words: str, body: Payload) -> None:
    """A click has no answer of its own to show words in, only its response_url."""
    from slack_sdk.webhook import WebhookClient

    if not (url := body.get("response_url")):
        return
    try:
        WebhookClient(url, timeout=2).send(text=words, response_type="ephemeral", replace_original=False)
    except OSError as error:
        structlog.get_logger("handlers").warning("could not tell the person", reason=str(error))


def _facts_of(body: Payload) -> Payload:
    action = (body.get("actions") or [{}])[0]
    user = body.get("user_id") or (body.get("user") or {}).get("id") or (body.get("event") or {}).get("user")
    return {**body, "user": user, "action_id": action.get("action_id"), "channel": body.get("channel_id")}
