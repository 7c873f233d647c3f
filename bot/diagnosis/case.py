"""What a diagnosis works on: the bad window, the last good one, and samples of what was served in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bot.recommender.contract import Change, ModelVersion, Recommender, RecommenderFailed, Scorer
from checks.base import EVERYONE, Finding, Slice, Window

if TYPE_CHECKING:
    import pandas as pd

DAY = timedelta(days=1)
ROWS = 5_000  # of impressions read per window
CANDIDATES = 10_000  # rows of whole requests read per window
LONGEST = 7 * DAY


@dataclass
class Case:
    """One diagnosis at work. Tables are read when first asked for, once, as samples spread over the window."""

    recommender: Recommender
    window: Window  # the bad one
    last_good: Window
    onset: datetime
    findings: tuple[Finding, ...] = ()
    where: Slice = EVERYONE
    item: str | None = None  # the item it is about, if it is about one

    def __post_init__(self) -> None:
        self._scorers: dict[str, Scorer] = {}

    @property
    def grain(self) -> timedelta:
        """The length of the windows that were judged; a day when nobody judged."""
        return max((f.window.end - f.window.start for f in self.findings), default=DAY)

    def has(self, relation: str, *columns: str) -> bool:
        """Whether this installation has the relation with all these columns."""
        relations = self.recommender.warehouse.schema.relations
        return relation in relations and all(column in relations[relation] for column in columns)

    def rows(self, relation: str, window: Window, limit: int, where: Slice | None = None, **among: Any) -> pd.DataFrame:
        """Sampled rows of a relation in the affected slice (or `where`); an empty frame when there is no such table."""
        import pandas as pd

        if not self.has(relation):
            return pd.DataFrame()
        columns = self.recommender.warehouse.schema.relations[relation]
        wanted = {column: value for column, value in (where or self.where).parts if column in columns}
        rows = self.recommender.warehouse.rows(relation, window, where={**wanted, **among} or None, limit=limit)
        if "model_version" in rows:
            rows = rows.assign(model_version=rows["model_version"].astype(str))
        return rows

    @cached_property
    def bad(self) -> pd.DataFrame:
        """Impressions of the bad window, in the affected slice."""
        return self.rows("impressions", self.window, ROWS)

    @cached_property
    def good(self) -> pd.DataFrame:
        """Impressions of the last good window, in the affected slice."""
        return self.rows("impressions", self.last_good, ROWS)

    @cached_property
    def asked_bad(self) -> pd.DataFrame:
        """Sampled requests of the bad window, one row a candidate; empty where requests are not logged."""
        return self.rows("requests", self.window, CANDIDATES)

    @cached_property
    def asked_good(self) -> pd.DataFrame:
        """The same of the last good window."""
        return self.rows("requests", self.last_good, CANDIDATES)

    @cached_property
    def changes(self) -> list[Change]:
        """What was changed from the last good window on, nearest before the onset first, later ones last."""
        found = self.recommender.changes(Window(self.onset - LONGEST, self.window.end))
        late = self.onset + self.grain  # the onset is a window's start: what was done within it may be the cause
        return sorted(found, key=lambda change: (change.at > late, abs(change.at - self.onset)))

    @cached_property
    def versions(self) -> dict[str, ModelVersion]:
        """The registry's versions by name; {} without a registry."""
        registry = self.recommender.registry
        return {version.version: version for version in registry.versions()} if registry else {}

    @cached_property
    def features(self) -> tuple[str, ...]:
        """The feature columns that are logged with impressions."""
        return tuple(name for name in self.recommender.warehouse.schema.features if name in self.bad)

    @cached_property
    def slices(self) -> tuple[str, ...]:
        """The slice columns that are logged with impressions."""
        return tuple(name for name in self.recommender.warehouse.schema.slices if name in self.bad)

    def scorer(self, version: str) -> Scorer:
        """The model of a version, loaded once; raises RecommenderFailed where there is none."""
        if self.recommender.registry is None:
            raise RecommenderFailed("This installation has no model registry; name one in recsysops.toml.")
        if version not in self._scorers:
            self._scorers[version] = self.recommender.registry.load(version)
        return self._scorers[version]

    @cached_property
    def serving(self) -> str | None:
        """The version that served most in the bad window."""
        return _usual(self.bad)

    @cached_property
    def served_before(self) -> str | None:
        """The version that served most on the last good day."""
        last_day = self.good[self.good["ts"] >= self.last_good.end - DAY] if len(self.good) else self.good
        return _usual(last_day if len(last_day) else self.good)


def open_case(recommender: Recommender, findings: Sequence[Finding], now: datetime) -> Case:
    """The case that findings make: from their earliest onset to the end of the newest window judged."""
    onset = min(finding.onset for finding in findings)
    end = min(max(finding.window.end for finding in findings), now)
    window = Window(max(onset, end - LONGEST), end)
    items = {finding.subject for finding in findings if finding.subject.startswith("item:")}
    return Case(
        recommender,
        window,
        good_before(onset, window),
        onset,
        tuple(sorted(findings, key=lambda finding: -finding.surprise)),
        _shared_slice(findings),
        items.pop().removeprefix("item:") if len(items) == 1 else None,
    )


def good_before(onset: datetime, window: Window) -> Window:
    """The stretch before the onset to compare with: as long as the bad one, but three to seven days."""
    length = min(max(window.end - window.start, 3 * DAY), LONGEST)
    return Window(onset - length, onset)


def _shared_slice(findings: Sequence[Finding]) -> Slice:
    """The slice that all findings lie in; everyone when they do not share one. An item is no slice of the traffic."""
    first, *others = findings
    shared = (part for part in first.slice.parts if all(part in other.slice.parts for other in others))
    return Slice(tuple(part for part in shared if part[0] != "item_id"))


def _usual(rows: pd.DataFrame) -> str | None:
    """The most common model version among rows."""
    if "model_version" not in rows or rows.empty:
        return None
    return str(rows["model_version"].value_counts().index[0])
