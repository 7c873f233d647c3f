"""What somebody said or clicked, as a value: who, where, and what they meant."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from sqlmodel import Session, select

from bot.slack.messages import Person, Place
from bot.store.tables import InboxMessage, Incident, OutboxMessage


class NotPossibleHere(Exception):
    """This cannot be done in this place or with these words; the message says where or how it can."""


@dataclass(frozen=True)
class Heard:
    """One thing a person did in Slack."""

    key: str  # unique to this act: answers to it are keyed by it, so that answering twice is answering once
    kind: str
    person: Person
    place: Place
    text: str = ""
    action: str = ""
    value: str = ""
    callback: str = ""
    view_id: str = ""
    fields: dict[str, Any] = field(default_factory=dict)  # a submitted view's state values
    metadata: dict[str, Any] = field(default_factory=dict)  # a view's private metadata
    message_ts: str = ""
    number: int | None = None  # its row in the inbox

    @property
    def values(self) -> dict[str, Any]:
        """A button's value: the incident or hotfix it is about, and the version its card showed."""
        return _object(self.value)


def hear(message: InboxMessage) -> Heard:
    """An inbox row as a value."""
    return replace(hear_body(message.body, f"inbox:{message.id}", message.kind), number=message.id)


def hear_body(body: dict[str, Any], key: str = "", kind: str = "") -> Heard:
    """What a handler took down, as a value."""
    view = body.get("view") or {}
    return Heard(
        key=key,
        kind=kind,
        person=Person(body.get("team") or "", body.get("user") or ""),
        place=Place(body.get("channel") or "", body.get("thread_ts") or None),
        text=_as_typed(f"{body.get('command') or ''} {body.get('text') or ''}".strip()),
        action=body.get("action_id") or "",
        value=body.get("value") or "",
        callback=view.get("callback_id") or "",
        view_id=view.get("id") or body.get("view_id") or "",
        fields=view.get("state") or {},
        metadata=_object(view.get("private_metadata") or ""),
        message_ts=body.get("message_ts") or "",
    )


def _as_typed(text: str) -> str:
    """What a person typed: Slack sends &, < and > escaped, and a title may have them."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def incident_in(session: Session, place: Place) -> Incident:
    """The incident whose thread this is; NotPossibleHere when it is not an incident's thread."""
    if place.thread_ts is not None:
        statement = select(OutboxMessage).where(OutboxMessage.ts == place.thread_ts, OutboxMessage.kind == "post")
        for row in session.exec(statement):
            parts = row.key.split(":")
            if parts[0] == "incident" and parts[2:] == ["card"]:
                return session.get_one(Incident, int(parts[1]))
    raise NotPossibleHere(
        "This is not an incident's thread: say it there, or name the incident, as in `diagnose incident 7`."
    )


def _object(text: str) -> dict[str, Any]:
    """A JSON object, or {} for anything else: values come back from outside."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
