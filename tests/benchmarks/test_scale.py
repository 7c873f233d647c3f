"""The benchmark of a year says what is true, tried at a hundredth of its size."""

from __future__ import annotations

from pathlib import Path

from benchmarks.scale import measure_all, run_cycle
from benchmarks.year import Filling, Year, scan_last_day
from bot.store.sessions import open_store

SMALL = Year(slices=100, checks=9, days=150)


def test_the_one_slice_that_was_struck_is_found_and_nothing_else(tmp_path: Path) -> None:
    figures = measure_all(SMALL, tmp_path)
    assert figures["findings"] == ["Z00 country=v00040"]
    assert figures["judged_until"] == SMALL.windows[-1].end.isoformat()
    assert figures["tidy_ticks"] >= 1
    assert all(figures[name] > 0 for name in ("cycle_s", "plain_select_s", "status_s", "rss_mb", "file_mb"))


def test_a_year_is_the_same_whenever_it_is_made_and_a_second_cycle_changes_nothing(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'year.db'}")
    Filling(SMALL, store).fill()
    first = run_cycle(store, SMALL, scan_last_day(SMALL))
    assert scan_last_day(SMALL)[:50] == scan_last_day(Year(slices=100, checks=9, days=150))[:50]
    assert run_cycle(store, SMALL, []) == first
    assert len(first.outcomes) == SMALL.checks
    store.close()
