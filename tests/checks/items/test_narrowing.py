"""I03 where versions are logged: what breaks falls once, what feeds on itself falls with each version."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from checks.base import Finding, Series, Slice
from checks.items.coverage import Coverage
from checks.mix import SHOWN, VERSIONS
from checks.versions import INDEX
from tests.checks.fakes import FakeHistory, a_judge, a_schema, daily, wobble

STAIRS = (480.0, 390.0, 310.0)


def served(measure: str, column: str, versions: Sequence[str]) -> list[Series]:
    """Which version served everything, window by window."""
    each = {name: np.array([2000.0 * (name == one) for one in versions]) for name in dict.fromkeys(versions)}
    return [
        daily(measure, np.full(len(versions), 2000.0), 2000),
        *(daily(measure, rows, rows, Slice(((column, name),))) for name, rows in each.items()),
    ]


def weekly_then(*latest: str) -> list[str]:
    """A version a week for four weeks, then these."""
    return [str(5 + day // 7) for day in range(28)] + list(latest)


def looked_at(titles: Sequence[float], index: Sequence[str] = (), model: Sequence[str] = ()) -> list[Finding]:
    series = [daily(SHOWN, [*wobble(600, 28), *titles])]
    series += served(INDEX, "index_version", index) if index else []
    series += served(VERSIONS, "model_version", model) if model else []
    return list(Coverage().findings(a_schema(), FakeHistory(series), a_judge()))


def test_i03_blames_the_index_when_each_of_its_versions_shows_fewer_titles() -> None:
    daily_builds = weekly_then("9", "10", "11")
    (finding,) = looked_at(STAIRS, daily_builds, daily_builds)
    assert finding.subject == "index"
    assert finding.title.startswith("Each new version shows fewer titles")
    assert "with index 9 it was 480, with 10 390 and with 11 310" in finding.words
    assert finding.data["narrowing"] == ["9", "10", "11"]


def test_i03_blames_the_model_when_its_versions_narrow_and_the_index_stays_or_is_not_logged() -> None:
    releases = weekly_then("9", "10", "11")
    for index in ([], ["1"] * 31):
        (finding,) = looked_at(STAIRS, index, releases)
        assert finding.subject == "model:ranker"


def test_i03_names_no_version_for_one_break_though_a_version_came_with_it() -> None:
    for titles, versions in (
        ((600.0, 600.0, 310.0), weekly_then("8", "8", "9")),
        ((600.0, 450.0, 310.0), weekly_then("9", "10", "11")),  # it broke in the middle of a window
        ((310.0, 312.0, 309.0), weekly_then("9", "10", "11")),
    ):
        (finding,) = looked_at(titles, versions)
        assert (finding.subject, "narrowing" in finding.data) == ("items", False)


def test_i03_names_no_version_when_titles_go_while_one_version_serves() -> None:
    (finding,) = looked_at(STAIRS, weekly_then("8", "8", "8"), weekly_then("9", "9", "9"))
    assert finding.subject == "items"
    (finding,) = looked_at((540.0, 480.0, 430.0, 370.0, 310.0), weekly_then("8", "9", "10", "11", "11"))
    assert finding.subject == "items"


def test_i03_stays_quiet_when_daily_versions_show_as_much_as_ever() -> None:
    assert looked_at((590.0, 610.0, 600.0), weekly_then("9", "10", "11")) == []
