"""I01 where several titles are in their first windows: is it a title's trouble, or that of launches?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from checks.base import EVERYONE, Finding, Series, Slice
from checks.events import Launch
from checks.items.cold_start import ColdStart
from checks.starts import EXPOSURE
from tests.checks.fakes import DAY, START, FakeHistory, a_judge, a_schema, daily

WHOLE = {"has_artwork": True}
LAST = 30
Shown = Callable[[int, float], float]  # what becomes of a launch (its number) of which so much is usual


def launches(today: Shown, every: int = 2, extra: int = 0, bare: int | None = None) -> list[Finding]:
    """A title launched every other day, each shown about 40 times a day since; then this is what is shown today.

    `extra` more are launched today; `bare` is the number of one without artwork.
    """
    rng = np.random.default_rng(1)
    series: list[Series] = [daily(EXPOSURE, np.full(LAST + 1, 2000.0), 2000)]
    launched = []
    for number, day in enumerate([*range(0, LAST + 1, every), *[LAST] * extra]):
        values = np.full(LAST + 1, np.nan)
        values[day:] = rng.poisson(40, LAST + 1 - day)
        values[LAST] = today(number, values[LAST])
        series.append(daily(EXPOSURE, values, 2000, Slice((("item_id", f"i{number}"),))))
        facts = {"has_artwork": number != bare}
        launched.append(Launch(f"i{number}", f"Title {number}", START + day * DAY, facts))
    return list(ColdStart().findings(a_schema(), FakeHistory(series, launched=launched), a_judge()))


def test_i01_says_that_launches_are_not_shown_when_all_titles_in_their_first_week_lose_their_place_at_once() -> None:
    together, *each = launches(lambda number, usual: 1.0)
    assert (together.subject, together.slice, together.onset) == ("items", EVERYONE, START + LAST * DAY)
    assert together.title == "Launched titles are hardly shown"
    assert "The 4 titles launched within the last 7 windows were shown 4 times" in together.words
    assert together.data["titles"] == [f"Title {number} (i{number})" for number in (12, 13, 14, 15)]
    assert [one.subject for one in each] == ["item:i15"]  # the others had their first days


def test_i01_names_the_one_title_that_is_not_shown_while_the_other_launches_are() -> None:
    [finding] = launches(lambda number, usual: 0.0 if number == 15 else usual)
    assert finding.subject == "item:i15"


def test_i01_names_the_title_when_it_is_the_only_launch_there_is() -> None:
    found = launches(lambda number, usual: 0.0 if number == 3 else usual, every=10)
    assert "items" not in [one.subject for one in found]


def test_i01_puts_no_title_without_artwork_to_the_account_of_launches() -> None:
    found = launches(lambda number, usual: 0.0 if number in (14, 15) else usual, bare=15)
    assert "items" not in [one.subject for one in found]


def test_i01_stays_quiet_when_many_launched_at_once_share_the_place_of_new_titles() -> None:
    found = launches(lambda number, usual: 160 / 24 if number >= 12 else usual, extra=20)
    assert "items" not in [one.subject for one in found]


def test_i01_stays_quiet_about_launches_that_go_as_ever_or_better() -> None:
    assert launches(lambda number, usual: usual) == []
    assert launches(lambda number, usual: 2 * usual) == []
