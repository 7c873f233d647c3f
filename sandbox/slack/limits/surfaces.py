"""What Slack refuses before anyone sees it: whole messages and views against their limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.slack.limits.blocks import BLOCKS, SURFACES
from sandbox.slack.limits.objects import TYPE, plain
from sandbox.slack.limits.rules import Rule, anything, boolean, by_type, complaint, many, record, string
from sandbox.slack.limits.tables import text_length
from sandbox.slack.wire import Json, SlackError

MOST_TEXT = 40_000
MOST_BLOCK_TEXT = 13_200  # undocumented; reported against Slack's own SDK
MOST_MARKDOWN = 12_000
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_VIEW_BYTES = 250_000


def parts(value: Any) -> Iterator[Json]:
    """Every object inside, outermost first."""
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from parts(item)
    elif isinstance(value, list):
        for item in value:
            yield from parts(item)


def _repeated(ids: list[Any], what: str, at: str) -> Iterator[str]:
    for repeated, times in Counter(i for i in ids if isinstance(i, str) and i).items():
        if times > 1:
            yield complaint(f"{what} `{repeated}` already exists", at)


def _duplicates(blocks: list[Any], at: str) -> Iterator[str]:
    dicts = [b for b in blocks if isinstance(b, dict)]
    yield from _repeated([b.get("block_id") for b in dicts], "block_id", at)
    for index, block in enumerate(dicts):
        ids = [p["action_id"] for p in parts(block) if isinstance(p.get("action_id"), str)]
        yield from _repeated(ids, "action_id", f"{at}/{index}")


def _crowds(blocks: list[Any], at: str) -> Iterator[str]:
    kinds = Counter(str(b.get("type")) for b in blocks if isinstance(b, dict))
    if kinds["data_visualization"] > 2:
        yield complaint("no more than 2 data_visualization blocks allowed", at)
    for index, block in enumerate(blocks):
        if isinstance(block, dict) and block.get("type") == "task_card" and block.get("status") == "pending":
            yield complaint("only tasks of a plan can be pending", f"{at}/{index}/status")
    focused = sum(bool(p.get("focus_on_load")) for p in parts(blocks))
    if focused > 1:
        yield complaint("only one element can have focus_on_load", at)


def _files(blocks: Any, usable: Callable[[str], bool], at: str) -> Iterator[str]:
    for part in parts(blocks):
        wanted = part.get("slack_file")
        if isinstance(wanted, dict) and isinstance(wanted.get("id"), str) and not usable(wanted["id"]):
            yield complaint(f"invalid slack file: {wanted['id']}", at)


def block_problems(blocks: Any, surface: str, usable: Callable[[str], bool], at: str = "/blocks") -> list[str]:
    """Everything that is wrong with the blocks of a message, modal or home."""
    rule = many(by_type(BLOCKS, *SURFACES[surface]), MOST_BLOCKS[surface], 0)
    found = list(rule(blocks, at))
    if isinstance(blocks, list):
        found += [*_duplicates(blocks, at), *_crowds(blocks, at), *_files(blocks, usable, at)]
    return found


def refuse_blocks(problems: list[str], code: str = "invalid_blocks") -> None:
    """SlackError with Slack's own way of listing what is wrong; nothing when nothing is."""
    if problems:
        messages = [f"[ERROR] {p}" for p in problems]
        raise SlackError(code, errors=problems, response_metadata={"messages": messages})


def refuse_message(text: str, blocks: Any, attachments: Any, usable: Callable[[str], bool]) -> None:
    """SlackError no_text, msg_too_long, invalid_blocks, msg_blocks_too_long, only_one_table_allowed, ..."""
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    if not _are_objects(attachments or []):
        raise SlackError("invalid_attachments")
    if len(text) > MOST_TEXT:
        raise SlackError("msg_too_long")
    refuse_blocks(block_problems(blocks or [], "message", usable))
    _refuse_bulk(blocks or [])
    for index, attachment in enumerate(attachments or []):
        refuse_blocks(block_problems(attachment.get("blocks") or [], "message", usable, f"/attachments/{index}/blocks"))
    if len(attachments or []) > 100:
        raise SlackError("too_many_attachments")


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _refuse_bulk(blocks: list[Json]) -> None:
    if sum(b["type"] == "table" for b in blocks) > 1:
        raise SlackError("invalid_attachments", response_metadata={"messages": ["[ERROR] only_one_table_allowed"]})
    loose = [b for b in blocks if b["type"] not in ("table", "data_table", "markdown")]
    markdown = [b for b in blocks if b["type"] == "markdown"]
    if text_length(loose) > MOST_BLOCK_TEXT or text_length(markdown) > MOST_MARKDOWN:
        raise SlackError("msg_blocks_too_long")


_TITLE = plain(24)
_COMMON: dict[str, Rule] = {
    "callback_id": string(255),
    "external_id": string(255),
    "private_metadata": string(3000),
}
_VIEWS: dict[str, Rule] = {
    "modal": record(
        {"type": TYPE, "title": _TITLE, "blocks": anything},
        {
            **_COMMON,
            "submit": _TITLE,
            "close": _TITLE,
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
    "home": record({"type": TYPE, "blocks": anything}, _COMMON),
}


def refuse_view(view: Any, surface: str, usable: Callable[[str], bool]) -> None:
    """SlackError invalid_arguments or invalid_blocks for a view that Slack would not show."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] view must be an object"]})
    found = list(by_type(_VIEWS, surface)(view, "/view"))
    refuse_blocks(found, "invalid_arguments")
    refuse_blocks(block_problems(view["blocks"], surface, usable, "/view/blocks"), "invalid_arguments")
    if surface == "modal" and not view.get("submit") and any(b["type"] == "input" for b in view["blocks"]):
        refuse_blocks(["missing required field: submit, as there are inputs [json-pointer:/view]"], "invalid_arguments")
    if len(str(view)) > MOST_VIEW_BYTES:
        raise SlackError("view_too_large")
