"""I01 cold start, I03 catalogue coverage."""

import numpy as np

from checks.base import Series, Slice
from checks.events import Launch
from checks.items.cold_start import ColdStart
from checks.items.coverage import Coverage
from checks.mix import SHOWN
from checks.starts import EXPOSURE
from tests.checks.fakes import DAY, START, FakeHistory, a_judge, a_schema, daily, wobble

FACTS = {"has_artwork": True, "owner": "catalogue team"}


def _launches(last: float, facts: dict[str, object] | None = None) -> FakeHistory:
    """A title launched every other day, each shown about 30 times a day since; the last one today, so many times."""
    rng = np.random.default_rng(1)
    series: list[Series] = [daily(EXPOSURE, np.full(31, 2000.0), 2000)]
    launched = []
    for number, day in enumerate(range(0, 31, 2)):
        values = np.full(31, np.nan)
        values[day:] = rng.poisson(30, 31 - day) + 5.0
        if day == 30:
            values[day] = last
        series.append(daily(EXPOSURE, values, 2000, Slice((("item_id", f"i{number}"),))))
        known = facts if facts and day == 30 else FACTS
        launched.append(Launch(f"i{number}", f"Title {number}", START + day * DAY, known))
    return FakeHistory(series, launched=launched)


def test_i01_stays_quiet_when_a_launch_goes_like_the_others() -> None:
    assert ColdStart().findings(a_schema(), _launches(28), a_judge()) == []
    assert ColdStart().findings(a_schema(), _launches(90), a_judge()) == []


def test_i01_fires_for_a_title_that_is_never_shown_and_says_what_it_lacks() -> None:
    (finding,) = ColdStart().findings(a_schema(), _launches(0, {"has_artwork": False}), a_judge())
    assert finding.subject == "item:i15"
    assert finding.data["set_up"] == "no artwork"
    assert finding.words.endswith("its set-up has no artwork.")
    assert finding.onset == START + 30 * DAY


def test_i01_fires_without_a_reason_when_the_set_up_is_whole() -> None:
    (finding,) = ColdStart().findings(a_schema(), _launches(0), a_judge())
    assert finding.data["set_up"] == ""
    assert finding.data["title"] == "Title 15"


def test_i03_stays_quiet_while_as_many_titles_are_shown_and_when_more_are() -> None:
    for today in (590, 900):
        history = FakeHistory([daily(SHOWN, [*wobble(600), today])])
        assert Coverage().findings(a_schema(), history, a_judge()) == []


def test_i03_fires_when_most_titles_are_gone() -> None:
    (finding,) = Coverage().findings(a_schema(), FakeHistory([daily(SHOWN, [*wobble(600), 150])]), a_judge())
    assert finding.subject == "items"
    assert finding.words.startswith("150 titles were shown")
