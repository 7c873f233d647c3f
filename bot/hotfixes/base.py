"""What every hotfix says of itself, and what it shows before anything is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.recommender.contract import Override, Recommender

Progress = Callable[[str], None]


class HotfixRefused(Exception):
    """This hotfix cannot be done, now or by this person; the message says why and what to do. Nothing was changed."""


@dataclass(frozen=True)
class Preview:
    """What a hotfix would change, measured on logged requests before anything is done."""

    words: str  # the whole of it, in plain words
    from_version: str
    to_version: str
    requests: int = 0  # how many logged requests were ranked again
    requests_changed: int = 0  # of those, how many get another top list
    items_affected: int = 0  # items that enter or leave a top list
    members_affected: int = 0  # members whose top list changes
    unknown_items: tuple[str, ...] = ()  # items the older version has never seen
    top_n_overlap: float = 1.0  # share of the top list that stays, mean over requests
    mean_rank_change: float = 0.0  # places that a shown item moves, mean
    details: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {**asdict(self), "unknown_items": list(self.unknown_items), "details": dict(self.details)}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Preview:
        """The preview such a record was made from."""
        values = {each.name: record[each.name] for each in fields(cls) if each.name in record}
        return cls(**{**values, "unknown_items": tuple(record.get("unknown_items", ()))})


class HotfixKind(Protocol):
    """One way of helping at once. Adding one: a file, a line in EVERY_HOTFIX, a test, a docs heading."""

    name: str  # the words that ask for it: "rollback model"
    title: str
    applies_when: str
    price: str
    risk: str  # low | medium | high
    takes_effect: str
    lasts: timedelta  # it ends by itself after that, unless asked for otherwise
    approver_role: str

    def parse(self, words: str) -> Mapping[str, Any]:
        """The parameters in the words after the name; HotfixRefused, with an example, when they make no sense."""

    def check_params(self, recommender: Recommender, params: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """The parameters completed from what is serving; HotfixRefused or RecommenderFailed when it cannot be."""

    def preview(
        self, recommender: Recommender, params: Mapping[str, Any], now: datetime, progress: Progress
    ) -> Preview:
        """What it would change, on logged requests; changes nothing."""

    def override(
        self, params: Mapping[str, Any], preview: Preview, hotfix_id: int, now: datetime, expires_at: datetime
    ) -> Override:
        """The instruction to serving; its id follows from the hotfix's, so that applying twice is applying once."""
