"""Is my title shown? The answer for a launch manager: healthy or not, why not, what to do, compared with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.cards.actions import CHOOSE_ITEM
from bot.cards.blocks import context, header, section
from bot.cards.diagnosis import plain
from bot.diagnosis.item_health import Choices, ItemHealth, title_of
from bot.slack.messages import Block, Said
from bot.slack.mrkdwn import bold, cut, escape, moment
from bot.store.tables import Incident

COMPARABLES_SHOWN = 5
INCIDENTS_SHOWN = 5
CHOICES_SHOWN = 10


def item_said(health: ItemHealth, incidents: Sequence[Incident] = ()) -> Said:
    """The health of one item; its picture is posted beside it. `incidents` are the open ones that touch it."""
    mark = {True: ":large_green_circle:", False: ":red_circle:", None: ":white_circle:"}[health.healthy]
    blocks = [
        header(cut(title_of(health.item), 150)),
        section(f"{mark} *{escape(health.headline)}*"),
        *_list("Why", health.reasons),
        *_list("What to do", health.how_to_fix),
        *_comparables(health),
        *_incidents(incidents),
        context(_small_print(health)),
    ]
    return Said(cut(_aloud(health, incidents), 2900), tuple(blocks))


def choices_said(choices: Choices) -> Said:
    """Several titles fit: pick one."""
    shown = choices.items[:CHOICES_SHOWN]
    many = f"{len(choices.items)}" if len(choices.items) < CHOICES_SHOWN else f"{CHOICES_SHOWN} or more"
    text = f"{many} titles fit “{choices.words}”. Which one do you mean?"
    names = ", ".join(f"{title_of(item)} ({item['item_id']})" for item in shown)
    select = {
        "type": "static_select",
        "action_id": CHOOSE_ITEM,
        "placeholder": {"type": "plain_text", "text": "Choose a title"},
        "options": [_option(item) for item in shown],
    }
    hint = context("Or ask with its id: `/recsys item ID`.")
    return Said(
        cut(escape(f"{text} {names}"), 2900), (section(escape(text)), {"type": "actions", "elements": [select]}, hint)
    )


def _option(item: Mapping[str, Any]) -> Block:
    words = cut(f"{title_of(item)} ({item['item_id']})", 75)
    return {"text": {"type": "plain_text", "text": words}, "value": str(item["item_id"])[:150]}


def _list(title: str, lines: Sequence[str]) -> list[Block]:
    if not lines:
        return []
    return [section(cut(f"*{title}*\n" + "\n".join(f"• {escape(line)}" for line in lines), 3000))]


def _comparables(health: ItemHealth) -> list[Block]:
    if health.healthy is None:
        return []
    if not health.comparables:
        return [context("There are too few comparable titles to say what is usual.")]
    lines = [
        f"• {bold(cut(one.title, 120))}: {_times(one.exposure[-1])} that day"
        if one.exposure
        else f"• {bold(one.title)}"
        for one in health.comparables[:COMPARABLES_SHOWN]
    ]
    more = len(health.comparables) - COMPARABLES_SHOWN
    lines += [f"… and {more} more."] if more > 0 else []
    return [section(cut("*Comparable titles, as long after their launch*\n" + "\n".join(lines), 3000))]


def _times(count: float) -> str:
    return {0: "not at all", 1: "once"}.get(round(count), f"{count:,.0f} times")


def _incidents(incidents: Sequence[Incident]) -> list[Block]:
    if not incidents:
        return [context("No open incident touches it.")]
    lines = [
        f"• {incident.id}: {escape(cut(incident.title, 160))} ({incident.state})"
        for incident in incidents[:INCIDENTS_SHOWN]
    ]
    more = len(incidents) - INCIDENTS_SHOWN
    lines += [f"… and {more} more: `/recsys incidents`."] if more > 0 else []
    return [section("*Open incidents that may touch it*\n" + "\n".join(lines))]


def _small_print(health: ItemHealth) -> str:
    fresh = f"Numbers up to {moment(health.fresh_at)}." if health.fresh_at else "Nothing was ever logged as shown."
    day = health.launch_day
    if day is None:
        return f"{fresh} No launch date is in the catalogue. Item `{escape(str(health.item['item_id']))}`."
    launched = f"Launched {day} days ago." if day >= 0 else f"Launches in {-day} days."
    return f"{fresh} {launched} Item `{escape(str(health.item['item_id']))}`."


def _aloud(health: ItemHealth, incidents: Sequence[Incident]) -> str:
    said = [health.headline, *health.reasons, *health.how_to_fix]
    if incidents:
        said.append(f"{len(incidents)} open incident{'' if len(incidents) == 1 else 's'} may touch it.")
    if health.fresh_at:
        said.append(f"Numbers up to {health.fresh_at:%Y-%m-%d %H:%M} UTC.")
    return escape(" ".join(said))


def item_to_json(answer: ItemHealth | Choices, incidents: Sequence[Incident] = ()) -> dict[str, Any]:
    """An item's health with the numbers of the open incidents that touch it, or the titles to choose from, as JSON."""
    if isinstance(answer, Choices):
        return {"asked": answer.words, "choices": [plain(item) for item in answer.items]}
    usual, low, high = answer.expected or (None, None, None)
    shown = {"comparables", "expected", "picture"}
    return {
        **{name: plain(value) for name, value in vars(answer).items() if name not in shown},
        "comparables": [
            {"item_id": c.item_id, "title": c.title, "exposure": c.exposure[-1] if c.exposure else None}
            for c in answer.comparables
        ],
        "expected": {"usual": usual, "low": low, "high": high} if answer.expected else None,
        "incidents": [incident.id for incident in incidents],
        "picture": {"title": answer.picture.title, "alt": answer.picture.alt} if answer.picture else None,
    }
