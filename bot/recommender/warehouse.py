"""The user's tables, read where they lie: measures, rows, items, in the contract's logical names. Never writes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from bot.recommender.catalogue import Catalogue
from bot.recommender.contract import Deliveries, Measured, RecommenderFailed
from bot.recommender.dialect import text
from bot.recommender.engine import Engine, StatementFailed
from bot.recommender.feeds import Feeds
from bot.recommender.files import FilesSeen
from bot.recommender.finest import Sizes, ask_sizes, condense, divide, read_sizes
from bot.recommender.mapping import Table, find_change, place_of
from bot.recommender.past import Summed, find_windows
from bot.recommender.physical import Physical, find_columns
from bot.recommender.ranking import RankingMetrics, find_metrics, reads_for
from bot.recommender.reading import Bounds, read_table, timestamp
from bot.recommender.rows import choose_rows, condition, count_cells
from bot.recommender.sample import find_edges
from bot.recommender.scan import Scan, plan_scans, refuse_unmeasurable
from bot.recommender.sums import SumsKept
from bot.recommender.tables import Tables
from bot.recommender.trouble import describe_trouble, is_about_times, is_accused
from bot.settings import Settings
from bot.settings.sections import TableName
from checks.base import Impact, Measure, Schema, Slice, Window

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")


def open_engine(settings: Settings) -> Engine:
    """The database that [warehouse] url names: in memory for Parquet files, else a DuckDB file."""
    path = settings.warehouse.url.removeprefix("duckdb://").removeprefix("/")
    file = None if not path or path == ":memory:" else settings.resolve(path)
    return Engine(file, settings.warehouse.memory, settings.warehouse.threads)


def open_warehouse(settings: Settings) -> DuckDBWarehouse:
    """The warehouse of recsysops.toml; RecommenderFailed for the first table that is not as mapped.

    A table that cannot be read is no reason not to open the others: who asks for it is told why.
    """
    return DuckDBWarehouse(open_engine(settings), settings)


class DuckDBWarehouse:
    """Reads Parquet files or a DuckDB database. Files that appear later are seen; no rows are kept."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        self._settings = settings
        self._tables = Tables(engine, settings)
        self._feeds = Feeds(engine, settings)
        self._kept: dict[str, tuple[str, ...]] = {}
        self._seen = FilesSeen()
        self._sums = SumsKept(engine)
        self._asked: deque[tuple[str, int, tuple[Any, ...]]] = deque(maxlen=4)  # about sizes: SQL, rows, answer

    @property
    def schema(self) -> Schema:
        """The relations, features and slices this installation maps, without histogram edges (see `with_edges`).

        Asking it for the columns of a table that cannot be read raises RecommenderFailed, which names the file.
        """
        return self._tables.now.schema

    def with_edges(self, edges: Mapping[str, tuple[float, ...]]) -> Schema:
        """The schema with these histogram edges, as `learn_edges` found and the runner stored them."""
        return replace(self.schema, edges=dict(edges))

    @property
    def told_apart(self) -> Mapping[str, tuple[str, ...]]:
        """The values of crowded slice columns that are told apart: the commonest when the column was first met."""
        return dict(self._kept)

    def tell_apart(self, values: Mapping[str, tuple[str, ...]]) -> None:
        """Tell these values apart, as they were before a restart."""
        self._kept.update(values)

    def learn_edges(self, columns: Sequence[str], window: Window, bins: int = 10) -> dict[str, tuple[float, ...]]:
        """Histogram edges for columns of impressions: quantiles of at most 20,000 of the window's rows."""
        relation = self._sql("impressions", _one(window))
        return self._ask(("impressions",), lambda: find_edges(self.engine, relation, columns, bins))

    def measure(self, measures: Sequence[Measure], windows: Sequence[Window]) -> list[Measured]:
        """All measures over all windows, one scan per relation.

        Everyone is there for every window (a count of 0 or no value where there were no rows), a slice's value only
        where it has rows. ValueError for a measure of what the relation lacks, or of a relation without ts.
        """
        if not windows:
            return []
        for measure in measures:
            refuse_unmeasurable(self.schema, measure)
        planned = plan_scans(measures, windows, self._kept, self._tables.now.mapped.wider)
        return [measured for relation, scan in planned for measured in self._divide(relation, scan)]

    def _divide(self, relation: str, scan: Scan) -> list[Measured]:
        """A scan of what is made of a large table's rows is run in other passes."""
        mapped = self._tables.now.mapped
        made_of_them = "impressions" in mapped.reads(relation) and mapped.has("impressions", *scan.slices)
        if len(scan.slices) < 2 or not made_of_them:
            return self._run(relation, scan)
        parts = divide if relation in ("impressions", "labelled") else condense
        scans = parts(scan, self._sizes(scan))
        return [measured for part in scans for measured in self._run(part.relation or relation, part)]

    def _sizes(self, scan: Scan) -> Sizes:
        """How many impressions there are in the windows of a scan, and how they fall in groups: known of the last few
        scans for as long as no more rows come, since what is made of the same impressions is measured next.
        """
        impressions = self._sql("impressions", scan.bounds)
        asked = ask_sizes(scan, impressions)
        rows = self._ask(("impressions",), lambda: self.engine.one(f"SELECT count(*) FROM ({impressions})"))[0]
        known = next((row for sql, many, row in self._asked if (sql, many) == (asked, rows)), None)
        if known is None:
            known = self._ask(("impressions",), lambda: self.engine.one(asked))
            self._asked.append((asked, rows, known))
        return read_sizes(scan, known)

    def _run(self, relation: str, scan: Scan) -> list[Measured]:
        sql = self._sql(relation, scan.bounds)
        reads = self._tables.now.mapped.reads(relation)
        rows = self._ask(reads, lambda: self.engine.last(scan.statements(sql)))
        crowded = scan.find_crowded(rows)
        if not crowded:
            return scan.take_apart(rows)
        self._kept.update(crowded)  # learned once: the same values are told apart from now on
        return self._run(relation, replace(scan, kept=dict(self._kept)))

    def impact(self, window: Window, where: Slice) -> Impact:
        """Distinct members and impressions of a slice in a window, and its share of all impressions."""
        inside = condition(self.schema, "impressions", dict(where.parts), self._kept)
        members = "member_id" in self.schema.relations["impressions"]
        counted = f"count(DISTINCT CASE WHEN {inside} THEN member_id END)" if members else "0"
        sql = f"SELECT {counted}, count_if({inside}), count(*) FROM ({self._sql('impressions', _one(window))})"
        found, shown, everything = self._ask(("impressions",), lambda: self.engine.one(sql))
        return Impact(int(found or 0), int(shown or 0), float(shown or 0) / everything if everything else 0.0)

    def cells(self, relation: str, window: Window, columns: Sequence[str]) -> pd.DataFrame:
        """How many rows each combination of slice values has; see the contract."""
        sql = count_cells(self.schema, relation, self._sql(relation, _one(window)), columns)
        return self._ask(self._tables.now.mapped.reads(relation), lambda: self.engine.frame(sql))

    def ranking(self, window: Window, depth: int | None = None) -> RankingMetrics:
        """The metrics of the ranking in a window, in one statement; RecommenderFailed where outcomes join no lists."""
        mapped = self._tables.now.mapped
        return self._ask(reads_for(mapped), lambda: find_metrics(self.engine, mapped, _one(window), depth))

    def newest(self, table: str, before: datetime) -> datetime | None:
        """The time of a table's newest row not after `before`; None when it has no rows."""
        just_after = before + timedelta(microseconds=1)
        sql = f"SELECT max(ts) FROM ({read_table(self._table(table), None, just_after)})"
        newest = self._ask((table,), lambda: self.engine.one(sql))[0]
        return None if newest is None else newest.replace(tzinfo=UTC)

    def rows(
        self, relation: str, window: Window, *, where: Mapping[str, Any] | None = None, limit: int | None = None
    ) -> pd.DataFrame:
        """Rows of a relation within a window, oldest first; see the contract. A relation without ts: all its rows."""
        if relation not in self.schema.relations:
            raise RecommenderFailed(f"There is no {relation} table in recsysops.toml: add [tables.{relation}].")
        sql = choose_rows(self.schema, relation, self._sql(relation, _one(window)), where or {}, limit, self._kept)
        return self._ask(self._tables.now.mapped.reads(relation), lambda: self.engine.frame(sql))

    def exposure(self, window: Window, item_ids: Sequence[str] | None = None) -> pd.DataFrame:
        """How often items were shown: item_id, window_start (aware), impressions, members; one scan.

        `window` is cut into detection windows from its start on; an item has a row where it was shown at all.
        """
        bounds = Bounds(window.start, window.end, self._settings.recommender.window)
        length = bounds.length // timedelta(microseconds=1)
        start = f"{timestamp(window.start)} + to_microseconds({bounds.window_number('ts')} * {length})"
        members = "member_id" in self.schema.relations["impressions"]
        only = f" WHERE item_id IN ({', '.join(map(text, item_ids)) or 'NULL'})" if item_ids is not None else ""
        sql = (
            f"SELECT item_id, {start} AS window_start, count(*) AS impressions, "
            f"{'count(DISTINCT member_id)' if members else 'CAST(0 AS BIGINT)'} AS members "
            f"FROM ({self._sql('impressions', bounds)}){only} GROUP BY ALL ORDER BY ALL"
        )
        return self._ask(("impressions",), lambda: self.engine.frame(sql))

    def columns(self, table: str, windows: Sequence[Window]) -> Mapping[Window, Sequence[Physical]]:
        """The columns behind each window's rows, as they lie, even when those mapped are not among them any more."""
        return self._ask((table,), lambda: find_columns(self.engine, self._table(table), self._files(table), windows))

    def sum_up(self, table: str, windows: Sequence[Window]) -> list[Summed]:
        """Each window's rows in numbers that change when one of them does; where no file is other, as known."""
        return self._ask((table,), lambda: self._sums.sum_up(self._table(table), windows))

    def rewritten(self, table: str, windows: Sequence[Window]) -> list[Window]:
        """The windows with rows in files written since this was last asked, the latest last; [] for a database."""
        place = self._files(table)
        new = self._seen.find_written(table, place) if place else []
        return self._ask((table,), lambda: find_windows(self.engine, self._table(table), new, windows))

    def _files(self, table: str) -> str | None:
        """The pattern of a table's files; None for one in a database."""
        return place_of(self._settings, table) if self._settings.tables[cast(TableName, table)].path else None

    def deliveries(self, feed: str, window: Window) -> Deliveries:
        """What came of a feed in a window; each file is read once."""
        return self._feeds.deliveries(feed, window)

    def item(self, item_id: str) -> Mapping[str, Any]:
        """One row of the catalogue; raises UnknownItem, naming the nearest ids."""
        return self._ask(("items",), lambda: self._catalogue().item(item_id))

    def find_items(self, words: str, limit: int = 10) -> list[Mapping[str, Any]]:
        """Items whose id is `words` or whose title contains them, best match first; [] when none."""
        return self._ask(("items",), lambda: self._catalogue().find(words, limit))

    def _catalogue(self) -> Catalogue:
        return Catalogue(self.engine, read_table(self._table("items"), None, None), self.schema)

    def _table(self, name: str) -> Table:
        opened = self._tables.now
        if name in opened.troubles:
            raise RecommenderFailed(opened.troubles[name])
        if name not in opened.tables:
            raise RecommenderFailed(f"There is no {name} table in recsysops.toml: add [tables.{name}].")
        return opened.tables[name]

    def _sql(self, relation: str, bounds: Bounds) -> str:
        """SELECT of a relation within bounds; RecommenderFailed when a table behind it cannot be read."""
        opened = self._tables.now
        opened.schema.relations[relation]  # says which file is in the way
        return opened.mapped.sql(relation, bounds)

    def _ask(self, tables: Sequence[str], ask: Callable[[], T]) -> T:
        """An answer, or RecommenderFailed naming the table, and the file, that is in trouble."""
        try:
            return ask()
        except StatementFailed as error:
            raise RecommenderFailed(self._describe(tables, str(error))) from error

    def _describe(self, tables: Sequence[str], said: str) -> str:
        """The first table that has changed since it was opened, or cannot be read, speaks for the statement."""
        mapped = [name for name in tables if name in self._tables.now.tables]
        for name in mapped:
            change = find_change(self.engine, self._settings, self._table(name))
            if change:
                return change
        places = {name: place_of(self._settings, name) for name in mapped}
        timeless = [name for name in mapped if is_about_times(said) and not self._has_times(name)]
        worst = next((name for name in mapped if name in timeless or is_accused(places[name], said)), mapped[0])
        return describe_trouble(self.engine, worst, places[worst], said)

    def _has_times(self, name: str) -> bool:
        """Whether every time of a table can be read."""
        try:
            self.engine.one(f"SELECT max(ts) FROM ({read_table(self._table(name), None, None)})")
        except StatementFailed:
            return False
        return True


def _one(window: Window) -> Bounds:
    return Bounds(window.start, window.end, window.end - window.start)
