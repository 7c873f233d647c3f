"""Is the Slack end in order? What `recsysops doctor` tells about token, scopes, channel and socket."""

from __future__ import annotations

from collections.abc import Mapping

from slack_sdk import WebClient

from bot.examined import Line
from bot.settings import Settings
from bot.slack.channels import Channels
from bot.slack.client import SlackFailed, ask, make_client

SCOPES: Mapping[str, str] = {
    "app_mentions:read": "hear people who mention the bot",
    "channels:history": "look whether a message whose answer was lost is there already",
    "channels:join": "join the incident channel by itself",
    "channels:read": "find the incident channel by its name",
    "chat:write": "speak",
    "commands": "slash commands and the message shortcut",
    "files:write": "upload charts",
    "groups:history": "the same look in private channels",
    "groups:read": "find a private incident channel by its name",
    "im:history": "hear direct messages, and look there before saying anything twice",
    "im:write": "open a direct message when it cannot whisper in a channel",
}
DOCS = "docs/your-slack.md says how"


def probe_from(settings: Settings) -> list[Line]:
    """Everything there is to prove, with the tokens and the channel of these settings. Never raises."""
    environment = settings.environment
    if environment.bot_token is None:
        return [Line("Slack token", "problem", "SLACK_BOT_TOKEN is not set", f"set it to the xoxb- token; {DOCS}")]
    client = make_client(environment.bot_token, environment.slack_api_url)
    lines = probe(client, settings.slack.channel or "")
    app_token = environment.app_token.get_secret_value() if environment.app_token else ""
    if environment.http_port is not None:
        return [*lines, _probe_secret(environment.signing_secret is not None)]
    return [*lines, _probe_socket(client, app_token)]


def probe(client: WebClient, channel: str = "") -> list[Line]:
    """Token, scopes and channel, each proved by asking Slack; a public channel is joined by the way."""
    try:
        answer = client.auth_test()
    except Exception as error:
        return [_explain_token(_reason_of(client, error))]
    token = Line("Slack token", "ok", f"I am {answer.get('user', '?')} in {answer.get('team', '?')}")
    return [token, _probe_scopes(dict(answer.headers or {})), _probe_channel(client, channel)]


def _reason_of(client: WebClient, error: Exception) -> SlackFailed:
    """The same failure in our own words."""

    def again(**_: object) -> None:
        raise error

    try:
        ask(again)
    except SlackFailed as failed:
        return failed
    return SlackFailed(True, str(error))


def _explain_token(failed: SlackFailed) -> Line:
    if failed.reason.startswith("connection") or failed.unsure:
        words = f"Slack cannot be reached ({failed.reason})"
        return Line("Slack token", "problem", words, "check the network, a proxy, and SLACK_API_URL")
    words = f"Slack does not accept SLACK_BOT_TOKEN ({failed.reason})"
    return Line("Slack token", "problem", words, f"copy the Bot User OAuth Token (xoxb-) again; {DOCS}")


def _probe_scopes(headers: Mapping[str, str]) -> Line:
    """Scopes as the server tells them beside an answer; some servers do not, which is no fault."""
    told = {name.lower(): value for name, value in headers.items()}.get("x-oauth-scopes")
    if not told:
        return Line("Slack scopes", "unknown", "this server does not tell which scopes the token has")
    missing = sorted(set(SCOPES) - {scope.strip() for scope in str(told).split(",")})
    if not missing:
        return Line("Slack scopes", "ok", f"all {len(SCOPES)} of manifest.yml")
    words = "; ".join(f"{scope} (to {SCOPES[scope]})" for scope in missing)
    todo = "update the app from manifest.yml and install it to the workspace again"
    return Line("Slack scopes", "problem", f"missing: {words}", todo)


def _probe_channel(client: WebClient, channel: str) -> Line:
    """Whether the bot can speak where incidents are told."""
    if not channel:
        todo = 'name it: [slack] channel = "#recsys-incidents"'
        return Line("Slack channel", "problem", "recsysops.toml names no channel for incidents", todo)
    channels = Channels(client)
    try:
        id_ = channels.id_of(channel)
        info = ask(client.conversations_info, channel=id_).get("channel") or {}
    except SlackFailed as failed:
        return _explain_channel(channel, failed)
    if info.get("is_archived"):
        return Line("Slack channel", "problem", f"{channel} is archived", "name another one in [slack] channel")
    if info.get("is_member", True) or channels.join(id_):
        return Line("Slack channel", "ok", f"{channel}: I am in it")
    return Line("Slack channel", "problem", f"I am not in {channel}", "in that channel, say: /invite @recsysops")


def _explain_channel(channel: str, failed: SlackFailed) -> Line:
    if failed.reason in ("unknown_method", "missing_scope"):
        return Line("Slack channel", "unknown", f"this server does not tell about {channel} ({failed.reason})")
    todo = "create it, or invite me if it is private (/invite @recsysops), or correct [slack] channel"
    return Line("Slack channel", "problem", f"there is no {channel} that I can see ({failed.reason})", todo)


def _probe_socket(client: WebClient, app_token: str) -> Line:
    if not app_token:
        todo = f"set SLACK_APP_TOKEN (xapp-) for Socket Mode, or RECSYSOPS_HTTP_PORT for HTTP; {DOCS}"
        return Line("Slack socket", "problem", "nothing says how Slack reaches the bot", todo)
    try:
        ask(client.apps_connections_open, app_token=app_token)
    except SlackFailed as failed:
        words = f"Socket Mode does not open ({failed.reason})"
        todo = "turn Socket Mode on, and copy an app-level token (xapp-) with the scope connections:write"
        return Line("Slack socket", "problem", words, todo)
    return Line("Slack socket", "ok", "Socket Mode opens")


def _probe_secret(known: bool) -> Line:
    if known:
        return Line("Slack signing secret", "ok", "requests over HTTP are verified")
    todo = "set SLACK_SIGNING_SECRET (Basic Information, App Credentials)"
    return Line("Slack signing secret", "problem", "requests over HTTP could not be verified", todo)
