"""What Slack sends, in small."""

from __future__ import annotations

from typing import Any

Payload = dict[str, Any]


def command(text: str = "status", name: str = "/recsys", trigger: str = "1.2") -> Payload:
    ids = {"team_id": "T1", "user_id": "U1", "channel_id": "C1", "trigger_id": trigger}
    return {"command": name, "text": text, "response_url": "", **ids}


def event(inner: Payload, event_id: str = "Ev1", team: str = "T1") -> Payload:
    return {"type": "event_callback", "team_id": team, "event_id": event_id, "event": inner}


def mention(text: str = "<@U0BOT> diagnose", **more: Any) -> Payload:
    said = {"type": "app_mention", "user": "U1", "channel": "C1", "text": text, "ts": "7.1", "thread_ts": "5.1"}
    return event({**said, **more})


def click(action: Payload | None = None, **more: Any) -> Payload:
    pressed = {"action_id": "acknowledge", "block_id": "b", "type": "button", "value": "7:3", "action_ts": "9.1"}
    where = {"type": "message", "message_ts": "5.2", "channel_id": "C1"}
    clicked = {
        "type": "block_actions",
        "user": {"id": "U1", "team_id": "T1"},
        "team": {"id": "T1"},
        "channel": {"id": "C1"},
        "message": {"ts": "5.2", "thread_ts": "5.1"},
        "container": where,
        "trigger_id": "1.2",
        "response_url": "",
        "actions": [action or pressed],
    }
    return {**clicked, **more}


def submission(values: Payload | None = None, hash_: str = "h1") -> Payload:
    view = {"type": "modal", "id": "V1", "callback_id": "resolve", "private_metadata": "7", "hash": hash_}
    person = {"user": {"id": "U1", "team_id": "T1"}, "team": {"id": "T1"}, "trigger_id": "1.2"}
    return {"type": "view_submission", "view": {**view, "state": {"values": values or {}}}, **person}
