"""Slack's limits for one block and what it holds (docs.slack.dev/reference/block-kit/blocks, .../block-elements)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.slack.messages import Block
from bot.slack.mrkdwn import cut

Fit = Callable[[Block], Block | None]
ID = 255
SELECTS = {
    "static_select": 100,
    "multi_static_select": 100,
    "overflow": 5,
    "radio_buttons": 10,
    "checkboxes": 10,
}


def fit_block(block: Any) -> Block | None:
    """The block within its limits, or None when nothing of it can be drawn. Unknown types are left as they are."""
    if not isinstance(block, dict) or not isinstance(block.get("type"), str):
        return None
    if isinstance(block.get("block_id"), str):
        block = {**block, "block_id": block["block_id"][:ID]}
    return BLOCKS.get(block["type"], _as_it_is)(block)


def note(words: str) -> Block:
    """A line in small print."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": words}]}


def _as_it_is(block: Block) -> Block:
    return block


def _section(block: Block) -> Block | None:
    fitting = {key: value for key, value in block.items() if key not in ("text", "fields", "accessory")}
    if words := _words(block.get("text"), 3000):
        fitting["text"] = words
    if fields := _listed([_words(field, 2000) for field in _list(block.get("fields"))], 10):
        fitting["fields"] = fields
    if "text" not in fitting and "fields" not in fitting:
        return None
    if isinstance(block.get("accessory"), dict):
        fitting["accessory"] = fit_element(block["accessory"])
    return fitting


def _header(block: Block) -> Block | None:
    words = _words(block.get("text"), 150)
    return {**block, "text": words} if words else None


def _context(block: Block) -> Block | None:
    elements = [_context_element(element) for element in _list(block.get("elements"))]
    kept = _listed(elements, 10)
    return {**block, "elements": kept} if kept else None


def _context_element(element: Any) -> Block | None:
    if isinstance(element, dict) and element.get("type") == "image":
        return _image(element)
    return _words(element, 2000)


def _actions(block: Block) -> Block | None:
    elements = [fit_element(element) for element in _list(block.get("elements")) if isinstance(element, dict)][:25]
    return {**block, "elements": elements} if elements else None


def _image(block: Block) -> Block:
    fitting = {**block, "alt_text": cut(str(block.get("alt_text") or "picture"), 2000)}
    if title := _words(block.get("title"), 2000):
        fitting["title"] = title
    return fitting


def _markdown(block: Block) -> Block | None:
    text = str(block.get("text") or "").strip()
    return {**block, "text": cut(text, 11_000)} if text else None


def _input(block: Block) -> Block | None:
    label = _words(block.get("label"), 2000)
    if label is None or not isinstance(block.get("element"), dict):
        return None
    fitting = {**block, "label": label, "element": fit_element(block["element"])}
    if hint := _words(block.get("hint"), 2000):
        fitting["hint"] = hint
    return fitting


def _table(block: Block) -> Block | None:
    rows = [row[:20] for row in _list(block.get("rows")) if isinstance(row, list) and row]
    if len(rows) > 100:
        more = {"type": "raw_text", "text": f"… ({len(rows) - 99} more)"}
        blank = {"type": "raw_text", "text": " "}
        rows = [*rows[:99], [more, *[blank] * (len(rows[0]) - 1)]]
    return {**block, "rows": rows} if rows else None


def fit_element(element: Block) -> Block:
    """A button, select or input within its limits; choices beyond the limit are left out."""
    fitting = dict(element)
    for name, limit in (("text", 75), ("placeholder", 150)):
        if isinstance(element.get(name), dict):
            fitting[name] = _words(element[name], limit) or {"type": "plain_text", "text": "…"}
    for name, limit in (("value", 2000), ("action_id", ID), ("url", 3000), ("accessibility_label", 75)):
        if isinstance(element.get(name), str):
            fitting[name] = element[name][:limit]
    if "options" in element:
        fitting["options"] = [_option(option) for option in _list(element["options"])][
            : SELECTS.get(_type(element), 100)
        ]
    if isinstance(element.get("confirm"), dict):
        fitting["confirm"] = _confirm(element["confirm"])
    return _image(fitting) if _type(element) == "image" else fitting


def _option(option: Any) -> Any:
    if not isinstance(option, dict):
        return option
    fitting = {**option, "text": _words(option.get("text"), 75) or {"type": "plain_text", "text": "…"}}
    if isinstance(option.get("value"), str):
        fitting["value"] = option["value"][:150]
    if description := _words(option.get("description"), 75):
        fitting["description"] = description
    return fitting


def _confirm(confirm: Block) -> Block:
    limits = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
    return {**confirm, **{k: words for k, limit in limits.items() if (words := _words(confirm.get(k), limit))}}


def _words(element: Any, limit: int) -> Block | None:
    """A text object within `limit`, or None when it says nothing (Slack refuses an empty one)."""
    if not isinstance(element, dict) or not str(element.get("text") or "").strip():
        return None
    return {**element, "text": cut(str(element["text"]), limit)}


def _listed(elements: list[Block | None], room: int) -> list[Block]:
    """At most `room` of the elements that say something, the last of them saying how many are missing."""
    kept = [element for element in elements if element]
    if len(kept) <= room:
        return kept
    return [*kept[: room - 1], {"type": "mrkdwn", "text": f"… ({len(kept) - room + 1} more)"}]


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _type(element: Block) -> str:
    return str(element.get("type"))


BLOCKS: dict[str, Fit] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "markdown": _markdown,
    "input": _input,
    "table": _table,
}
