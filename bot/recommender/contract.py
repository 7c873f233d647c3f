"""What the bot asks of a recommender: the ports that diagnosis, hotfixes and detection are written against.

Tests give fakes of these; the real ones are in warehouse.py, registry.py and overrides.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from checks.base import Impact, Measure, Schema, Slice, Window

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from bot.recommender.past import Summed
    from bot.recommender.physical import Physical
    from bot.recommender.ranking import RankingMetrics


class RecommenderFailed(Exception):
    """The user's tables, registry or serving side did not answer; the message says what to do about it."""


class UnknownItem(RecommenderFailed):
    """No item of that id (or title) is in the items table."""


class UnknownVersion(RecommenderFailed):
    """The registry has no such version; the message lists those it has."""


@dataclass(frozen=True)
class Measured:
    """One measurement as the warehouse returns it: `value` is a float, or a tuple of counts for a histogram."""

    measure: str
    slice: Slice
    window: Window
    value: float | tuple[float, ...] | None
    n: int


@dataclass(frozen=True)
class Delivery:
    """One whole delivery of a feed. `past` holds (rows, checksum) by period and column, the newest periods only."""

    at: datetime  # when it came
    rows: int
    repeats: int  # rows whose key another row has too
    columns: Mapping[str, str]  # name -> number | date | text | empty
    newest: datetime | None = None  # period
    past: Mapping[tuple[str, str], tuple[int, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Deliveries:
    """What came of a feed in a window, and what there was by its end."""

    whole: tuple[Delivery, ...] = ()  # in this window, oldest first
    broken: tuple[str, ...] = ()  # how those begin that are no table
    newest: Delivery | None = None  # the last whole one up to the window's end
    usual_gap: tuple[float, float] | None = None  # seconds between deliveries as a rule, and when one is overdue


class Warehouse(Protocol):
    """Reads the user's tables where they lie, in the contract's logical names. Never writes."""

    @property
    def schema(self) -> Schema:
        """The relations, features and slices this installation maps."""

    def with_edges(self, edges: Mapping[str, tuple[float, ...]]) -> Schema:
        """The schema with these histogram edges, by column of impressions."""

    @property
    def told_apart(self) -> Mapping[str, tuple[str, ...]]:
        """By slice column with too many values, the only ones it tells apart; the rest are "other"."""

    def tell_apart(self, values: Mapping[str, tuple[str, ...]]) -> None:
        """Tell these apart from now on, and no others of those columns."""

    def learn_edges(self, columns: Sequence[str], window: Window) -> dict[str, tuple[float, ...]]:
        """Edges that cut columns of impressions into about equal parts; columns without any number are left out."""

    def measure(self, measures: Sequence[Measure], windows: Sequence[Window]) -> list[Measured]:
        """All measures over all windows, one scan per relation."""

    def exposure(self, window: Window, item_ids: Sequence[str] | None = None) -> pd.DataFrame:
        """How often items were shown, by detection window: columns item_id, window_start (aware), impressions."""

    def cells(self, relation: str, window: Window, columns: Sequence[str]) -> pd.DataFrame:
        """Each combination of the values of slice columns, as texts, with `rows_` and, of labelled rows, `chosen_`."""

    def ranking(self, window: Window, depth: int | None = None) -> RankingMetrics:
        """The metrics of the lists served in a window; RecommenderFailed where it is not known what was chosen."""

    def impact(self, window: Window, where: Slice) -> Impact:
        """Distinct members and impressions of a slice in a window, and the share of all impressions."""

    def newest(self, table: str, before: datetime) -> datetime | None:
        """The time of a table's newest row not after `before`; None when it has no rows."""

    def rows(
        self,
        relation: str,
        window: Window,
        *,
        where: Mapping[str, Any] | None = None,
        limit: int | None = None,
    ) -> pd.DataFrame:
        """Rows of a relation within a window (by its ts), logical column names, oldest first.

        `where` holds equalities (a value) and memberships (a list). With `limit`, whole requests where there is a
        request_id, spread evenly and repeatably over the window.
        """

    def columns(self, table: str, windows: Sequence[Window]) -> Mapping[Window, Sequence[Physical]]:
        """The columns behind each window's rows, as they lie; windows without rows are left out."""

    def sum_up(self, table: str, windows: Sequence[Window]) -> list[Summed]:
        """Each window's rows in numbers that change when one of them does."""

    def rewritten(self, table: str, windows: Sequence[Window]) -> list[Window]:
        """The windows with rows in files written since this was last asked, the latest last; [] for a database."""

    def deliveries(self, feed: str, window: Window) -> Deliveries:
        """What came of a feed of recsysops.toml in a window."""

    def item(self, item_id: str) -> Mapping[str, Any]:
        """One row of the catalogue; raises UnknownItem, naming the nearest ids."""

    def find_items(self, words: str, limit: int = 10) -> list[Mapping[str, Any]]:
        """Items whose id is `words` or whose title contains them, best match first; [] when none."""


class Scorer(Protocol):
    """A loaded model: turns feature rows into scores."""

    def score(self, features: pd.DataFrame) -> NDArray[np.float64]:
        """Scores, shape (rows,), in the order of `features`' rows."""

    @property
    def features(self) -> tuple[str, ...]:
        """The feature columns it reads, in its own order."""

    @property
    def model(self) -> Any:
        """The estimator itself, for explanation."""


@dataclass(frozen=True)
class ModelVersion:
    """One numbered version in the registry."""

    name: str  # the model's, such as "ranker"
    version: str
    created_at: datetime
    trained_from: datetime | None = None
    trained_to: datetime | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    features: tuple[str, ...] = ()
    note: str = ""
    gate_passed: bool | None = None  # whether it passed its offline gate; None: nobody wrote it down
    index_version: str | None = None  # the candidate index it was trained for; None: nobody wrote it down


class Registry(Protocol):
    """Where models come from."""

    @property
    def model(self) -> str:
        """The name of the ranking model."""

    def versions(self) -> list[ModelVersion]:
        """Every version, oldest first."""

    def version(self, version: str) -> ModelVersion:
        """One version; raises UnknownVersion, listing those there are."""

    def champion(self) -> ModelVersion:
        """The version the alias `champion` names (overrides not considered)."""

    def load(self, version: str) -> Scorer:
        """The model itself; raises RecommenderFailed for a corrupt or missing file, naming it."""


@dataclass(frozen=True)
class Override:
    """A typed instruction that the serving side obeys while it is in force.

    kinds now: "serve_version" with {"model": "ranker", "version": "5"}.
    """

    id: str  # unique and stable: applying the same override twice changes nothing
    kind: str
    params: Mapping[str, Any]
    applied_at: datetime
    expires_at: datetime
    reason: str


class Overrides(Protocol):
    """How the bot acts on serving. Expiry is obeyed by the serving side itself, even when the bot is dead."""

    def apply(self, override: Override) -> None:
        """Put it in force, at once and whole; doing it twice changes nothing."""

    def remove(self, override_id: str) -> None:
        """Take it out of force; removing what is not there changes nothing."""

    def in_force(self, at: datetime) -> list[Override]:
        """Those that serving obeys at that time, oldest first."""


@dataclass(frozen=True)
class Change:
    """Something somebody did: a deploy, config, schema, experiment or campaign change."""

    at: datetime
    kind: str
    subject: str
    words: str = ""


@dataclass(frozen=True)
class Recommender:
    """The user's recommender, as the bot holds it."""

    name: str
    warehouse: Warehouse
    registry: Registry | None  # None: this installation has no model to explain or roll back
    overrides: Overrides | None

    def changes(self, window: Window) -> list[Change]:
        """What was changed within a window, oldest first; [] when there is no changes table."""
        if "changes" not in self.warehouse.schema.relations:
            return []
        rows = self.warehouse.rows("changes", window)
        texts = rows["words"] if "words" in rows else [""] * len(rows)
        return [
            Change(ts, str(kind), str(subject), str(words))
            for ts, kind, subject, words in zip(rows["ts"], rows["kind"], rows["subject"], texts, strict=True)
        ]
