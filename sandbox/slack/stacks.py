"""Modals and Home tabs: at most three modals per person, and an update loses against a newer one."""

from __future__ import annotations

import copy
import secrets

from sandbox.slack.people import APP_ID, BOT_ID, TEAM_ID
from sandbox.slack.wire import Json, SlackError

DEEPEST = 3


class ViewStacks:
    """Who has which modals open, bottom to top, and everyone's Home."""

    def __init__(self) -> None:
        self.open: dict[str, list[Json]] = {}
        self.homes: dict[str, Json] = {}

    def push(self, user: str, view: Json, *, first: bool = False) -> Json:
        """Opens a modal on top of the person's stack; `first` starts a new stack. SlackError push_limit_reached."""
        stack = [] if first else self.open.get(user, [])
        if len(stack) >= DEEPEST:
            raise SlackError("push_limit_reached")
        self._refuse_taken(view)
        made = _dressed(view, f"V{secrets.token_hex(5).upper()}")
        made["root_view_id"] = stack[0]["id"] if stack else made["id"]
        made["previous_view_id"] = stack[-1]["id"] if stack else None
        self.open[user] = [*stack, made]
        return made

    def replace(self, old: Json, view: Json, expected_hash: str | None = None) -> Json:
        """Changes an open view in place, keeping what was typed into blocks that stay; SlackError hash_conflict."""
        if expected_hash and expected_hash != old["hash"]:
            raise SlackError("hash_conflict")
        self._refuse_taken(view, but=old["id"])
        made = _dressed(view, old["id"])
        blocks = {b.get("block_id") for b in made["blocks"]}
        made["state"]["values"] = {b: v for b, v in old["state"]["values"].items() if b in blocks}
        made |= {key: old[key] for key in ("root_view_id", "previous_view_id") if key in old}
        old.clear()
        old.update(made)
        return old

    def publish(self, user: str, view: Json, expected_hash: str | None = None) -> Json:
        """Sets the person's Home; SlackError hash_conflict."""
        home = self.homes.get(user)
        if home is None:
            home = self.homes[user] = _dressed(view, f"V{secrets.token_hex(5).upper()}")
            home["root_view_id"], home["previous_view_id"] = home["id"], None
            return home
        return self.replace(home, view, expected_hash)

    def find(self, view_id: str | None, external_id: str | None = None) -> tuple[str, Json]:
        """Whose view it is, and the view; SlackError not_found."""
        for user, stack in self.open.items():
            for view in stack:
                if view["id"] == view_id or (external_id and view.get("external_id") == external_id):
                    return user, view
        for user, home in self.homes.items():
            if home["id"] == view_id:
                return user, home
        raise SlackError("not_found")

    def close(self, user: str, view_id: str) -> None:
        """Takes one view off the stack."""
        self.open[user] = [v for v in self.open.get(user, []) if v["id"] != view_id]

    def _refuse_taken(self, view: Json, but: str | None = None) -> None:
        wanted = view.get("external_id")
        everyone = [v for stack in self.open.values() for v in stack]
        if wanted and any(v.get("external_id") == wanted and v["id"] != but for v in everyone):
            raise SlackError("duplicate_external_id")


def _dressed(view: Json, view_id: str) -> Json:
    made: Json = {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "title": None,
        "submit": None,
        "close": None,
    }
    made |= {"clear_on_close": False, "notify_on_close": False, **copy.deepcopy(view)}
    made |= {"id": view_id, "team_id": TEAM_ID, "app_id": APP_ID, "bot_id": BOT_ID, "app_installed_team_id": TEAM_ID}
    return {**made, "hash": secrets.token_hex(8), "state": {"values": {}}}
