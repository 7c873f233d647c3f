"""Pictures: drawn small, and told in words with the numbers."""

from __future__ import annotations

import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.slack.charts import Comparable, exposure_chart, series_chart, shap_difference_chart
from bot.slack.charts.axes import Axis, axis_of
from bot.slack.messages import Picture
from checks.base import Finding, Point, Severity, Slice, Window

DAY = timedelta(days=1)
START = datetime(2026, 3, 1, tzinfo=UTC)
ONSET = START + 9 * DAY
FINDING = Finding(
    "D03", "affinity is missing", "…", "feature:affinity", "m", Slice((("region", "West"),)),
    Window(ONSET, ONSET + DAY), ONSET, 0.9, 0.02, 0.0, 0.05, "up", 1000, 9.0, Severity.high,
    points=tuple(Point(START + n * DAY, 0.02 if n < 9 else 0.9, 0.02, 0.0, 0.05) for n in range(10)),
)  # fmt: skip


def size_of(picture: Picture) -> tuple[int, int]:
    assert picture.png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture.png[16:24])
    return width, height


def test_a_series_is_told_with_value_band_and_onset() -> None:
    picture = series_chart(FINDING)
    assert size_of(picture) == (1200, 600)
    assert len(picture.png) < 120_000
    assert "newest value is 0.9, expected 0.02 (between 0 and 0.05)" in picture.alt
    assert "outside since 10 Mar" in picture.alt
    assert "region=West" in picture.title


def test_a_finding_without_points_still_has_a_picture() -> None:
    assert size_of(series_chart(replace(FINDING, points=())))[0] == 1200


def test_the_shap_difference_names_the_largest_first_and_its_direction() -> None:
    picture = shap_difference_chart({"a": 0.01, "b": -0.5}, "Change")
    assert picture.alt == "Bar chart. Change. Largest first: b lowers by 0.5, a raises by 0.01."
    assert size_of(picture)[0] == 1200


def test_a_title_with_formula_signs_is_drawn_as_it_is() -> None:
    size_of(shap_difference_chart({"cost_$": 1.0, "$x^": 0.5}, "What $ame^ does"))


def test_exposure_is_told_against_its_comparables() -> None:
    others = [Comparable(str(n), f"Title {n}", (10.0, 20.0, 30.0 + n)) for n in range(3)]
    picture = exposure_chart("Story", [1.0, 2.0, 3.0], others, "days since launch")
    assert picture.alt == (
        "Line chart of impressions a day by days since launch, 3 days. Story is at 3. 3 comparable items: usually 31."
    )


def test_an_item_without_comparables_is_drawn_alone() -> None:
    picture = exposure_chart("Story", [1.0], [], "days since launch")
    assert "comparable" not in picture.alt
    assert size_of(picture)[0] == 1200


def test_pictures_can_be_drawn_in_several_threads_at_once() -> None:
    with ThreadPoolExecutor(4) as pool:
        pictures = list(pool.map(lambda _: series_chart(FINDING), range(4)))
    assert len({picture.png for picture in pictures}) == 1


def test_the_axis_says_what_was_measured_in_the_unit_people_read() -> None:
    assert axis_of("feature.null_share:genre_affinity") == Axis("rows where it is missing, %", 100.0)
    assert axis_of("newest:impressions", 7200) == Axis("age of the newest row, hours", 1 / 3600)
    assert axis_of("newest:impressions", 900_000).words == "age of the newest row, days"
    assert axis_of("metric:Minutes watched") == Axis("Minutes watched")
