"""Submitting and closing modals: what Slack checks itself, and what the app's answer does to the stack."""

from __future__ import annotations

from sandbox.slack import inputs, payloads
from sandbox.slack.acts import outward
from sandbox.slack.delivery.base import Ack
from sandbox.slack.delivery.courier import Courier
from sandbox.slack.methods.views import checked_view
from sandbox.slack.people import Person
from sandbox.slack.wire import Json, SlackError
from sandbox.slack.workspace import Workspace

_TROUBLE = "We had some trouble connecting. Try again?"


class Submissions:
    """What people do with whole modals."""

    def __init__(self, ws: Workspace, courier: Courier) -> None:
        self._ws, self._courier = ws, courier

    async def submit(self, who: str, view_id: str, values: Json) -> Json:
        """Presses the submit button with these plain values; `ok` means that the app took it."""
        person, view = self._top(who, view_id)
        view["state"]["values"] = inputs.state_of(view["blocks"], view["state"]["values"], values)
        missing = inputs.incomplete(view["blocks"], view["state"]["values"])
        if missing:
            return self._refused(person, view, missing, None)
        view.pop("errors", None)
        payload = payloads.view_submission(person, outward(view), self._ws.passes.grant_trigger(person.id))
        ack = await self._courier.ask("interactive", "view_submission", payload)
        if not ack.ok:
            self._ws.notice(person.id, _TROUBLE)
            return {"ok": False, "error": ack.reason, "errors": None, "response_action": None}
        try:
            return self._followed(person, view, ack)
        except SlackError as refusal:
            self._ws.notice(person.id, _TROUBLE)
            return {"ok": False, **refusal.answer(), "errors": None, "response_action": None}

    def _followed(self, person: Person, view: Json, ack: Ack) -> Json:
        answer = ack.body if isinstance(ack.body, dict) else {}
        wanted = answer.get("response_action")
        if wanted == "errors":
            return self._refused(person, view, _known_errors(view, answer.get("errors")), "errors")
        if wanted == "clear":
            self._ws.views.open.pop(person.id, None)
        elif wanted == "update":
            self._ws.views.replace(view, checked_view(self._ws, answer.get("view"), "modal"))
        elif wanted == "push":
            self._ws.views.push(person.id, checked_view(self._ws, answer.get("view"), "modal"))
        elif wanted is None:
            self._ws.views.close(person.id, view["id"])
        else:
            raise SlackError("invalid_response_action")
        self._ws.changes.touch(f"views:{person.id}")
        return {"ok": True, "errors": None, "response_action": wanted}

    def _refused(self, person: Person, view: Json, errors: dict[str, str], wanted: str | None) -> Json:
        view["errors"] = errors
        self._ws.changes.touch(f"views:{person.id}")
        return {"ok": False, "error": "invalid_input", "errors": errors, "response_action": wanted}

    async def close(self, who: str, view_id: str) -> Json:
        """Closes a modal by its close button; the app hears of it if the view asked for that."""
        person, view = self._top(who, view_id)
        cleared = bool(view["clear_on_close"])
        gone = list(reversed(self._ws.views.open[person.id])) if cleared else [view]
        for each in gone:
            self._ws.views.close(person.id, each["id"])
        self._ws.changes.touch(f"views:{person.id}")
        for each in gone:
            if each["notify_on_close"]:
                payload = payloads.view_closed(person, outward(each), cleared)
                await self._courier.ask("interactive", "view_closed", payload)
        return {"ok": True}

    def _top(self, who: str, view_id: str) -> tuple[Person, Json]:
        person = self._ws.person(who)
        stack = self._ws.views.open.get(person.id, [])
        if not stack or stack[-1]["id"] != view_id:
            raise SlackError("not_found", open=[v["id"] for v in stack])
        return person, stack[-1]


def _known_errors(view: Json, errors: object) -> dict[str, str]:
    inputs_there = {b["block_id"] for b in view["blocks"] if b["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs_there:
        raise SlackError("invalid_response_action", detail="errors must name input blocks of the view")
    return {str(block): str(text) for block, text in errors.items()}
