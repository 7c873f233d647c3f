"""Rich text: sections, lists, quotes and code, and the inline pieces in them."""

from __future__ import annotations

from sandbox.slack.limits.objects import TYPE
from sandbox.slack.limits.rules import Rule, boolean, by_type, choice, many, number, record, string

_STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
_STYLE = record(
    {},
    dict.fromkeys(_STYLES, boolean),
)


def _inline(required: dict[str, Rule], optional: dict[str, Rule] | None = None) -> Rule:
    return record({"type": TYPE, **required}, {"style": _STYLE, **(optional or {})})


_INLINE: dict[str, Rule] = {
    "text": _inline({"text": string(12_000, 1)}),
    "link": _inline({"url": string(3000, 1)}, {"text": string(3000), "unsafe": boolean}),
    "user": _inline({"user_id": string(255, 1)}),
    "usergroup": _inline({"usergroup_id": string(255, 1)}),
    "channel": _inline({"channel_id": string(255, 1)}),
    "emoji": _inline({"name": string(255, 1)}, {"unicode": string(255), "url": string(3000)}),
    "broadcast": _inline({"range": choice("here", "channel", "everyone")}),
    "color": _inline({"value": string(9, 4)}),
    "date": _inline({"timestamp": number(0), "format": string(255, 1)}, {"url": string(3000), "fallback": string(255)}),
}
_PIECES = many(by_type(_INLINE), 1000, 0)
_SECTION = record({"type": TYPE, "elements": _PIECES})
_SECTIONS: dict[str, Rule] = {"rich_text_section": _SECTION}

RICH_TEXT_PARTS: dict[str, Rule] = {
    **_SECTIONS,
    "rich_text_list": record(
        {"type": TYPE, "style": choice("bullet", "ordered"), "elements": many(by_type(_SECTIONS), 1000)},
        {"indent": number(0, 8), "offset": number(0), "border": number(0, 1)},
    ),
    "rich_text_quote": record({"type": TYPE, "elements": _PIECES}, {"border": number(0, 1)}),
    "rich_text_preformatted": record(
        {"type": TYPE, "elements": _PIECES}, {"border": number(0, 1), "language": string(50)}
    ),
}
RICH_TEXT = record({"type": TYPE, "elements": many(by_type(RICH_TEXT_PARTS), 1000)}, {"block_id": string(255)})
