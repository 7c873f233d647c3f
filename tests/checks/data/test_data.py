"""D01 volume, D02 freshness, D03 missing features, D06 feature shift."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import String, column

from checks.base import EVERYONE, Finding, Series, Severity, Slice
from checks.data.freshness import Freshness
from checks.data.missing import FeatureMissing
from checks.data.shift import FeatureShift
from checks.data.volume import Volume
from tests.checks.fakes import DAY, NORTH, SOUTH, START, FakeHistory, Happened, a_judge, a_schema, daily, wobble

HOUR = 3600.0


def _rows(today: float, *, north: float | None = None) -> list[Series]:
    parts = [daily("rows:impressions", [*wobble(4000), today])]
    there = today / 2 if north is None else north
    for place, rows in ((NORTH, there), (SOUTH, today - there)):
        parts.append(daily("rows:impressions", [*wobble(2000), rows], 2000.0, place))
    return parts


def test_d01_stays_quiet_on_an_ordinary_day_and_on_a_campaign() -> None:
    assert Volume().findings(a_schema(), FakeHistory(_rows(3900)), a_judge()) == []
    assert Volume().findings(a_schema(), FakeHistory(_rows(5600)), a_judge()) == []
    announced = FakeHistory(_rows(12_000), happened=[Happened("campaign")])
    assert Volume().findings(a_schema(), announced, a_judge()) == []


def test_d01_fires_when_three_quarters_of_the_rows_are_lost() -> None:
    (finding,) = Volume().findings(a_schema(), FakeHistory(_rows(1000)), a_judge())
    assert (finding.slice, finding.direction, finding.severity) == (EVERYONE, "down", Severity.critical)
    assert finding.subject == "table:impressions"
    assert "1,000 rows" in finding.words


def test_d01_fires_for_the_region_that_lost_them_and_not_for_everyone() -> None:
    (finding,) = Volume().findings(a_schema(), FakeHistory(_rows(2500, north=500)), a_judge())
    assert finding.slice == NORTH


def test_d01_fires_when_rows_triple_and_nobody_announced_it() -> None:
    (finding,) = Volume().findings(a_schema(), FakeHistory(_rows(12_000)), a_judge())
    assert finding.direction == "up"


def _hours(shifted: int) -> Series:
    """Rows by part of the day, most of them in the evening; on the last day moved by so many parts."""
    usual, rng = np.array([0.05, 0.02, 0.06, 0.1, 0.12, 0.15, 0.25, 0.25]), np.random.default_rng(3)
    counts = [rng.multinomial(2000, usual).astype(float) for _ in range(29)]
    return daily("hours:impressions", np.array([*counts, rng.multinomial(2000, np.roll(usual, -shifted))]), 2000)


def test_d01_stays_quiet_while_rows_come_at_the_usual_hours_and_fires_when_times_are_of_another_zone() -> None:
    assert Volume().findings(a_schema(), FakeHistory([_hours(0)]), a_judge()) == []
    (finding,) = Volume().findings(a_schema(), FakeHistory([_hours(2)]), a_judge())
    assert (finding.subject, finding.title) == (
        "table:impressions",
        "Rows of impressions come at other hours of the day",
    )
    assert "from 21:00 to 24:00, usually 25 %" in finding.words


def test_d02_stays_quiet_when_rows_arrive_until_the_end() -> None:
    series = daily("newest:impressions", wobble(600, 30, spread=0.5))
    assert Freshness().findings(a_schema(), FakeHistory([series]), a_judge()) == []


def test_d02_fires_when_the_newest_row_is_half_a_day_old() -> None:
    series = daily("newest:impressions", [*wobble(600, 29, spread=0.4), 12 * HOUR])
    (finding,) = Freshness().findings(a_schema(), FakeHistory([series]), a_judge())
    assert "12 hours" in finding.title
    assert finding.severity == Severity.critical


def test_d02_fires_when_nothing_has_arrived_for_two_windows() -> None:
    series = daily("newest:impressions", [*wobble(600, 28), np.nan, np.nan])
    (finding,) = Freshness().findings(a_schema(), FakeHistory([series]), a_judge())
    assert finding.title == "No impressions have arrived"
    assert finding.onset == START + 28 * DAY
    assert finding.severity == Severity.critical


def _clicks(*counts: float) -> list[Series]:
    """A table with a few rows a window: how many there were, and how old the newest was."""
    rows = np.array(counts)
    return [replace(daily("newest:outcomes", np.where(rows > 0, 5 * HOUR / (rows + 1), np.nan)), n=rows)]


def test_d02_knows_that_a_table_with_few_rows_may_well_have_none_today_but_not_for_a_week() -> None:
    usual = [3.0, 5, 2, 1, 4, 0, 3, 2, 6, 3, 2, 4, 1, 3, 5, 2, 3, 0, 4, 3, 2, 5, 3, 1]
    found = [
        Freshness().findings(a_schema(), FakeHistory(_clicks(*usual, *[0.0] * days)), a_judge()) for days in (1, 7)
    ]
    assert [len(findings) for findings in found] == [0, 1]


def test_d02_needs_no_long_history_for_a_table_that_always_had_rows() -> None:
    (finding,) = Freshness().findings(a_schema(), FakeHistory(_clicks(900, 1100, 1000, 0)), a_judge())
    assert finding.title == "No outcomes have arrived"
    assert finding.words.startswith("Not one row of outcomes has arrived for this window, usually about 1,000;")


def _nulls(everyone: float, north: float, south: float) -> list[Series]:
    name = "feature.null_share:affinity"
    cases = ((EVERYONE, everyone, 4000), (NORTH, north, 2000), (SOUTH, south, 2000))
    return [daily(name, [*wobble(0.02, 29, 0.1), today], n, where) for where, today, n in cases]


def test_d03_stays_quiet_when_as_much_is_missing_as_always() -> None:
    assert FeatureMissing().findings(a_schema(), FakeHistory(_nulls(0.024, 0.022, 0.026)), a_judge()) == []


def test_d03_fires_in_the_region_where_one_row_in_ten_lacks_the_feature() -> None:
    (finding,) = FeatureMissing().findings(a_schema(), FakeHistory(_nulls(0.07, 0.12, 0.02)), a_judge())
    assert (finding.slice, finding.subject) == (NORTH, "feature:affinity")
    assert (finding.title, finding.slice) == ("affinity is missing", NORTH)
    assert "usually 2.1 %" in finding.words


def test_d03_fires_once_for_everyone_when_all_regions_lack_it() -> None:
    (finding,) = FeatureMissing().findings(a_schema(), FakeHistory(_nulls(1.0, 1.0, 1.0)), a_judge())
    assert (finding.slice, finding.severity) == (EVERYONE, Severity.critical)


def _versions(new: bool) -> list[Series]:
    seven, eight = (Slice((("model_version", version),)) for version in "78")
    old, fresh = [900.0] * 29 + [0.0 if new else 900.0], [0.0] * 29 + [900.0 if new else 0.0]
    return [daily("versions.served", old, 900, seven), daily("versions.served", fresh, 900, eight)]


def test_d03_stays_quiet_when_a_new_version_merely_shows_items_that_lack_it_more_often() -> None:
    risen = _nulls(0.2, 0.2, 0.2)
    assert FeatureMissing().findings(a_schema(), FakeHistory([*risen, *_versions(new=True)]), a_judge()) == []
    assert FeatureMissing().findings(a_schema(), FakeHistory([*risen, *_versions(new=False)]), a_judge())


def _histograms(today: np.ndarray, rows: int = 2000) -> Series:
    rng = np.random.default_rng(4)
    usual = np.array([0.1] * 10)
    counts = [rng.multinomial(rows, usual).astype(float) for _ in range(29)]
    return daily("feature.histogram:affinity", np.array([*counts, today * rows]), rows)


def test_d06_stays_quiet_on_another_sample_of_the_same_even_when_it_is_small() -> None:
    rng = np.random.default_rng(8)
    for rows in (250, 2000):
        same = rng.multinomial(rows, [0.1] * 10) / rows
        assert FeatureShift().findings(a_schema(), FakeHistory([_histograms(same, rows)]), a_judge()) == []


@pytest.mark.parametrize(
    "today", [np.eye(10)[3], np.eye(10)[9] * 0.8 + 0.02, np.linspace(0.0, 0.2, 10)], ids=["constant", "unit", "tilted"]
)
def test_d06_fires_when_values_move(today: np.ndarray) -> None:
    history = FakeHistory([_histograms(today / today.sum())])
    (finding,) = FeatureShift().findings(a_schema(), history, a_judge())
    assert finding.subject == "feature:affinity"
    assert finding.onset == START + 29 * DAY
    assert finding.data["psi"] > 0.25


def test_d06_stays_quiet_when_a_new_version_shows_other_items_of_unchanged_candidates() -> None:
    """The same histogram is a broken feature when the candidates have it too, and a choice of the ranker when not."""
    broken, usual = np.eye(10)[3], np.full(10, 0.1)
    for candidates, expected in ((usual, 0), (broken, 1)):
        offered = replace(_histograms(candidates), measure="candidates.histogram:affinity")
        history = FakeHistory([_histograms(broken), offered, *_versions(new=True)])
        assert len(FeatureShift().findings(a_schema(), history, a_judge())) == expected


def test_a_finding_tells_its_own_story() -> None:
    (finding,) = Volume().findings(a_schema(), FakeHistory(_rows(1000)), a_judge())
    assert isinstance(finding, Finding)
    assert finding.window.end - finding.window.start == timedelta(days=1)
    assert len(finding.points) == 30
    assert all(point.low is not None and point.low <= (point.expected or 0) for point in finding.points)
    assert finding.surprise > 4


def test_d06_fires_for_text_features_as_well() -> None:
    """A column without learned edges is counted in groups of its values, under the same name."""
    schema = a_schema()
    relations = {name: dict(columns) for name, columns in schema.relations.items()}
    relations["impressions"]["mood"] = column("mood", String())
    schema = replace(schema, relations=relations, features=("mood",))
    assert "feature.histogram:mood" in [measure.name for measure in FeatureShift().measures(schema)]
    series = replace(_histograms(np.eye(10)[3]), measure="feature.histogram:mood")
    (finding,) = FeatureShift().findings(schema, FakeHistory([series]), a_judge())
    assert finding.subject == "feature:mood"
