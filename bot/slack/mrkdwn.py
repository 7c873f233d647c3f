"""Slack's own marks: written here, so that nobody's words are ever taken for formatting by accident."""

from __future__ import annotations

import re
from datetime import UTC, datetime

FENCE = "```"


def escape(text: str) -> str:
    """Words from outside, made harmless: a title such as `<!channel>` is shown and calls nobody.

    The three characters Slack asks to have escaped (docs.slack.dev: formatting message text).
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def bold(text: str) -> str:
    """Bold, for words that may come from outside; a star inside would end it and is left out."""
    return f"*{escape(text).replace('*', '')}*"


def code(text: str) -> str:
    """Shown letter by letter, ready to paste; a backtick inside would end it and becomes a quote."""
    return f"`{escape(text).replace('`', chr(39))}`"


def link(url: str, words: str) -> str:
    """A link with words of its own; `|` and `>` in the address would end it, so they are percent-encoded."""
    address = escape(url).replace("|", "%7C").replace("&gt;", "%3E").replace("&lt;", "%3C")
    return f"<{address}|{escape(words).replace('|', '/')}>"


def moment(at: datetime, style: str = "{date_short_pretty} {time}") -> str:
    """A moment in the reader's own time zone; who cannot see that (e-mail, screen readers) is told it in UTC."""
    utc = at.astimezone(UTC)
    return f"<!date^{int(utc.timestamp())}^{style}|{utc:%Y-%m-%d %H:%M} UTC>"


def cut(text: str, limit: int) -> str:
    """The text within `limit` characters, with an end that says how much is missing; no mark is left half open."""
    if len(text) <= limit:
        return text
    end = _end_of(len(text) - limit, limit)
    closing = len(FENCE) + 1 if FENCE in text else 0
    kept = _close(text[: max(0, limit - len(end) - closing)])
    return f"{kept}{end}"[:limit]


def _end_of(missing: int, limit: int) -> str:
    """How a cut text ends: with a count and a way to the rest where there is room for words."""
    if limit < 300:
        return "…"
    return f" … ({missing} more characters; ask `/recsys help` how to see the rest)"


def _close(text: str) -> str:
    """Without a half-cut `<link` or `&entity` at its end, and with an open code block closed."""
    text = re.sub(r"<[^<>]*$", "", text)
    text = re.sub(r"&[a-z]{0,3}$", "", text)
    return text + ("\n" + FENCE if text.count(FENCE) % 2 else "")
