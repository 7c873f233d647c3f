"""views.*: modals and the Home tab."""

from __future__ import annotations

from sandbox.slack.limits.surfaces import refuse_view
from sandbox.slack.methods.base import TIER_4, Call, Method
from sandbox.slack.wire import Json, SlackError
from sandbox.slack.workspace import Workspace, with_ids


def checked_view(ws: Workspace, view: object, surface: str) -> Json:
    """The view with the ids Slack makes up, or SlackError saying what is wrong with it."""
    refuse_view(view, surface, ws.shelf.usable)
    assert isinstance(view, dict)  # refuse_view has seen to it
    return {**view, "blocks": with_ids(view["blocks"])}


def _given(ws: Workspace, call: Call, surface: str) -> Json:
    return checked_view(ws, call.structure("view"), surface)


def _shown(ws: Workspace, user: str, view: Json) -> Json:
    ws.changes.touch(f"views:{user}" if view["type"] == "modal" else f"home:{user}")
    return {"view": {k: v for k, v in view.items() if k != "errors"}}


def _trigger(call: Call) -> str:
    return call.text("trigger_id") or call.needed("interactivity_pointer")


def open_view(ws: Workspace, call: Call) -> Json:
    """A modal for whoever caused the trigger; the trigger is good once, for three seconds."""
    view = _given(ws, call, "modal")
    user = ws.passes.spend_trigger(_trigger(call))
    return _shown(ws, user, ws.views.push(user, view, first=True))


def push(ws: Workspace, call: Call) -> Json:
    """A modal on top of the open one; the third is the last."""
    view = _given(ws, call, "modal")
    user = ws.passes.spend_trigger(_trigger(call))
    if not ws.views.open.get(user):
        raise SlackError("no_view_open")
    return _shown(ws, user, ws.views.push(user, view))


def update(ws: Workspace, call: Call) -> Json:
    """Changes an open modal; a `hash` that is no longer current is hash_conflict."""
    view = _given(ws, call, "modal")
    if not call.get("view_id") and not call.get("external_id"):
        raise SlackError(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] view_id or external_id is needed"]}
        )
    user, old = ws.views.find(call.text("view_id"), call.text("external_id"))
    return _shown(ws, user, ws.views.replace(old, view, call.text("hash")))


def publish(ws: Workspace, call: Call) -> Json:
    """One person's Home."""
    view = _given(ws, call, "home")
    user = call.needed("user_id")
    if user not in ws.people:
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] user_id is not known"]})
    return _shown(ws, user, ws.views.publish(user, view, call.text("hash")))


VIEWS = {
    "views.open": Method(open_view, TIER_4),
    "views.push": Method(push, TIER_4),
    "views.update": Method(update, TIER_4),
    "views.publish": Method(publish, TIER_4),
}
