"""What happens to a recommender besides its numbers: launches, releases, and what people do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

LITTLE = 0.5  # of what launches usually get: a launch at risk
OFTEN = 0.1  # of requests: a filter that keeps a launch out of fewer is not worth a word


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


@dataclass(frozen=True)
class Foretold:
    """What the ranking model is expected to do with a title on its launch day.

    `value` is the share of requests in which it will be among the first `top`; in four of five launches the share came
    to lie between `low` and `high`.
    """

    launch: Launch
    at: datetime  # as of which it was foretold
    version: str  # of the model asked
    top: int
    value: float
    low: float
    high: float
    usual: float  # the median of launches before it
    launches: int  # that is learnt from
    kept_out: Mapping[str, float] = field(default_factory=dict)  # share of requests by the filter's reason
    missing: tuple[str, ...] = ()  # features it will have no value of, though others do

    @property
    def filters(self) -> tuple[str, ...]:
        """The filters that will keep it out of requests often, the strictest first."""
        return tuple(sorted((name for name, share in self.kept_out.items() if share > OFTEN), key=self._by_share))

    def _by_share(self, name: str) -> float:
        return -self.kept_out[name]

    @property
    def reasons(self) -> tuple[str, ...]:
        """What takes how much of it away, in words."""
        told = [f"the filter “{name}” keeps it out of {self.kept_out[name]:.0%} of requests" for name in self.filters]
        return (*told, *([f"it will have no value of {', '.join(self.missing)}"] if self.missing else []))

    @property
    def is_at_risk(self) -> bool:
        """Whether it will get at most half of what launches usually get, and hardly that at best."""
        return self.value <= LITTLE * self.usual and self.high < self.usual


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
