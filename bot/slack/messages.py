"""What can be said in Slack, as values: built by cards, stored by the outbox, sent by its worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """One message: `text` says the whole thing (screen readers, lock screens); `blocks` draw it."""

    text: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A PNG with the words for those who cannot see it."""

    png: bytes
    title: str
    alt: str


@dataclass(frozen=True)
class Person:
    """Who acts, by ids that do not change: names can be taken by others."""

    team: str
    user: str

    @property
    def key(self) -> str:
        """ "T123:U456", as roles in recsysops.toml and every audit row name people."""
        return f"{self.team}:{self.user}"

    @property
    def mention(self) -> str:
        """As Slack renders a person; somebody in a shell by name."""
        return self.user if self.team == "cli" else f"<@{self.user}>"

    @classmethod
    def parse(cls, key: str) -> Person:
        """The person a key names; the inverse of `key`."""
        team, _, user = key.partition(":")
        return cls(team, user)


@dataclass(frozen=True)
class Place:
    """Where something is said: a channel, and a thread in it by Slack's ts or by the outbox key of its first post."""

    channel: str
    thread_ts: str | None = None
    thread_key: str | None = None
