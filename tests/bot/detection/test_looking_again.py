"""What is seen of tables themselves: columns that vanish and a past that changes, through the whole detector."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import duckdb
import pytest
from sqlalchemy import literal

from bot.detection.observing.base import Scene
from bot.detection.observing.past import observe_past
from bot.recommender.contract import Warehouse
from bot.recommender.past import Summed
from checks.base import Measure, Window
from checks.past import TABLES
from tests.bot.detection.conftest import Watched
from tests.checks.fakes import DAY, days


def rewrite(file: Path, select: str) -> None:
    """The file anew, from a statement about its own rows."""
    beside = file.with_suffix(".new")
    duckdb.connect().execute(f"COPY ({select} FROM '{file}') TO '{beside}' (FORMAT parquet)")
    beside.replace(file)


def files_of(lab: Watched, table: str) -> list[Path]:
    return sorted((lab.world.folder / "tables" / table).glob("*.parquet"))


def test_a_column_that_is_gone_from_the_newest_file_is_named(lab: Watched) -> None:
    lab.world.serve_day()
    rewrite(files_of(lab, "impressions")[-1], "SELECT * EXCLUDE (similarity)")
    found = lab.detector.run(lab.world.today, ["D04"]).findings
    assert [finding.data["gone"] for finding in found] == [["similarity"]]
    assert "came without similarity; checks and features need similarity." in found[0].words


def test_when_a_column_is_gone_from_all_of_a_table_it_is_said_instead_of_failing_everywhere(lab: Watched) -> None:
    lab.world.serve_day()
    for file in files_of(lab, "impressions"):
        rewrite(file, "SELECT * EXCLUDE (similarity)")
    outcomes = {outcome.code: outcome for outcome in lab.detector.run(lab.world.today, ["D01", "D03", "D04"]).outcomes}
    assert {code: outcome.state for code, outcome in outcomes.items()} == {
        "D01": "failed",
        "D03": "failed",
        "D04": "finding",
    }
    assert outcomes["D04"].findings[0].data["gone"] == ["similarity"]


@pytest.mark.parametrize("back", [3, 20])
def test_a_day_of_the_past_that_was_written_anew_is_named(lab: Watched, back: int) -> None:
    lab.world.serve_day()
    file = files_of(lab, "impressions")[-back]
    rewrite(file, "SELECT * REPLACE (score * 2 AS score)")
    (finding,) = lab.detector.run(lab.world.today, ["D10"]).findings
    assert (finding.subject, finding.data["columns"]) == ("table:impressions", ["score"])
    assert finding.data["windows"] == [f"{file.stem}T00:00:00+00:00"]
    lab.world.serve_day()
    assert lab.detector.run(lab.world.today, ["D10"]).findings == ()


class Sums:
    """A warehouse that says which windows it was asked to sum up."""

    def __init__(self) -> None:
        self.asked: list[Window] = []

    def sum_up(self, table: str, windows: list[Window]) -> list[Summed]:
        self.asked = list(windows)
        return []

    def rewritten(self, table: str, windows: list[Window]) -> list[Window]:
        return []


def test_every_day_of_the_past_has_its_turn(lab: Watched) -> None:
    """Of a table whose files tell nothing: the three latest windows each time, and one more."""
    history, sums = list(days(60)), Sums()
    measure = Measure(f"past:{TABLES[0]}", "the past", "past", literal(1), literal(1))
    read = set[int]()
    for later in range(57):
        moved = [replace(each, start=each.start + later * DAY, end=each.end + later * DAY) for each in history]
        recommender = replace(lab.recommender, warehouse=cast(Warehouse, sums))
        observe_past(measure, Scene(recommender, moved[-1:], {}, moved))
        assert sums.asked[-3:] == moved[-3:]
        assert len(sums.asked) == 4
        read.add(moved.index(sums.asked[0]))
    assert len(read) > 50
