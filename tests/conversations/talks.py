"""Talking to the bot in a test: do something as a person, and read what that person then sees."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlmodel import SQLModel, col, select

from bot.store.tables import AuditEntry, Hotfix, Incident
from sandbox.demo.stage import CHANNEL, Stage
from sandbox.slack.driver_client import wait_for

GENERAL = "C0GENERL"  # the bot has not been invited there
PATIENCE = 20.0
Row = TypeVar("Row", bound=SQLModel)


def words_of(message: dict[str, Any] | None) -> str:
    """A message or dialog, as text to look into."""
    return f"{(message or {}).get('text', '')} {(message or {}).get('blocks', '')}"


def hear(stage: Stage, who: str, act: Callable[[], object], containing: str) -> str:
    """Do something; all that is new to this person once it contains what is expected."""
    before = _visible(stage, who)
    act()
    new = ""

    def look() -> str:
        nonlocal new
        new = "\n".join(words for key, words in _visible(stage, who).items() if before.get(key) != words)
        return new if containing.lower() in new.lower() else ""

    try:
        return wait_for(look, PATIENCE)
    except TimeoutError:
        raise AssertionError(f"{who} waited for {containing!r} and saw: {new}") from None


def ask(stage: Stage, who: str, typed: str, containing: str, channel: str = CHANNEL) -> str:
    """Type a slash command; what came back."""
    return hear(stage, who, lambda: stage.driver.command(who, channel, typed), containing)


def mention(stage: Stage, who: str, typed: str, containing: str, thread: str | None = None) -> str:
    """Mention the bot, in a thread or not; what came back."""
    return hear(stage, who, lambda: stage.driver.post(who, CHANNEL, f"@recsysops {typed}", thread), containing)


def press(
    stage: Stage, who: str, ts: str, action: str, containing: str, choose: Callable[[str], bool] | None = None
) -> str:
    """Press a button (or choose in a select) of a message; what came back."""
    value = None
    if choose is not None:
        options = [option["value"] for option in element_of(stage, ts, action)["options"]]
        value = next(option for option in options if choose(option))
    return hear(stage, who, lambda: stage.driver.click(who, CHANNEL, ts, action, value), containing)


def element_of(stage: Stage, ts: str, action: str) -> dict[str, Any]:
    """A button or select of a message, once it is there."""

    def look() -> dict[str, Any] | None:
        found: list[dict[str, Any]] = [
            element
            for message in stage.driver.thread(CHANNEL, ts)
            if message["ts"] == ts
            for block in message.get("blocks", [])
            for element in block.get("elements", [])
            if element.get("action_id") == action
        ]
        return found[0] if found else None

    element = wait_for(look, PATIENCE)
    assert element is not None
    return element


def card_of(stage: Stage, number: int) -> dict[str, Any]:
    """An incident's card as it stands in the channel, once it is there."""
    mark = f"incident {number} "
    stage.all_said()
    return next(m for m in stage.driver.channel(CHANNEL) if mark in words_of(m).lower() and "noticed" in words_of(m))


def thread_of(stage: Stage, number: int) -> list[str]:
    """Everything said below an incident's card."""
    return [words_of(message) for message in stage.driver.thread(CHANNEL, card_of(stage, number)["ts"])[1:]]


def below_with(stage: Stage, root: str, action: str) -> dict[str, Any]:
    """The newest message of a thread that carries that button, once there is one."""

    def look() -> dict[str, Any] | None:
        messages = [m for m in stage.driver.thread(CHANNEL, root) if f"'{action}'" in words_of(m)]
        return messages[-1] if messages else None

    found = wait_for(look, PATIENCE)
    assert found is not None
    return found


def rows(stage: Stage, table: type[Row]) -> list[Row]:
    """All rows of one of the bot's tables, oldest first."""
    with stage.bot.mate.store.session() as session:
        return list(session.exec(select(table).order_by(col(table.id))))  # type: ignore[attr-defined]


def incidents(stage: Stage) -> list[Incident]:
    """Every incident there ever was."""
    return rows(stage, Incident)


def hotfixes(stage: Stage) -> list[Hotfix]:
    """Every hotfix that was ever asked for."""
    return rows(stage, Hotfix)


def denials(stage: Stage) -> list[str]:
    """What the audit trail says of people who were not allowed: who, and what they wanted."""
    return [f"{entry.who} {entry.what}" for entry in rows(stage, AuditEntry) if entry.did == "denied"]


def overrides(stage: Stage) -> list[Path]:
    """The instructions that serving finds in its folder."""
    return sorted((stage.world.folder / "overrides").glob("*.json"))


def _visible(stage: Stage, who: str) -> dict[tuple[str, str], str]:
    """Everything a person can see, by place and ts: channels, threads, whispers, direct messages, dialogs."""
    driver = stage.driver
    seen: dict[tuple[str, str], str] = {}
    for channel in (CHANNEL, GENERAL, "dm"):
        for message in driver.channel(channel, as_=who):
            replies = driver.thread(channel, message["ts"], as_=who) if message.get("reply_count") else [message]
            seen |= {(channel, reply["ts"]): words_of(reply) for reply in replies}
    seen |= {("whisper", message["ts"]): words_of(message) for message in driver.ephemerals(who)}
    return seen | {("view", view["id"]): words_of(view) for view in driver.views(who)}
