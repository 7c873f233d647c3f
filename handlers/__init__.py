"""What people do in Slack: parse, acknowledge, hand over to the bot. No logic, no SQL."""

from __future__ import annotations

from slack_bolt import App

from bot.slack.dialogs import Modals, Submissions
from bot.slack.inbox import Inbox
from handlers.actions import register_actions
from handlers.commands import register_commands
from handlers.errors import register_errors
from handlers.home import register_home
from handlers.mentions import register_mentions
from handlers.others import register_others
from handlers.shortcuts import register_shortcuts
from handlers.views import register_views


def register(app: App, inbox: Inbox, modals: Modals | None = None, submissions: Submissions | None = None) -> None:
    """Listen to everything the manifest asks Slack to send.

    `modals`: what opens a dialog, by action id or command ("/hotfix"); `submissions`: what checks one, by callback id.
    """
    register_commands(app, inbox, modals or {})
    register_actions(app, inbox, modals or {})
    register_views(app, inbox, submissions or {})
    register_mentions(app, inbox)
    register_home(app, inbox)
    register_shortcuts(app, inbox)
    register_others(app)
    register_errors(app)
