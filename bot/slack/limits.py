"""Slack's limits for whole messages and views: what does not fit is cut with a count, never refused.

Sources: docs.slack.dev/reference/block-kit, and for the total of a message bolt-js #2509 (about 13.2k characters).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bot.slack.block_limits import fit_block, note
from bot.slack.messages import Block, Said
from bot.slack.mrkdwn import cut

TEXT = 4000
BLOCKS_PER_MESSAGE = 50
BLOCKS_PER_VIEW = 100
CHARACTERS_PER_MESSAGE = 12_000
VIEW_TITLE = 24
METADATA = 3000
NOTHING = "(nothing to say)"


def fit(said: Said) -> Said:
    """The message within every documented limit; buttons survive, words at the end give way first."""
    blocks = fit_blocks(said.blocks, BLOCKS_PER_MESSAGE)
    text = cut(said.text.strip() or _first_words(blocks) or NOTHING, TEXT)
    return Said(text, tuple(_within_budget(blocks)))


def fit_view(view: dict[str, Any]) -> dict[str, Any]:
    """A dialog or App Home within every documented limit."""
    fitting = {**view, "blocks": fit_blocks(view.get("blocks", ()), BLOCKS_PER_VIEW)}
    for name in ("title", "submit", "close"):
        if isinstance(words := view.get(name), dict):
            fitting[name] = {**words, "text": cut(str(words.get("text", "")), VIEW_TITLE)}
    if "private_metadata" in view:
        fitting["private_metadata"] = str(view["private_metadata"])[:METADATA]
    return fitting


def fit_blocks(blocks: Iterable[Block], room: int) -> list[Block]:
    """The blocks that can be drawn, each within its limits, at most `room` of them, no `block_id` twice."""
    drawn = [fitting for block in blocks if (fitting := fit_block(block)) is not None]
    return _distinct(_first_table_only(_shorten(drawn, room)))


def _shorten(blocks: list[Block], room: int) -> list[Block]:
    if len(blocks) <= room:
        return blocks
    return _without_last(blocks, len(blocks) - room + 1)


def _without_last(blocks: list[Block], count: int) -> list[Block]:
    """Leave out `count` blocks from the end, buttons last of all, and say so in one line."""
    order = sorted(range(len(blocks)), key=lambda i: (blocks[i]["type"] == "actions", -i))
    left_out = set(order[:count])
    kept = [block for i, block in enumerate(blocks) if i not in left_out]
    return [*kept, note(f"… ({len(left_out)} more; ask `/recsys help` how to see the rest)")]


def _within_budget(blocks: list[Block]) -> list[Block]:
    """Leave out blocks from the end until the characters of all of them fit into one message."""
    fitting, count = blocks, 0
    while sum(count_characters(block) for block in fitting) > CHARACTERS_PER_MESSAGE and count < len(blocks):
        count += 1
        fitting = _without_last(blocks, count)
    return fitting


def count_characters(value: Any) -> int:
    """How many characters of words, addresses and values a block carries."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(count_characters(inner) for inner in value.values())
    if isinstance(value, list | tuple):
        return sum(count_characters(inner) for inner in value)
    return 0


def _first_table_only(blocks: list[Block]) -> list[Block]:
    """Slack refuses a second table in one message (`only_one_table_allowed`)."""
    tables = [i for i, block in enumerate(blocks) if block["type"] == "table"]
    return [
        note("… (a second table is left out: Slack shows one per message)") if i in tables[1:] else block
        for i, block in enumerate(blocks)
    ]


def _distinct(blocks: Sequence[Block]) -> list[Block]:
    """A `block_id` that was there before is dropped: Slack gives the block a new one."""
    seen: set[str] = set()
    distinct = []
    for block in blocks:
        block_id = block.get("block_id")
        distinct.append({k: v for k, v in block.items() if k != "block_id"} if block_id in seen else block)
        seen.update([block_id] if block_id else [])
    return distinct


def _first_words(blocks: Iterable[Block]) -> str:
    """What the first block with words says: better than nothing for a screen reader."""
    for block in blocks:
        words = block.get("text")
        if isinstance(words, dict) and words.get("text"):
            return str(words["text"]).strip()
    return ""
