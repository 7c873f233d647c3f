"""Hotfixes as people see them: the menu, the preview, the request with its two buttons, and how it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.hotfixes.base import HotfixKind, Preview
from bot.slack.messages import Block, Person, Said
from bot.slack.mrkdwn import code, escape, moment
from bot.store.tables import IN_FORCE, Hotfix

from . import actions
from .blocks import actions as row
from .blocks import button, confirm, context, fields, header, named, plain, section
from .reading import harmless

SHOWN = 8  # items named in a list before the rest is only counted
HEADLINES = {
    "requested": (":hourglass_flowing_sand:", "Waits for approval"),
    "approved": (":hourglass_flowing_sand:", "Approved, about to be in force"),
    "applied": (":wrench:", "In force"),
    "verified": (":white_check_mark:", "Verified: it helped"),
    "not-verified": (":warning:", "Not verified: it did not help"),
    "undone": (":leftwards_arrow_with_hook:", "Taken back"),
    "expired": (":alarm_clock:", "Expired, no longer in force"),
    "refused": (":no_entry:", "Refused, nothing was done"),
    "lapsed": (":alarm_clock:", "Lapsed, nothing was done"),
    "failed": (":warning:", "Approved, and never in force"),
}


def menu(kinds: Sequence[HotfixKind]) -> Said:
    """Every hotfix there is, with its price, ready to paste."""
    words = "; ".join(f"{kind.name}: {kind.title}" for kind in kinds)
    blocks = [header("Hotfixes"), *(section(_menu_entry(kind)) for kind in kinds)]
    last = "Each shows first what it would change; nothing is done before somebody else has approved it."
    return Said(f"{len(kinds)} hotfixes. {words}", (*blocks, context(last)))


def preview_said(preview: Preview, kind: HotfixKind, words: str, incident_id: int | None) -> Said:
    """What it would change, with the button that goes on to asking for approval."""
    blocks = [section(f"*Preview of {code(words)}* (nothing is done yet)\n{escape(preview.words)}"), *_numbers(preview)]
    value = {"incident": incident_id, "words": words}
    blocks += [context(_price(kind)), row([button("Ask for approval …", actions.HOTFIX, value, "primary")])]
    return Said(f"Preview of {words}: {escape(preview.words)}", named(blocks, "preview"))


def preview_to_json(preview: Preview) -> dict[str, Any]:
    """For scripts."""
    return preview.to_dict()


def loading_modal(private_metadata: str) -> dict[str, Any]:
    """What opens at once, while logged requests are being ranked again."""
    words = section(":hourglass_flowing_sand: Ranking logged requests with both versions. This takes some seconds.")
    return _modal("Hotfix", (words,), private_metadata)


def confirmation_modal(
    preview: Preview, kind: HotfixKind, incident_id: int | None, private_metadata: str
) -> dict[str, Any]:
    """What would change and what it costs; sending it off asks for approval and does nothing else."""
    about = f" for incident {incident_id}" if incident_id is not None else ""
    blocks = [
        section(f"*{escape(kind.title)}*{about}\n{escape(preview.words)}"),
        *_numbers(preview),
        *_unknown(preview),
        section(f"*Price:* {escape(kind.price)}"),
        context(_price(kind)),
    ]
    return {**_modal("Hotfix", blocks, private_metadata), "submit": plain("Ask for approval", 24)}


def refused_modal(words: str) -> dict[str, Any]:
    """Why this hotfix cannot be had, in place of its preview."""
    return _modal("Hotfix", (section(f":no_entry: {harmless(words)}"),), "")


def request_said(hotfix: Hotfix, kind: HotfixKind) -> Said:
    """A request that waits for somebody else's yes or no."""
    preview = Preview.from_dict(hotfix.preview)
    asks = f"{Person.parse(hotfix.requested_by).mention} asks for {code(kind.name)}"
    text = f"{asks}: version {preview.from_version} → {preview.to_version}. {escape(preview.words)}"
    value = {"hotfix": hotfix.id, "version": hotfix.version}
    sure = confirm("Put it in force?", f"Version {preview.to_version} serves at once. {kind.price}.", "Approve")
    buttons = [
        button("Approve", actions.APPROVE, value, "primary", sure),
        button("Refuse", actions.REFUSE, value, "danger"),
    ]
    needs = f"Hotfix {hotfix.id} · needs somebody else with the role {code(kind.approver_role)} · {_price(kind)}"
    blocks = [section(f"*{asks}*\n{escape(preview.words)}"), *_numbers(preview), *_unknown(preview)]
    return Said(text, named([*blocks, context(needs), row(buttons)], f"hotfix:{hotfix.id}:v{hotfix.version}"))


def decided_said(hotfix: Hotfix) -> Said:
    """The request once it has been decided: no buttons, and who decided."""
    preview = Preview.from_dict(hotfix.preview)
    by = f" by {Person.parse(hotfix.decided_by).mention}" if hotfix.decided_by else ""
    decision = {"refused": "Refused", "lapsed": "Lapsed"}.get(hotfix.state, "Approved")
    asks = f"{Person.parse(hotfix.requested_by).mention} asked for {code(hotfix.kind)}"
    text = f"{decision}{by}: hotfix {hotfix.id}, {hotfix.kind}, version {preview.from_version} → {preview.to_version}."
    blocks = [section(f"*{asks}*\n{escape(preview.words)}"), context(f"{decision}{by} · hotfix {hotfix.id}")]
    return Said(text, named(blocks, f"hotfix:{hotfix.id}:v{hotfix.version}"))


