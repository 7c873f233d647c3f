"""The benchmark page says what the kept results say."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.report import PAGE, fill_page, read_results, write_section
from benchmarks.result import RESULTS, Result, Table

FOUND = Result(
    "speed",
    "make bench-speed",
    (Table("How fast", ("who", "seconds"), (("ours", 0.123456), ("another", None), ("slow", 12345.6))),),
    ("Guessing did not help.",),
    "2026-01-02",
    "two cores",
)


def test_the_page_shows_each_kept_result_as_it_is() -> None:
    page, results = PAGE.read_text(), read_results()
    assert fill_page(page, results) == page, "run: python -m benchmarks.report"
    assert all(f"<!-- {name} -->" in page for name in results)


def test_a_result_is_told_with_its_command_its_remarks_its_day_and_its_machine() -> None:
    told = write_section(FOUND)
    assert "| ours | 0.123 |" in told
    assert "| another | - |" in told
    assert "| slow | 12,346 |" in told
    for words in ("make bench-speed", "* Guessing did not help.", "Measured on 2026-01-02: two cores."):
        assert words in told


def test_the_words_around_a_result_stay_and_filling_twice_changes_nothing() -> None:
    page = "before\n<!-- speed -->\nold\n<!-- end of speed -->\nafter"
    once = fill_page(page, {"speed": FOUND})
    assert once.startswith("before\n<!-- speed -->")
    assert once.endswith("<!-- end of speed -->\nafter")
    assert "old" not in once
    assert fill_page(once, {"speed": FOUND}) == once


def test_a_place_without_a_result_is_an_error_and_not_an_empty_section() -> None:
    with pytest.raises(KeyError):
        fill_page("<!-- speed -->\n<!-- end of speed -->", {})


def test_what_was_kept_comes_back_the_same_and_names_no_machine(tmp_path: Path) -> None:
    assert Result.load(FOUND.save(tmp_path)) == FOUND
    assert not any(str(Path.home()) in path.read_text() for path in RESULTS.glob("*.json"))
