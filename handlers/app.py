"""The Bolt app: it only acknowledges; what is said goes through the outbox, what is done is done by the bot."""

from __future__ import annotations

import logging
from collections.abc import Callable

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.settings import Settings
from bot.slack.dialogs import Modals, Submissions
from bot.slack.inbox import Inbox
from handlers import register


def make_app(
    settings: Settings,
    client: WebClient,
    inbox: Inbox,
    modals: Modals | None = None,
    submissions: Submissions | None = None,
) -> App:
    """The app with all its listeners. Asks nothing of the network: Slack may be down when the bot starts."""
    secret = settings.environment.signing_secret
    logger = logging.getLogger("slack_bolt.app")
    before = logger.level
    logger.setLevel(logging.ERROR)  # it would warn about two sources of one token
    app = App(
        name="recsysops",
        logger=logger,
        client=client,
        authorize=_authorize_with(client.token or ""),
        signing_secret=secret.get_secret_value() if secret else "",
        process_before_response=True,  # acknowledge from this thread: Bolt's pool has 5, and polls every 10 ms
    )
    logger.setLevel(before)
    register(app, inbox, modals, submissions)
    return app


def _authorize_with(token: str) -> Callable[..., AuthorizeResult]:
    """One workspace, one token: nothing to look up, so nothing that can fail while Slack waits."""

    def authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id, bot_token=token)

    return authorize
