"""What must be right before the bot starts: tokens that are there and accepted, and a door that opens."""

from __future__ import annotations

import os

import structlog
from slack_bolt import App
from slack_sdk import WebClient

from bot.settings import ConfigWrong, Settings
from bot.slack.client import FOR_THE_OPERATOR, SlackFailed, ask
from handlers.serving import Serving, serve_http, serve_socket

DOCS = "docs/your-slack.md says how"
EVERYWHERE = "0.0.0.0"
log = structlog.get_logger("serving")


def demand_tokens(settings: Settings) -> None:
    """Every secret that this way of running needs; ConfigWrong names all that are missing."""
    environment = settings.environment
    missing = []
    if environment.bot_token is None:
        missing.append(f"SLACK_BOT_TOKEN is not set: it is the xoxb- token of your Slack app; {DOCS}.")
    if environment.http_port is None and environment.app_token is None:
        missing.append(f"Set SLACK_APP_TOKEN (xapp-, for Socket Mode) or RECSYSOPS_HTTP_PORT (for HTTP); {DOCS}.")
    if environment.http_port is not None and environment.signing_secret is None:
        missing.append(f"RECSYSOPS_HTTP_PORT is set, so SLACK_SIGNING_SECRET must be set too; {DOCS}.")
    if missing:
        raise ConfigWrong(missing)


def prove_token(client: WebClient) -> None:
    """ConfigWrong when Slack refuses the bot's token. A Slack that is down, or has no auth.test, is no proof."""
    try:
        ask(client.auth_test)
    except SlackFailed as failed:
        if failed.reason in FOR_THE_OPERATOR:
            words = f"{client.base_url} does not accept SLACK_BOT_TOKEN ({failed.reason}): copy the xoxb- token again"
            raise ConfigWrong([f"{words}; {DOCS}."]) from failed
        log.warning("token not proved, will go on", reason=failed.reason)


def open_door(settings: Settings, app: App) -> Serving:
    """HTTP where a port is set, Socket Mode otherwise; ConfigWrong when it does not open, and will not."""
    environment = settings.environment
    try:
        if environment.http_port is not None:
            return serve_http(app, EVERYWHERE, environment.http_port)
        token = environment.app_token
        return serve_socket(app, token.get_secret_value() if token else "")
    except SlackFailed as failed:
        raise ConfigWrong([f"Socket Mode does not open: {failed.reason}."]) from failed
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        advice = "stop what listens there, or name another port in RECSYSOPS_HTTP_PORT"
        raise ConfigWrong([f"Port {environment.http_port} cannot be opened ({reason}): {advice}."]) from error
