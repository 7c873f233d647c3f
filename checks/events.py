"""What happens to a recommender besides its numbers: launches, releases, and what people do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class Launch:
    """An item of the catalogue that entered it lately, or has no launch date at all."""

    item_id: str
    title: str
    at: datetime | None  # aware UTC; None: the catalogue does not say
    facts: Mapping[str, Any] = field(default_factory=dict)  # the items table's row


@dataclass(frozen=True)
class Release:
    """A version of the ranking model in the registry."""

    model: str  # the model's name, such as "ranker"
    version: str
    at: datetime  # when it was made
    gate_passed: bool | None = None  # whether it passed its offline gate; None: the registry does not say
    index_version: str | None = None  # the candidate index it was trained for; None: the registry does not say


class Happening(Protocol):
    """Something somebody did (a deploy, a campaign ...); bot.recommender.contract.Change is one."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def kind(self) -> str:
        """Deploy, config, schema, experiment, campaign, retrain ..."""

    @property
    def subject(self) -> str:
        """What it was done to."""

    @property
    def words(self) -> str:
        """As it was written down."""
