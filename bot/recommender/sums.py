"""Sums of past windows, kept for as long as the files they were read from are the same: yesterday is not read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.recommender.engine import Engine
from bot.recommender.file_times import Signature, sign
from bot.recommender.mapping import Table
from bot.recommender.past import Summed, sum_up
from checks.base import Window

Files = tuple[tuple[str, Signature | None], ...]
MOST = 500  # windows kept, of all tables: some 10 KB each


@dataclass
class SumsKept:
    """What windows were summed up to. Kept by this process alone: after a restart everything asked for is read."""

    engine: Engine
    kept: dict[tuple[str, Window], tuple[Files, Summed]] = field(default_factory=dict)

    def sum_up(self, table: Table, windows: Sequence[Window]) -> list[Summed]:
        """As `bot.recommender.past.sum_up`; only windows whose files are others than when they were last read are."""
        files = {window: _files(table, window) for window in windows}  # before reading: what is written now is other
        unread = [window for window in windows if not self._is_known(table, window, files[window])]
        new = {one.window: one for one in (sum_up(self.engine, table, unread) if unread else [])}
        told = [new[window] if window in new else self.kept[table.name, window][1] for window in sorted(windows)]
        for window, one in new.items():
            signed = files[window]
            if signed is not None:
                self.kept.pop((table.name, window), None)  # the newest stand last
                self.kept[table.name, window] = (signed, one)
        while len(self.kept) > MOST:
            del self.kept[next(iter(self.kept))]
        return told

    def _is_known(self, table: Table, window: Window, files: Files | None) -> bool:
        kept = self.kept.get((table.name, window))
        return kept is not None and files is not None and kept[0] == files


def _files(table: Table, window: Window) -> Files | None:
    """The files that may hold a window's rows, as they are now; None where that cannot be told from outside."""
    found = table.files.within(window.start, window.end) if table.files is not None else None
    return None if found is None else tuple((file, sign(file)) for file in found)
