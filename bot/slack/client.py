"""Talking to Slack, or to anything that speaks like it: one client, one error with a meaning."""

from __future__ import annotations

import socket
from collections.abc import Callable
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from pydantic import SecretStr
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

TIMEOUT = 5  # seconds; two calls in a row stay within the lease of a claimed message
SLACK = "https://slack.com/api/"

NOT_THERE = (404, 405, 501)  # how some Slack-compatible servers say that they do not know a method
TRANSIENT = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
FOR_THE_OPERATOR = {  # nothing is wrong with the message: it waits until somebody mends the token
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "missing_scope",
    "not_allowed_token_type",
    "access_denied",
    "org_login_required",
    "ekm_access_denied",
    "two_factor_setup_required",
}


class SlackFailed(Exception):
    """Slack did not do what it was asked. `permanent`: asking again the same way will not help.

    `unsure`: it may have been done all the same (the answer was lost). `retry_after`: seconds Slack asks us to wait.
    """

    def __init__(self, permanent: bool, reason: str, *, retry_after: float | None = None, unsure: bool = False) -> None:
        super().__init__(f"Slack failed: {reason}")
        self.permanent = permanent
        self.reason = reason
        self.retry_after = retry_after
        self.unsure = unsure


def make_client(token: SecretStr | str | None, base_url: str = SLACK) -> WebClient:
    """A client that asks once: who retries is decided by the outbox, which first looks whether it was done already."""
    secret = token.get_secret_value() if isinstance(token, SecretStr) else token
    return WebClient(token=secret or "", base_url=base_url, timeout=TIMEOUT, retry_handlers=[])


def ask(method: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
    """Call one Web API method, as in `ask(client.chat_postMessage, channel=...)`; raises SlackFailed."""
    try:
        data = method(**arguments).data
    except SlackApiError as error:
        raise from_answer(error) from error
    except SlackClientError as error:
        raise SlackFailed(True, str(error)) from error
    except (OSError, HTTPException) as error:
        raise from_connection(error) from error
    return data if isinstance(data, dict) else {}


def from_connection(error: BaseException) -> SlackFailed:
    """A broken connection: unsure, unless it never came about."""
    cause = error.reason if isinstance(error, URLError) else error
    never_sent = isinstance(cause, ConnectionRefusedError | socket.gaierror)
    words = f"connection: {cause or type(error).__name__}"
    return SlackFailed(False, words, unsure=not never_sent)


def from_answer(error: SlackApiError) -> SlackFailed:
    """What an answer that is not `ok` means."""
    status, headers = error.response.status_code, error.response.headers or {}
    data = error.response.data
    reason = str(data.get("error") or f"HTTP {status}") if isinstance(data, dict) else f"HTTP {status}"
    if status == 429 or reason in ("ratelimited", "rate_limited"):
        return SlackFailed(False, "ratelimited", retry_after=_seconds(headers))
    if status in NOT_THERE:
        return SlackFailed(True, "unknown_method")
    if status >= 500 or reason in TRANSIENT or reason.startswith("Received a response in a non-JSON"):
        return SlackFailed(False, reason[:200], unsure=True)
    return SlackFailed(reason not in FOR_THE_OPERATOR, reason[:200])


def _seconds(headers: Any) -> float:
    """Retry-After, whatever the case of its name; one second when the server does not say."""
    named = {str(name).lower(): value for name, value in dict(headers).items()}
    value = named.get("retry-after", 1)
    try:
        return max(0.1, float(value[0] if isinstance(value, list | tuple) else value))
    except (TypeError, ValueError):
        return 1.0
