"""Dialogs sent off: what was typed is checked while the dialog is still open, then noted down."""

from __future__ import annotations

from slack_bolt import Ack, App

from bot.roles import Denied
from bot.slack.dialogs import CannotOpen, Submissions, build_cannot
from bot.slack.inbox import Inbox
from handlers.actions import ANY
from handlers.heard import Heard, Payload, hear_view


def register_views(app: App, inbox: Inbox, submissions: Submissions) -> None:
    """Listen to every dialog; those that say `notify_on_close` are only acknowledged."""

    def listen(ack: Ack, body: Payload) -> None:
        heard = hear_view(body)
        try:
            wrong = _find_mistakes(heard, submissions)
        except (CannotOpen, Denied) as refusal:
            ack(response_action="update", view=build_cannot(str(refusal)))
            return
        if wrong:
            ack(response_action="errors", errors=wrong)
            return
        inbox.put(heard.key, heard.kind, heard.body)
        ack()

    app.view_submission(ANY)(listen)
    app.view_closed(ANY)(lambda ack: ack())


def _find_mistakes(heard: Heard, submissions: Submissions) -> dict[str, str]:
    """Block id -> what is wrong with it, as the dialog's own room judges."""
    callback_id = (heard.body["view"] or {}).get("callback_id")
    validate = submissions.get(str(callback_id))
    return validate(heard.body) if validate else {}
