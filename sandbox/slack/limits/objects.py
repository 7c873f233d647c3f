"""The pieces blocks are made of: text, options, confirmations, files (docs.slack.dev: composition-objects)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.slack.limits.rules import (
    Rule,
    also,
    boolean,
    by_type,
    choice,
    complaint,
    many,
    needs_one_of,
    record,
    string,
)

TYPE: Rule = string(50, 1)


def text(most: int, *kinds: str) -> Rule:
    """A text object of 1 to `most` characters; without `kinds` plain text or mrkdwn."""
    body = string(most, 1)
    plain = record({"type": TYPE, "text": body}, {"emoji": boolean})
    mrkdwn = record({"type": TYPE, "text": body}, {"verbatim": boolean})
    return by_type({"plain_text": plain, "mrkdwn": mrkdwn}, *kinds)


def plain(most: int) -> Rule:
    """A plain_text object."""
    return text(most, "plain_text")


ACTION_ID = string(255, 1)
CONFIRM = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)
OPTION = record({"text": plain(75), "value": string(150, 1)}, {"description": plain(75), "url": string(3000)})
RICH_OPTION = record({"text": text(75), "value": string(150, 1)}, {"description": text(75)})
GROUP = record({"label": plain(75), "options": many(OPTION, 100)})
SLACK_FILE = also(record({}, {"id": string(255, 1), "url": string(3000, 1)}), needs_one_of("id", "url", only=True))
DISPATCH = record({}, {"trigger_actions_on": many(choice("on_enter_pressed", "on_character_entered"), 2)})
FILTER = record(
    {},
    {
        "include": many(choice("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)


def options_of(element: Any) -> list[Any]:
    """All options of a select or group of boxes, also those in option groups."""
    if not isinstance(element, dict):
        return []
    loose = element.get("options")
    groups = element.get("option_groups")
    grouped = [g.get("options") for g in groups if isinstance(g, dict)] if isinstance(groups, list) else []
    return [o for part in (loose, *grouped) if isinstance(part, list) for o in part]


def initial_among_options(value: Any, at: str) -> Iterator[str]:
    """What is chosen at first must be one of the options, in every field."""
    if not isinstance(value, dict):
        return
    chosen = value.get("initial_options") or [value.get("initial_option")]
    for one in chosen if isinstance(chosen, list) else []:
        if one is not None and one not in options_of(value):
            yield complaint("the initial option must be one of the options", at)


def distinct_values(value: Any, at: str) -> Iterator[str]:
    """Two options with one value cannot be told apart."""
    values = [o["value"] for o in options_of(value) if isinstance(o, dict) and isinstance(o.get("value"), str)]
    if len(set(values)) < len(values):
        yield complaint("option values must be unique", f"{at}/options")
