"""Reading measurements back: the facts of every block at once, the arrays of a measure when it is asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlmodel import Session, col

from bot.detection.packing import Numbers, unpack
from bot.store.sessions import Store
from bot.store.tables import Measurements, SliceName
from checks.base import Series, Window
from checks.block import SeriesBlock

Places = NDArray[np.int64]
# Of one window: its place, the packed slice numbers, bins, n and values.
Arrays = tuple[int, bytes, int, NDArray[np.generic], NDArray[np.generic]]


class Facts(NamedTuple):
    """What is known of a block without its arrays."""

    block: int  # its row in the store
    slices: int  # beside everyone
    everyone: bool
    valued: bool  # whether there is a value over everyone
    rows: int  # that it rests on


@dataclass(frozen=True)
class Stored:
    """Everything measured in some windows, as series are made of it."""

    store: Store
    windows: tuple[Window, ...]
    facts: dict[str, dict[int, Facts]]  # by measure and place of the window
    names: SliceNames = field(default_factory=lambda: SliceNames())

    @classmethod
    def read(cls, store: Store, windows: Sequence[Window]) -> Stored:
        """All that was measured in these windows, from the first that has any rows. No array is read yet."""
        facts: dict[str, dict[int, Facts]] = defaultdict(dict)
        place = _places(windows)
        with store.session() as session:
            for name, start, end, *rest in _plain_rows(session, _ask_facts(), windows):
                if (start, end) in place:
                    facts[name][place[start, end]] = Facts(*rest)
        return cls(store, tuple(windows), dict(facts))._from_first()

    def _from_first(self) -> Stored:
        """Without the windows before anything was measured; of a measure, without those before its first rows.

        That a table was empty before the first delivery says nothing of how many rows it usually has.
        """
        filled = {name: [at for at, one in blocks.items() if one.rows] for name, blocks in self.facts.items()}
        last = len(self.windows) - 1
        begun = {name: min(places, default=last) for name, places in filled.items()}
        first = min(begun.values(), default=last)
        facts = {
            name: {at - first: one for at, one in blocks.items() if at >= begun[name]}
            for name, blocks in self.facts.items()
        }
        return Stored(self.store, self.windows[first:], facts, self.names)

    def series(self, name: str, counting: bool) -> Sequence[Series]:
        """Every slice's series, everyone first. When counting, a slice without rows in a measured window counts 0."""
        if not self.facts.get(name):
            return []
        with self.store.session() as session:
            blocks = self._read_arrays(session, name)
            keys, places = self.names.arrange(session, [ids for _, ids, _, _, _ in blocks])
        bins = max((bins for _, _, bins, _, _ in blocks), default=0)
        shape = (len(self.windows), len(keys))
        values, n, seen = np.full((*shape, bins) if bins else shape, np.nan), np.zeros(shape), np.zeros(shape, bool)
        for (at, _, width, rows, numbers), place in zip(blocks, places, strict=True):
            n[at, place], seen[at, place] = rows, True
            if width == bins:
                values[at, place] = numbers.reshape(-1, bins) if bins else numbers
        if counting and not bins:
            _count_absent(values, seen, self._filled(name))
        return SeriesBlock(name, keys, self.windows, np.moveaxis(values, 0, 1), n.T)

    def _read_arrays(self, session: Session, name: str) -> list[Arrays]:
        place = {facts.block: at for at, facts in self.facts[name].items()}
        return [
            (place[block], ids, bins, unpack(n), unpack(values))
            for block, ids, bins, n, values in _plain_rows(session, _ask_arrays(), self.windows, measure=name)
            if block in place
        ]

    def _filled(self, name: str) -> NDArray[np.bool_]:
        """The windows in which the measure has rows over everyone."""
        facts = self.facts[name]
        return np.array([at in facts and facts[at].rows > 0 for at in range(len(self.windows))])

    def tests(self) -> tuple[int, int]:
        """How many values of the last window are judged: over everyone, and in slices."""
        judged = [blocks[self._last] for blocks in self.facts.values() if self._last in blocks]
        return sum(one.everyone for one in judged), sum(one.slices for one in judged)

    def measured_before(self, names: Iterable[str]) -> int:
        """In how many windows before the last there is a value for everyone, of the best known of these measures."""
        counts = (
            sum(one.valued and one.rows > 0 and at < self._last for at, one in self.facts[name].items())
            for name in names
            if name in self.facts
        )
        return max(counts, default=0)

    def has_data(self, names: Iterable[str]) -> bool:
        """Whether the last window holds any rows for these measures."""
        blocks = (self.facts.get(name, {}).get(self._last) for name in names)
        return any(one is not None and one.rows > 0 for one in blocks)

    @property
    def _last(self) -> int:
        return len(self.windows) - 1


