"""Putting a picture into a thread, once: upload the bytes, remember the file, then share it."""

from __future__ import annotations

import base64
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from slack_sdk import WebClient

from bot.slack.claims import Claimed, Claims
from bot.slack.client import TIMEOUT, SlackFailed, ask, from_connection
from bot.slack.lookup import Address, find_file
from bot.slack.messages import Said
from bot.slack.mrkdwn import bold, cut, escape
from bot.slack.posting import Sent, is_about_channel

NO_FILES = ("unknown_method", "missing_scope", "not_allowed_token_type", "method_deprecated", "file_uploads_disabled")


class Uploading:
    """Uploads pictures."""

    def __init__(self, client: WebClient, claims: Claims) -> None:
        self._client = client
        self._claims = claims

    def upload(self, claimed: Claimed, address: Address) -> Sent:
        """Share the picture at this address; the file is remembered first, so that it is never shared twice."""
        file_id = claimed.row.body.get("file_id")
        if claimed.unsure and file_id and (ts := find_file(self._client, address, file_id, claimed.tried_at)):
            return Sent(ts, address.channel)
        if not file_id:
            file_id = self._send_bytes(claimed)
            self._claims.remember(claimed, file_id=file_id)
        files = [{"id": file_id, "title": cut(claimed.row.body["title"], 255)}]
        complete = self._client.files_completeUploadExternal
        ask(complete, files=files, channel_id=address.channel, thread_ts=address.thread_ts)
        return Sent(None, address.channel)

    def _send_bytes(self, claimed: Claimed) -> str:
        body = claimed.row.body
        png = base64.b64decode(body["png"])
        name = "".join(c if c.isalnum() else "-" for c in body["title"].lower())[:60] or "picture"
        get_url = self._client.files_getUploadURLExternal
        answer = ask(get_url, filename=f"{name}.png", length=len(png), alt_txt=cut(body["alt"], 1000))
        _put(str(answer["upload_url"]), png)
        return str(answer["file_id"])


def _put(url: str, png: bytes) -> None:
    request = Request(url, data=png, headers={"Content-Type": "application/octet-stream"}, method="POST")
    try:
        with urlopen(request, timeout=TIMEOUT) as answer:
            answer.read()
    except HTTPError as error:
        raise SlackFailed(False, f"upload: HTTP {error.code}") from error
    except (OSError, HTTPException) as error:
        raise from_connection(error) from error


def needs_words(failed: SlackFailed) -> bool:
    """Whether the picture cannot be shown here, so that words must do."""
    return failed.reason in NO_FILES or (failed.permanent and not is_about_channel(failed))


def in_words(body: dict[str, str]) -> Said:
    """What the picture shows, for where pictures cannot be shown."""
    return Said(f"I could not upload the picture {bold(body['title'])}. It shows: {escape(body['alt'])}")