def state_said(hotfix: Hotfix) -> Said:
    """How a hotfix stands now; while it is in force, with the button that takes it back."""
    preview = Preview.from_dict(hotfix.preview)
    sign, headline = HEADLINES.get(hotfix.state, ("", hotfix.state))
    what = escape(f"hotfix {hotfix.id}, {hotfix.kind}: version {preview.from_version} → {preview.to_version}")
    words = " ".join(part for part in (escape(str(hotfix.verification.get("words", ""))), _what_next(hotfix)) if part)
    blocks: list[Block] = [section(f"{sign} *{headline}* · {what}\n{words}".strip())]
    if hotfix.state in IN_FORCE:
        blocks.append(row([button("Undo", actions.UNDO, {"hotfix": hotfix.id}, "danger", _sure(preview))]))
    return Said(f"{headline} ({what}). {words}".strip(), named(blocks, f"hotfix:{hotfix.id}:v{hotfix.version}"))


def delayed_said(hotfix: Hotfix, why: str) -> Said:
    """An approval that cannot be carried out yet, and until when that is tried."""
    text = f":warning: *Approved, not in force yet* · hotfix {hotfix.id}, {escape(hotfix.kind)}\n{harmless(why)}"
    last = "I try again for an hour from the approval; after that it no longer holds, and I say so."
    said = f"Approved, not in force yet (hotfix {hotfix.id}, {escape(hotfix.kind)}): {harmless(why)} {last}"
    return Said(said, named([section(text), context(last)], f"hotfix:{hotfix.id}:v{hotfix.version}"))


def was_verified_said(hotfix: Hotfix) -> Said:
    """What the verification said, once the hotfix is over: the news stays, the button goes."""
    sign, headline = HEADLINES["verified" if hotfix.verification.get("mended") else "not-verified"]
    words = escape(str(hotfix.verification.get("words", "")))
    text = f"{sign} *{headline}* · hotfix {hotfix.id}, {escape(hotfix.kind)}\n{words}"
    return Said(
        f"{headline} (hotfix {hotfix.id}). {words}", named([section(text)], f"hotfix:{hotfix.id}:v{hotfix.version}")
    )


def was_in_force_said(hotfix: Hotfix) -> Said:
    """What is left of a message that said a hotfix was in force, once it is not: no button."""
    _, headline = HEADLINES.get(hotfix.state, ("", hotfix.state))
    since = f"Was in force from {moment(hotfix.applied_at)}" if hotfix.applied_at else "Was in force"
    until = f" to {moment(hotfix.ended_at)}" if hotfix.ended_at else ""
    text = f"{since}{until} · hotfix {hotfix.id}, {escape(hotfix.kind)} · {headline.lower()}"
    return Said(text, named([context(text)], f"hotfix:{hotfix.id}:v{hotfix.version}"))


def _what_next(hotfix: Hotfix) -> str:
    ends = f"It ends by itself {moment(hotfix.expires_at)}." if hotfix.expires_at else ""
    judged = "I verify it on the next whole windows"
    if hotfix.incident_id is None:
        judged = "It is for no incident, so I cannot verify it: look at `/recsys status` after the next window"
    return {
        "applied": f"Serving obeys at its next look. {judged}. {ends}",
        "verified": f"The cause is still there: mitigated is not resolved. {ends}",
        "not-verified": f"Take it back, or look for another cause. {ends}",
        "undone": "What served before serves again.",
        "lapsed": "Nobody approved or refused it within a day. Ask for it anew if it is still wanted.",
        "failed": "Serving could not be told within an hour, so the approval no longer holds. Ask for it anew.",
        "expired": "What served before serves again. Ask for it anew if the cause is not mended.",
    }.get(hotfix.state, "")


def _numbers(preview: Preview) -> list[Block]:
    if not preview.requests:
        return []
    pairs: Mapping[str, str] = {
        "Version": f"{escape(preview.from_version)} → {escape(preview.to_version)}",
        "Requests with another top list": f"{preview.requests_changed:,} of {preview.requests:,} logged",
        "Items affected": f"{preview.items_affected:,}",
        "Members affected": f"{preview.members_affected:,}",
        "Stays of a list, on average": f"{100 * preview.top_n_overlap:.0f} %",
        "Items it has never seen": f"{len(preview.unknown_items):,}",
    }
    return [fields(pairs)]


def _unknown(preview: Preview) -> list[Block]:
    if not preview.unknown_items:
        return []
    shown = ", ".join(escape(item) for item in preview.unknown_items[:SHOWN])
    more = len(preview.unknown_items) - SHOWN
    return [context(f"Never seen by version {preview.to_version}: {shown}{f' and {more} more' if more > 0 else ''}")]


def _menu_entry(kind: HotfixKind) -> str:
    return (
        f"*{escape(kind.title)}* · `/hotfix {kind.name}`\n*When:* {escape(kind.applies_when)}\n"
        f"*Price:* {escape(kind.price)}\n{_price(kind)}"
    )


def _price(kind: HotfixKind) -> str:
    return f"Risk: {kind.risk} · takes effect {escape(kind.takes_effect)} · ends by itself after {_span(kind.lasts)}"


def _span(length: timedelta) -> str:
    hours = length.total_seconds() / 3600
    return f"{hours / 24:g} days" if hours >= 48 else f"{hours:g} hours"


def _sure(preview: Preview) -> Block:
    return confirm("Take it back?", f"Version {preview.from_version} (or the champion of now) serves again.", "Undo")


def _modal(title: str, blocks: Sequence[Block], private_metadata: str) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": actions.CONFIRM_HOTFIX,
        "title": plain(title, 24),
        "close": plain("Cancel", 24),
        "private_metadata": private_metadata,
        "blocks": list(blocks),
    }