class SliceNames:
    """The names of slices by number, read once; and where the slices of a block stand among those of all of them."""

    def __init__(self) -> None:
        self._keys: dict[int, str] = {}
        self._known: dict[frozenset[bytes], tuple[list[str], dict[bytes, Places]]] = {}  # most measures share theirs

    def arrange(self, session: Session, blocks: Sequence[bytes]) -> tuple[list[str], list[Places]]:
        """The keys of all slices of these blocks (their packed numbers), in order; and the places of each block's."""
        packed = frozenset(blocks)
        if packed not in self._known:
            self._known[packed] = self._arrange(session, packed)
        keys, places = self._known[packed]
        return keys, [places[one] for one in blocks]

    def _arrange(self, session: Session, blocks: Iterable[bytes]) -> tuple[list[str], dict[bytes, Places]]:
        distinct = {packed: unpack(packed).astype(np.int64) for packed in blocks}
        numbers = np.unique(np.concatenate([np.zeros(0, np.int64), *distinct.values()]))
        keys = self._named(session, numbers.tolist())
        order = sorted(range(len(keys)), key=keys.__getitem__)
        place = np.full(int(numbers.max(initial=0)) + 1, -1)
        place[numbers[order]] = np.arange(len(order))
        return [keys[i] for i in order], {packed: place[ids] for packed, ids in distinct.items()}

    def _named(self, session: Session, numbers: Sequence[int]) -> list[str]:
        if not self._keys.keys() >= set(numbers):
            named = session.execute(sa.select(col(SliceName.id), col(SliceName.key)))
            self._keys = {number: key for number, key in named}  # noqa: C416 (a result is no mapping)
        return [self._keys[number] for number in numbers]


def _places(windows: Sequence[Window]) -> dict[tuple[datetime, datetime], int]:
    """By start and end; by the same without a zone too, as SQLite has moments."""
    places = {(window.start, window.end): i for i, window in enumerate(windows)}
    return places | {(_plain(start), _plain(end)): i for (start, end), i in places.items()}


def _plain(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


@cache
def _ask_facts() -> sa.Executable:
    """Times are read as the database gives them: converting many thousands costs more than reading the rest."""
    table = Measurements
    times = (sa.type_coerce(col(time), sa.DateTime(timezone=True)) for time in (table.window_start, table.window_end))
    known = (table.id, table.slices, table.everyone, table.valued, table.rows)
    return sa.select(col(table.measure), *times, *map(col, known)).where(_within())


@cache
def _ask_arrays() -> sa.Executable:
    table = Measurements
    wanted = (table.id, table.ids, table.bins, table.n, table.values)
    return sa.select(*map(col, wanted)).where(col(table.measure) == sa.bindparam("measure"), _within())


def _within() -> sa.ColumnElement[bool]:
    table = Measurements
    return sa.and_(
        col(table.window_start) >= sa.bindparam("start"),
        col(table.window_end) <= sa.bindparam("end"),
    )


def _plain_rows(session: Session, query: sa.Executable, windows: Sequence[Window], **asked: str) -> Iterable[Any]:
    """Past the part that makes objects of rows: for thousands of short ones it costs more than reading them."""
    return session.connection().execute(query, {"start": windows[0].start, "end": windows[-1].end, **asked})


def _count_absent(values: Numbers, seen: NDArray[np.bool_], filled: NDArray[np.bool_]) -> None:
    """0 for a slice that is absent from a window with rows, once it has been seen; (t, s), in place."""
    known = np.logical_or.accumulate(seen, axis=0)
    values[filled[:, None] & known & ~seen] = 0.0
