"""Whatever Slack sends, in one shape: all that is needed to answer it later, under a key that a redelivery shares."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

Payload = dict[str, Any]
EMPTY: Payload = {
    "team": "",
    "user": "",
    "channel": "",
    "thread_ts": None,
    "message_ts": None,
    "text": "",
    "command": "",
    "action_id": "",
    "block_id": "",
    "value": None,
    "state": {},
    "view": None,
    "trigger_id": "",
    "response_url": "",
    "direct": False,
}


@dataclass(frozen=True)
class Heard:
    """One thing a person did: an inbox row in the making."""

    key: str
    kind: str
    body: Payload


def hear_command(body: Payload) -> Heard:
    """A slash command. Slack does not allow them in threads, so there is no thread."""
    names = {"team": "team_id", "user": "user_id", "channel": "channel_id"}
    same = ("command", "text", "trigger_id", "response_url")
    heard = {ours: body.get(theirs) or "" for ours, theirs in names.items()} | {k: body.get(k) or "" for k in same}
    return Heard(f"command:{heard['trigger_id'] or uuid4().hex}", "command", {**EMPTY, **heard})


def hear_mention(body: Payload) -> Heard:
    """A mention, or a direct message: the words, and the thread they were said in.

    Its key is the message and not the event: a mention in a direct message may arrive as two events.
    """
    event = body["event"]
    heard = {
        **_event_person(body, event),
        "channel": event.get("channel") or "",
        "thread_ts": event.get("thread_ts"),
        "message_ts": event.get("ts"),
        "text": event.get("text") or "",
        "direct": event.get("channel_type") == "im" or str(event.get("channel", "")).startswith("D"),
    }
    key = f"message:{heard['channel']}:{heard['message_ts']}" if heard["message_ts"] else _event_key(body)
    return Heard(key, "mention", {**EMPTY, **heard})


def hear_home(body: Payload) -> Heard:
    """A person opened the App Home."""
    event = body["event"]
    return Heard(
        _event_key(body), "home", {**EMPTY, **_event_person(body, event), "channel": event.get("channel") or ""}
    )


def hear_action(body: Payload) -> Heard:
    """A button or select, with the message or dialog it stands in."""
    action = (body.get("actions") or [{}])[0]
    heard = {
        **_clicked(body),
        "action_id": action.get("action_id") or "",
        "block_id": action.get("block_id") or "",
        "value": value_of(action),
        "state": (body.get("state") or {}).get("values") or {},
    }
    acted = action.get("action_ts") or body.get("trigger_id") or uuid4().hex
    return Heard(f"action:{heard['user']}:{heard['action_id']}:{acted}", "action", {**EMPTY, **heard})


def hear_view(body: Payload) -> Heard:
    """A dialog that was sent off. Sending one dialog off twice is one row, unless it says something else by then."""
    heard = _clicked(body)
    view = heard["view"] or {}
    sent = view.get("hash") or heard["trigger_id"] or hashlib.sha256(json.dumps(view).encode()).hexdigest()[:16]
    return Heard(f"view:{view.get('id')}:{sent}", "view", {**EMPTY, **heard})


def hear_shortcut(body: Payload, words: str) -> Heard:
    """A message shortcut: the same as mentioning the bot with these words in that message's thread."""
    heard = _clicked(body)
    heard |= {"text": words, "thread_ts": heard["thread_ts"] or heard["message_ts"]}
    acted = heard["trigger_id"] or body.get("action_ts") or uuid4().hex
    return Heard(f"shortcut:{acted}", "mention", {**EMPTY, **heard})


def value_of(action: Payload) -> Any:
    """What was pressed or chosen, whichever kind of element it was."""
    if isinstance(option := action.get("selected_option"), dict):
        return option.get("value")
    if isinstance(options := action.get("selected_options"), list):
        return [option.get("value") for option in options]
    chosen = ("value", "selected_user", "selected_channel", "selected_conversation", "selected_date", "selected_time")
    return next((action[name] for name in chosen if action.get(name) is not None), None)


def _clicked(body: Payload) -> Payload:
    """Who pressed, and where, of an interactive payload."""
    container, message = body.get("container") or {}, body.get("message") or {}
    team = (body.get("team") or {}).get("id") or ""
    person = body.get("user") or {}
    own_team = person.get("team_id") or team
    return {
        "team": own_team,
        "user": person.get("id") or "",
        "channel": (body.get("channel") or {}).get("id") or container.get("channel_id") or "",
        "thread_ts": message.get("thread_ts") or container.get("thread_ts"),
        "message_ts": container.get("message_ts") or message.get("ts"),
        "view": _view_of(body),
        "trigger_id": body.get("trigger_id") or "",
        "response_url": body.get("response_url") or "",
    }


def _view_of(body: Payload) -> Payload | None:
    view = body.get("view")
    if not isinstance(view, dict):
        return None
    kept = {name: view.get(name) for name in ("id", "callback_id", "private_metadata", "hash", "root_view_id")}
    return {**kept, "state": (view.get("state") or {}).get("values") or {}}


def _event_person(body: Payload, event: Payload) -> Payload:
    """Who an event is from: in a channel shared with another company, people keep the team they belong to."""
    own_team = event.get("user_team") or event.get("team") or body.get("team_id") or ""
    return {"team": own_team, "user": event.get("user") or ""}


def _event_key(body: Payload) -> str:
    event = body["event"]
    where = f"{event.get('type')}:{event.get('channel')}:{event.get('user')}:{event.get('event_ts') or event.get('ts')}"
    return f"event:{body.get('event_id') or where}"
