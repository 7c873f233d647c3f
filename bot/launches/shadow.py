"""Shadow scoring: what the model would do with a title today, in requests that members really made.

The title is put among the candidates of logged requests with the feature values it will have on its launch day: the
member's own as logged, the catalogue's as it stands, an item's as launches before it had them on their first day, and
what depends on both as for the candidates most like it in the same request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from bot.launches.filters import SOME, Filters, find_personal
from bot.launches.served import read_launch_days
from bot.recommender.contract import Recommender, RecommenderFailed, Scorer
from checks.base import Window
from checks.events import Launch
from checks.upcoming import is_lacking

if TYPE_CHECKING:
    import pandas as pd

BACK = timedelta(days=3)  # requests are taken from
STARTS = timedelta(days=28)  # launches are taken from, for how titles start here
ROWS = 10_000  # of candidates, in whole requests
STEADY = 0.95  # of the requests in which a feature has one value: it is the member's
OF_ITEM = 0.3  # of a feature's spread is within one item at most: it is the item's
MISSING, PRESENT = 0.9, 0.5  # of an item's rows lack a feature: it is missing; at most: as a rule it is there
FEW_VALUES = 30  # of a category

Kind = Literal["member", "catalogue", "item", "both"]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Shadow:
    """What the model would do with a title on its launch day. Shares are of requests."""

    rank: float  # among the first of the ranking, once it is retrieved and let through
    score: float  # the mean of what it is given
    let_through: float  # of the requests it is retrieved in: not kept out by a filter
    kept_out: Mapping[str, float]  # share by reason
    missing: tuple[str, ...]  # features that it will have no value of, though others do
    whole: float | None = None  # `rank` if those were not missing; None: nothing is

    @property
    def lost(self) -> float:
        """The share of what launches get that filters and missing features will take away."""
        kept = 1.0 if self.whole is None or self.whole <= self.rank else self.rank / self.whole
        return 1 - self.let_through * kept


class Stage:
    """Requests of the days before a moment, ready to put any title into."""

    def __init__(self, recommender: Recommender, before: datetime, scorer: Scorer, launched: Sequence[Launch]) -> None:
        self._recommender, self._before, self._scorer = recommender, before, scorer
        self._launched = [one for one in launched if one.at is not None and before - STARTS <= one.at < before]
        self.rows = recommender.warehouse.rows("requests", Window(before - BACK, before), limit=ROWS)
        self._usable = self.rows["rank"].notna().to_numpy() if len(self.rows) else np.empty(0, bool)
        self._gone: dict[str, frozenset[str]] = {}

    @property
    def is_empty(self) -> bool:
        """Whether no request with scores was logged then."""
        return not self._usable.any()

    @property
    def requests(self) -> int:
        """How many requests it has."""
        return len(self._requests)

    def put_in(self, launch: Launch, top: int) -> Shadow:
        """What would become of a title as the catalogue describes it."""
        missing = tuple(name for name in self._scorer.features if self._will_lack(name, launch))
        complete = self._values(launch)
        values = complete.assign(**dict.fromkeys(missing, np.nan))
        whole = self._rank(complete, top)[0] if missing else None
        kept_out = self._filters.keep_out(launch)
        through = float(np.prod([1 - share for share in kept_out.values()]))
        try:
            among, score = self._rank(values, top)
        except RecommenderFailed:  # models that take no missing values cannot rank it at all
            if not missing:
                raise
            among, score = 0.0, 0.0
        return Shadow(among, score, through, kept_out, missing, whole)

    def _rank(self, values: pd.DataFrame, top: int) -> tuple[float, float]:
        """In which share of requests the title is among the first, and its mean score."""
        mine = self._scorer.score(values)
        request, others = self._others
        beaten_by = np.bincount(request, others > mine[request], minlength=len(mine))
        return float((beaten_by < top).mean()), float(mine.mean())

    @cached_property
    def _requests(self) -> list[NDArray[np.intp]]:
        """The rows of each request with scored candidates."""
        groups = self.rows.groupby("request_id", sort=False).indices.values()
        return [np.asarray(rows) for rows in groups if self._usable[rows].any()]

    @cached_property
    def _request_of(self) -> NDArray[np.intp]:
        """Which of those requests each row belongs to; -1: none."""
        out = np.full(len(self.rows), -1, np.intp)
        for i, rows in enumerate(self._requests):
            out[rows] = i
        return out

    @cached_property
    def _others(self) -> tuple[NDArray[np.intp], Numbers]:
        """The request of each scored candidate, and what the model gives it."""
        return self._request_of[self._usable], self._scorer.score(self.rows[self._usable])

    @cached_property
    def _items(self) -> pd.DataFrame:
        """The catalogue, by item."""
        items = self._recommender.warehouse.rows("items", Window(self._before - BACK, self._before))
        items["item_id"] = items["item_id"].astype(str)
        return items.drop_duplicates("item_id").set_index("item_id")

    @cached_property
    def _described(self) -> pd.DataFrame:
        """What kind of title the item of each row is, by every category; nothing of one the catalogue does not know."""
        kinds = self._items[list(self._categories)].astype("string").astype("category")
        return kinds.reindex(self.rows["item_id"].astype(str)).reset_index(drop=True)

    @cached_property
    def _categories(self) -> tuple[str, ...]:
        """Columns of the catalogue that tell kinds of titles apart."""
        told = []
        for name in self._items.columns:
            try:
                many = self._items[name].nunique()
            except TypeError:  # lists
                continue
            if 2 <= many <= FEW_VALUES and name not in ("title", "ts", "launch_date"):
                told.append(str(name))
        return tuple(told)

    @cached_property
    def _starts(self) -> pd.DataFrame:
        """Rows of launches on their first day."""
        return read_launch_days(self._recommender, self._launched, Window(self._before - STARTS, self._before))

    @cached_property
    def _filters(self) -> Filters:
        personal = find_personal(self._recommender, self.rows, Window(self._before - STARTS, self._before))
        return Filters(self.rows, self._described, self._starts, personal)

    @cached_property
    def _features(self) -> pd.DataFrame:
        """The features of each row as plain numbers."""
        import pandas as pd

        return pd.DataFrame({name: _numbers(self.rows[name]) for name in self._scorer.features})

    @cached_property
    def _absent(self) -> pd.DataFrame:
        """In which share of each item's rows it has no value of each feature."""
        lacking = self.rows[list(self._scorer.features)].isna()
        return lacking.groupby(self.rows["item_id"].astype(str)).mean()

    @cached_property
    def _kinds(self) -> dict[str, Kind]:
        """Whose each feature is."""
        return {name: self._kind(name) for name in self._scorer.features}

    def _kind(self, name: str) -> Kind:
        column = self._features[name]
        if float((column.groupby(self.rows["request_id"]).nunique() <= 1).mean()) >= STEADY:
            return "member"
        if name in self._items and self._items[name].dtype.kind in "iufb":
            return "catalogue"
        spread = float(column.std())
        within = float(column.groupby(self.rows["item_id"]).std().mean())
        return "item" if not spread or not np.isfinite(within) or within <= OF_ITEM * spread else "both"

    def _values(self, launch: Launch) -> pd.DataFrame:
        """The title's features in each request, a row each."""
        import pandas as pd

        closest = self._closest(launch)
        return pd.DataFrame({name: self._value(name, launch, closest) for name in self._scorer.features})

    def _value(self, name: str, launch: Launch, closest: NDArray[np.bool_]) -> Numbers:
        kind, many = self._kinds[name], len(self._requests)
        if kind == "member":
            return np.asarray(self._features[name].to_numpy()[[rows[0] for rows in self._requests]])
        if kind == "catalogue":
            told = launch.facts.get(name)
            usual = float(_numbers(self._items[name]).median())
            return np.full(many, usual if is_lacking(told) or told is None else float(told))
        if kind == "item":
            values = _numbers(self._starts[name]) if len(self._starts) else self._features[name]  # as for any title
            known = values.dropna()
            return np.full(many, float(known.median()) if len(known) else np.nan)
        return self._mean_of(self._features[name].to_numpy(), closest)

    def _mean_of(self, values: Numbers, closest: NDArray[np.bool_]) -> Numbers:
        """The mean over the chosen candidates of each request; NaN where most of them have no value."""
        many, known = len(self._requests), closest & np.isfinite(values)
        asked = np.bincount(self._request_of[closest], minlength=many)
        counted = np.bincount(self._request_of[known], minlength=many)
        total = np.bincount(self._request_of[known], values[known], minlength=many)
        return np.where(2 * counted >= asked, total / np.maximum(counted, 1), np.nan)

    def _closest(self, launch: Launch) -> NDArray[np.bool_]:
        """The candidates of each request that are as the title is in most categories."""
        alike = np.zeros(len(self.rows), np.int64)
        for name in self._categories:
            alike += (self._described[name] == str(launch.facts.get(name))).to_numpy(bool)
        most, inside = np.zeros(len(self._requests), np.int64), self._request_of >= 0
        np.maximum.at(most, self._request_of[inside], alike[inside])
        return np.asarray(inside & (alike == most[self._request_of]))

    def _will_lack(self, name: str, launch: Launch) -> bool:
        """Whether a feature will be missing: its catalogue field is, or a field without which others have none."""
        if self._kinds[name] == "member":
            return False
        if self._kinds[name] == "catalogue":
            return is_lacking(launch.facts.get(name))
        lacking = [field for field, value in launch.facts.items() if is_lacking(value) and field in self._items]
        return any(name in self._gone_without(field) for field in lacking)

    def _gone_without(self, field: str) -> frozenset[str]:
        """The features that items which lack a field have no value of, and others do."""
        if field not in self._gone:
            told = self._items[field].reindex(self._absent.index)
            bare = told.isna() | told[told.notna()].map(is_lacking).reindex(told.index, fill_value=True).astype(bool)
            gone: frozenset[str] = frozenset()
            if bare.sum() >= SOME and (~bare).sum() >= SOME:
                lost = (self._absent[bare].median() >= MISSING) & (self._absent[~bare].median() <= PRESENT)
                gone = frozenset(lost.index[lost])
            self._gone[field] = gone
        return self._gone[field]


def _numbers(column: pd.Series[Any]) -> pd.Series[float]:
    """A column as plain numbers; NaN where there is none."""
    import pandas as pd

    numbers = pd.to_numeric(column, errors="coerce").astype("Float64")
    return pd.Series(numbers.to_numpy(float, na_value=np.nan), index=column.index)
