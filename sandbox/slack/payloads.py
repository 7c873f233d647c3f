"""What Slack sends: events, slash commands, clicks, submissions, shortcuts, field by field."""

from __future__ import annotations

import copy
import secrets
from typing import Any

from sandbox.slack.people import APP_ID, BOT_USER, TEAM, TEAM_ID, Channel, Person
from sandbox.slack.wire import Json

_TOKEN = "sandbox-verification-token"  # deprecated in Slack; the signature is what counts


def event_callback(event: Json, now: int) -> Json:
    """The envelope of the Events API around one event."""
    return {
        "token": _TOKEN,
        "team_id": TEAM_ID,
        "api_app_id": APP_ID,
        "event": copy.deepcopy(event),
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": now,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{secrets.token_hex(16)}",
    }


def slash_command(person: Person, channel: Channel, command: str, text: str, trigger: str, response_url: str) -> Json:
    """What a slash command sends, all of it strings."""
    return {
        "token": _TOKEN,
        "team_id": TEAM_ID,
        "team_domain": str(TEAM["domain"]),
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.im_user else channel.name,
        "user_id": person.id,
        "user_name": person.handle,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }


def _interaction(kind: str, person: Person, trigger: str | None = None) -> Json:
    user = {"id": person.id, "username": person.handle, "name": person.handle, "team_id": TEAM_ID}
    made: Json = {"type": kind, "user": user, "team": {"id": TEAM_ID, "domain": TEAM["domain"]}, "api_app_id": APP_ID}
    made |= {"token": _TOKEN, "enterprise": None, "is_enterprise_install": False}
    return {**made, "trigger_id": trigger} if trigger else made


def channel_named(channel: Channel) -> Json:
    """The short form of a channel in interactions."""
    return {"id": channel.id, "name": "directmessage" if channel.im_user else channel.name}


def message_click(
    person: Person, channel: Channel, message: Json, action: Json, state: Json, trigger: str, response_url: str
) -> Json:
    """block_actions from a message."""
    whispered = bool(message.get("ephemeral"))
    container = {"type": "message", "message_ts": message["ts"], "channel_id": channel.id, "is_ephemeral": whispered}
    if message.get("thread_ts"):
        container["thread_ts"] = message["thread_ts"]
    made = {**_interaction("block_actions", person, trigger), "container": container, "channel": channel_named(channel)}
    if not whispered:
        made["message"] = message
    return {**made, "state": {"values": state}, "response_url": response_url, "actions": [action]}


def view_click(person: Person, view: Json, action: Json, trigger: str) -> Json:
    """block_actions from a modal or Home."""
    container = {"type": "view", "view_id": view["id"]}
    return {**_interaction("block_actions", person, trigger), "container": container, "view": view, "actions": [action]}


def view_submission(person: Person, view: Json, trigger: str) -> Json:
    """Someone pressed the modal's submit button."""
    return {**_interaction("view_submission", person, trigger), "view": view, "response_urls": []}


def view_closed(person: Person, view: Json, cleared: bool) -> Json:
    """Someone closed a modal that wanted to know."""
    return {**_interaction("view_closed", person), "view": view, "is_cleared": cleared}


def shortcut(person: Person, callback_id: str, trigger: str, ts: str) -> Json:
    """A shortcut from the composer or search."""
    return {**_interaction("shortcut", person, trigger), "callback_id": callback_id, "action_ts": ts}


def message_shortcut(
    person: Person, callback_id: str, channel: Channel, message: Json, trigger: str, response_url: str, ts: str
) -> Json:
    """A shortcut from a message's menu."""
    made: dict[str, Any] = {
        "callback_id": callback_id,
        "action_ts": ts,
        "message_ts": message["ts"],
        "message": message,
    }
    made |= {"channel": channel_named(channel), "response_url": response_url}
    return {**_interaction("message_action", person, trigger), **made}
