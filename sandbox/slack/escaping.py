"""Text as Slack stores it: the three characters escaped, and names turned into references."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from sandbox.slack.people import Channel, Person

_BARE_AMPERSAND = re.compile(r"&(?!amp;|lt;|gt;)")
_REFERENCE = re.compile(r"<(?=[@#!]|https?://|mailto:|slack://)[^<>\n]*>")
_HANDLE = re.compile(r"(?<![\w@])@([a-z0-9_-]+)")
_CHANNEL = re.compile(r"(?<![\w#&])#([a-z0-9_-]+)")
_LINK = re.compile(r"https?://[^\s<>|]+")


def escape(text: str) -> str:
    """`&`, `<` and `>` as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def store_app_text(text: str) -> str:
    """An app's text as it comes back from history: references kept, every other bare special character escaped."""
    kept: list[str] = []
    end = 0
    for found in _REFERENCE.finditer(text):
        kept += [_plain(text[end : found.start()]), found.group()]
        end = found.end()
    return "".join([*kept, _plain(text[end:])])


def _plain(text: str) -> str:
    return _BARE_AMPERSAND.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def typed_text(text: str, people: Iterable[Person], channels: Iterable[Channel], *, named: bool = False) -> str:
    """What a person typed, as stored: escaped first, then @handles, #channels and links become references.

    `named` adds the readable name to user references, as `should_escape` does for slash commands.
    """
    handles = {p.handle: f"<@{p.id}|{p.handle}>" if named else f"<@{p.id}>" for p in people}
    rooms = {c.name: f"<#{c.id}|{c.name}>" for c in channels if not c.im_user}
    escaped = _LINK.sub(lambda m: f"<{m.group()}>", escape(text))
    return _CHANNEL.sub(_looked_up(rooms), _HANDLE.sub(_looked_up(handles), escaped))


def _looked_up(names: dict[str, str]) -> Callable[[re.Match[str]], str]:
    return lambda found: names.get(found.group(1), found.group())
