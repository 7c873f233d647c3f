"""The blocks themselves and where each may stand (docs.slack.dev/reference/block-kit/blocks)."""

from __future__ import annotations

from sandbox.slack.limits.elements import ELEMENTS, PICKERS, PRESSED, SELECTS, TYPED
from sandbox.slack.limits.objects import SLACK_FILE, TYPE, plain, text
from sandbox.slack.limits.rich_text import RICH_TEXT
from sandbox.slack.limits.rules import (
    Rule,
    also,
    anything,
    boolean,
    by_type,
    choice,
    many,
    needs_one_of,
    record,
    string,
)
from sandbox.slack.limits.tables import DATA_TABLE, DATA_VISUALIZATION, TABLE

_BLOCK_ID: dict[str, Rule] = {"block_id": string(255)}


def _block(required: dict[str, Rule] | None = None, optional: dict[str, Rule] | None = None) -> Rule:
    return record({"type": TYPE, **(required or {})}, {**_BLOCK_ID, **(optional or {})})


def _elements(*kinds: str) -> Rule:
    return by_type(ELEMENTS, *kinds)


_IMAGE = _elements("image")
_TASK: dict[str, Rule] = {"task_id": string(255, 1), "title": string(3000, 1)}
_TASK_MORE: dict[str, Rule] = {"details": RICH_TEXT, "output": RICH_TEXT, "sources": many(_elements("url"), 100, 0)}
_STATUS = choice("pending", "in_progress", "complete", "error")
_CARD = also(
    _block(
        None,
        {
            "hero_image": _IMAGE,
            "icon": _IMAGE,
            "slack_icon": anything,
            "title": text(150),
            "subtitle": text(150),
            "body": text(200),
            "subtext": text(200),
            "actions": many(_elements("button"), 3),
        },
    ),
    needs_one_of("hero_image", "title", "actions", "body"),
)

BLOCKS: dict[str, Rule] = {
    "section": also(
        _block(
            None,
            {
                "text": text(3000),
                "fields": many(text(2000), 10),
                "expand": boolean,
                "accessory": _elements("image", *PRESSED, *SELECTS, *PICKERS),
            },
        ),
        needs_one_of("text", "fields"),
    ),
    "header": _block({"text": plain(150)}),
    "divider": _block(),
    "context": _block({"elements": many(_elements("plain_text", "mrkdwn", "image"), 10)}),
    "actions": _block({"elements": many(_elements(*PRESSED, *SELECTS, *PICKERS), 25)}),
    "context_actions": _block({"elements": many(_elements("feedback_buttons", "icon_button"), 5)}),
    "image": also(
        _block(
            {"alt_text": string(2000, 1)},
            {"image_url": string(3000, 1), "slack_file": SLACK_FILE, "title": plain(2000)},
        ),
        needs_one_of("image_url", "slack_file", only=True),
    ),
    "input": _block(
        {"label": plain(2000), "element": _elements(*SELECTS, *PICKERS, *TYPED)},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "markdown": _block({"text": string(12_000, 1)}),
    "rich_text": RICH_TEXT,
    "table": TABLE,
    "data_table": DATA_TABLE,
    "data_visualization": DATA_VISUALIZATION,
    "alert": _block({"text": text(200)}, {"level": choice("default", "info", "warning", "error", "success")}),
    "card": _CARD,
    "carousel": _block({"elements": many(by_type({"card": _CARD}), 10)}),
    "task_card": _block({**_TASK, "status": _STATUS}, _TASK_MORE),
    "plan": _block({"title": string(3000, 1), "tasks": many(record({**_TASK, "status": _STATUS}, _TASK_MORE), 50)}),
    "file": _block({"external_id": string(255, 1), "source": choice("remote")}),
    "video": _block(
        {
            "alt_text": string(2000, 1),
            "title": plain(199),
            "thumbnail_url": string(3000, 1),
            "video_url": string(3000, 1),
        },
        {
            "author_name": string(50),
            "description": plain(200),
            "provider_icon_url": string(2000),
            "provider_name": string(50),
            "title_url": string(2000),
        },
    ),
}


BLOCKS["container"] = _block(
    {"child_blocks": many(by_type(BLOCKS), 10)},
    {
        "title": plain(150),
        "rich_text_title": RICH_TEXT,
        "subtitle": text(150),
        "icon": _IMAGE,
        "width": choice("default", "full", "narrow"),
        "is_collapsible": boolean,
        "default_collapsed": boolean,
        "has_header_divider": boolean,
    },
)

_EVERYWHERE = {"section", "header", "divider", "context", "actions", "image", "input", "rich_text", "card", "video"}
_SHOWY = {"carousel", "container", "table", "data_table", "data_visualization"}
SURFACES: dict[str, frozenset[str]] = {
    "message": frozenset(_EVERYWHERE | _SHOWY | {"markdown", "context_actions", "file", "plan", "task_card"}),
    "modal": frozenset(_EVERYWHERE | {"alert"}),
    "home": frozenset(_EVERYWHERE | _SHOWY),
}
