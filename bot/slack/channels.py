"""Channels as people name them and as Slack does."""

from __future__ import annotations

import re

from slack_sdk import WebClient

from bot.slack.client import SlackFailed, ask

PAGES = 20


class Channels:
    """Finds a channel's id by its name, once; joins public channels when the bot is not in them yet."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._ids: dict[str, str] = {}

    def id_of(self, channel: str) -> str:
        """The id of "#name", "name" or an id; a name not found stays as it is. SlackFailed when there is none."""
        if not channel:
            raise SlackFailed(True, "no channel is named: set [slack] channel in recsysops.toml")
        if re.fullmatch(r"[A-Z0-9]+", channel):
            return channel
        if channel not in self._ids and (found := self._look_up(channel.lstrip("#"))):
            self._ids[channel] = found  # a miss is not kept: the channel may be created any moment
        return self._ids.get(channel, channel)

    def join(self, channel: str) -> bool:
        """Join a public channel; False when that may not be."""
        try:
            ask(self._client.conversations_join, channel=channel)
        except SlackFailed:
            return False
        return True

    def _look_up(self, name: str) -> str | None:
        cursor = ""
        for _ in range(PAGES):
            try:
                types = "public_channel,private_channel"
                page = ask(self._client.conversations_list, limit=200, cursor=cursor, types=types)
            except SlackFailed as failed:
                if failed.permanent or failed.reason == "missing_scope":
                    return None
                raise
            for channel in page.get("channels") or []:
                if channel.get("name") == name:
                    return str(channel["id"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None
        return None
