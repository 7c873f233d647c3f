"""The people of the story: they read the thread, press buttons and fill in forms, through Slack alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from bot.cards import actions
from sandbox.demo.stage import CHANNEL, Stage
from sandbox.recommender.faults.base import Fault
from sandbox.slack.driver_client import wait_for

ONCALL, LEAD = "oncall", "lead"
PATIENCE = 60.0  # seconds before a person would give up on the bot
T = TypeVar("T")


class NothingHappened(Exception):
    """The bot did not answer in time; the message says what was waited for."""


class Actors:
    """The on-call engineer and the ML lead, dealing with one incident."""

    def __init__(self, stage: Stage, incident_id: int) -> None:
        self._stage = stage
        self._driver = stage.driver
        self._incident = incident_id

    def card(self) -> dict[str, Any] | None:
        """The incident's card as it stands in the channel, found by the incident's number on it."""
        mark = f"incident {self._incident}"
        for message in self._driver.channel(CHANNEL):
            if _mentions(message, mark):
                return {**message, "channel": CHANNEL}
        return None

    def acknowledge(self) -> None:
        """The on-call engineer takes it."""
        self._press(actions.ACKNOWLEDGE)
        self._until("the card to show who has it", lambda: _shows(self.card(), "acknowledged"))

    def diagnose(self) -> None:
        """Press Diagnose and read the verdict."""
        self._press(actions.DIAGNOSE)
        self._until("the diagnosis", lambda: any("Ruled out" in _words(message) for message in self._thread()))

    def roll_back(self) -> None:
        """Hotfix, read the preview, confirm; then somebody else approves."""
        self._press(actions.HOTFIX)
        view = self._until("the preview", lambda: self._view(ONCALL, actions.CONFIRM_HOTFIX))
        self._driver.submit(ONCALL, view["id"], {})
        request = self._until("the request for approval", lambda: self._with_button(actions.APPROVE))
        self._driver.click(LEAD, CHANNEL, request["ts"], actions.APPROVE)
        self._until("the hotfix in force", lambda: self._with_button(actions.UNDO))

    def resolve(self, fault: Fault) -> None:
        """Close the incident in the words of somebody who now knows what it was."""
        self._press(actions.RESOLVE)
        view = self._until("the closing form", lambda: self._view(ONCALL, actions.CLOSE_INCIDENT))
        self._driver.submit(ONCALL, view["id"], _closing_words(view, fault))
        self._until("the card to say resolved", lambda: _shows(self.card(), "resolved"))

    def _press(self, action: str) -> None:
        card = self._until(f"a card with the button {action}", lambda: _having(self.card(), action))
        self._driver.click(ONCALL, CHANNEL, card["ts"], action)

    def _thread(self) -> list[dict[str, Any]]:
        card = self.card()
        return self._driver.thread(CHANNEL, card["ts"]) if card else []

    def _with_button(self, action: str) -> dict[str, Any] | None:
        return next((message for message in reversed(self._thread()) if _having(message, action)), None)

    def _view(self, who: str, callback: str) -> dict[str, Any] | None:
        return next((view for view in self._driver.views(who) if view.get("callback_id") == callback), None)

    def _until(self, what: str, look: Callable[[], T | None]) -> T:
        try:
            found = wait_for(look, PATIENCE)
        except TimeoutError:
            found = None
        if not found:
            raise NothingHappened(
                f"I waited {PATIENCE:.0f} s for {what}; the thread says: {[_words(m) for m in self._thread()]}"
            )
        return found


def _closing_words(view: dict[str, Any], fault: Fault) -> dict[str, dict[str, Any]]:
    """An answer for each text input of the form; selects keep what the form suggests."""
    answers: dict[str, dict[str, Any]] = {}
    for block in view["blocks"]:
        element = block.get("element", {})
        if element.get("type") == "plain_text_input":
            words = fault.cause if "cause" in block["block_id"] else element.get("initial_value") or "See the thread."
            answers[block["block_id"]] = {element["action_id"]: words}
    return answers


def _having(message: dict[str, Any] | None, action: str) -> dict[str, Any] | None:
    """The message, if it carries that button."""
    elements = [
        e
        for block in (message or {}).get("blocks", [])
        for e in [*block.get("elements", []), block.get("accessory", {})]
    ]
    return message if any(element.get("action_id") == action for element in elements) else None


def _mentions(message: dict[str, Any], mark: str) -> bool:
    return mark in _words(message).lower()


def _shows(message: dict[str, Any] | None, words: str) -> bool:
    return message is not None and words in _words(message).lower()


def _words(message: dict[str, Any]) -> str:
    return f"{message.get('text', '')} {message.get('blocks', '')}"
