"""I05 established items."""

import numpy as np
import pytest

from checks.base import EVERYONE, Series, Slice
from checks.events import Launch, Release
from checks.items.established import SHOWN, EstablishedItems
from checks.judge import HistoryJudge
from checks.mix import VERSIONS
from tests.checks.fakes import BUDGET, DAY, START, FakeHistory, Happened, a_judge, a_schema, daily, wobble

ITEMS, DAYS = 50, 45


def item(number: int, values: list[float]) -> Series:
    return daily(SHOWN, np.round(values), np.round(values), Slice((("item_id", f"i{number}"),)))


def shown(last: float, happened: Happened | None = None, *more: Series) -> FakeHistory:
    """Ten items of about 100 impressions a day, the first of them with `last` today."""
    items = [item(n, [*wobble(100, 44, seed=n), last if n == 0 else 101.0]) for n in range(10)]
    whole = daily(SHOWN, np.full(DAYS, 1000.0), 1000)
    return FakeHistory([whole, *items, *more], happened=[happened] if happened else [])


def small(lasting: int, left: float = 0.12, seed: int = 1, varies: float = 0.04, others: float = 0.0) -> FakeHistory:
    """Fifty items of twenty impressions a day, as the busiest of a small shop; the first keeps `left` of its own in the
    last days. `varies`: the relative variance of each item's rate from day to day; `others`: more of it on those days.
    """
    rng = np.random.default_rng(seed)
    rates = 20 * rng.gamma(1 / varies, varies, (ITEMS, DAYS))
    rates[0, DAYS - lasting :] *= left
    if others:
        rates[:, DAYS - lasting :] *= rng.gamma(1 / others, others, (ITEMS, 1))
    counts = rng.poisson(rates).astype(float)
    return FakeHistory([daily(SHOWN, np.full(DAYS, 2000.0), 2000), *map(item, range(ITEMS), counts.tolist())])


def cut(history: FakeHistory, days: int) -> FakeHistory:
    """The same history when so many of its days had not passed yet."""
    return FakeHistory([daily(one.measure, one.values[: DAYS - days], 2000, one.slice) for one in history.given])


def serving(versions: list[str]) -> list[Series]:
    """Which version served everything, day by day; None before the last so many days: the first of them."""
    days = [versions[0]] * (DAYS - len(versions)) + versions
    each = [
        daily(VERSIONS, np.where(np.array(days) == name, 2000.0, np.nan), 2000, Slice((("model_version", name),)))
        for name in sorted(set(days))
    ]
    return [daily(VERSIONS, np.full(DAYS, 2000.0), 2000), *each]


def told(history: FakeHistory, judge: HistoryJudge | None = None) -> list[str]:
    found = EstablishedItems().findings(a_schema(), history, judge or a_judge())
    return [finding.subject for finding in found]


@pytest.mark.parametrize(
    ("last", "how"), [(0.0, "not shown any more"), (12.0, "hardly shown any more"), (420.0, "more")]
)
def test_i05_fires_for_an_item_that_everybody_knew(last: float, how: str) -> None:
    (found,) = EstablishedItems().findings(a_schema(), shown(last), a_judge())
    assert found.subject == "item:i0"
    assert how in found.title


def test_i05_stays_quiet_within_ordinary_ups_and_downs() -> None:
    assert told(shown(70.0)) == []


def test_i05_fires_for_a_small_item_when_two_or_three_days_together_leave_no_doubt() -> None:
    whole = small(lasting=3)
    assert told(whole) == ["item:i0"]
    assert told(cut(whole, 2)) == []  # one day of two where twenty are usual: of fifty items that happens
    (found,) = EstablishedItems().findings(a_schema(), whole, a_judge())
    assert found.onset >= whole.windows[-3].start
    assert "windows; its usual share makes" in found.words


def test_i05_stays_quiet_about_fifty_small_items_on_many_ordinary_days() -> None:
    for seed in range(10, 14):
        history = small(lasting=0, seed=seed, varies=0.08)
        assert [told(cut(history, days)) for days in range(5)] == [[]] * 5


def test_i05_stays_quiet_about_one_item_when_all_have_just_been_shuffled() -> None:
    assert told(small(lasting=3, left=0.2)) == ["item:i0"]
    assert told(small(lasting=3, left=0.2, others=0.3)) == []


def test_i05_stays_quiet_when_everything_is_shown_less_alike() -> None:
    quiet = small(lasting=0)
    day = np.array([*np.ones(DAYS - 1), 0.4])
    fewer = [daily(one.measure, np.round(one.values * day), 2000, one.slice) for one in quiet.given]
    assert told(FakeHistory(fewer)) == []


def test_i05_goes_on_telling_of_an_item_for_as_long_as_its_fall_is_known_to_last() -> None:
    history = small(lasting=9)
    bad = frozenset(window.start for window in history.windows[-9:-1])
    known = HistoryJudge(BUDGET, known={(SHOWN, "item_id=i0"): bad})
    assert told(history, known) == ["item:i0"]


def test_i05_stays_quiet_about_what_somebody_did_to_that_very_item() -> None:
    pinned = Happened("config", subject="item:i0", words="pinned to the top")
    assert told(shown(500.0, pinned)) == []


def test_i05_remembers_what_was_done_to_an_item_when_its_fall_began() -> None:
    history = small(lasting=3)
    history.happened = [Happened("config", history.windows[-3].start, "item:i0", "demoted")]
    assert told(history) == []
    history.happened = [Happened("config", history.windows[-20].start, "item:i0", "pinned")]
    assert told(history) == ["item:i0"]


def test_i05_stays_quiet_when_a_new_version_thinks_less_of_an_item_and_fires_when_it_drops_it() -> None:
    releases = [Release("ranker", str(n), START + n * 44 * DAY) for n in range(2)]
    for last, many in ((20.0, 0), (0.0, 1)):
        history = shown(last, None, *serving(["0", "1"]))
        history.released = releases
        assert len(told(history)) == many


@pytest.mark.parametrize(
    ("versions", "said"),
    [
        (["0", "1", "1", "1"], []),  # it fell the day the version came
        (["0", "0", "1", "1", "1", "1"], ["item:i0"]),  # the version had shown it as ever
        (["0", "0", "0", "1"], ["item:i0"]),  # it had fallen before
    ],
)
def test_i05_blames_a_new_version_only_for_what_fell_when_it_came(versions: list[str], said: list[str]) -> None:
    history = small(lasting=3)
    history.given = [*history.given, *serving(versions)]
    assert told(history) == said


def test_i05_stays_quiet_about_items_too_small_or_too_young_to_know() -> None:
    rare = item(20, [*np.tile([0.0, 1.0, 2.0, 0.0], 11), 0.0])
    young = item(21, [*([float("nan")] * 35), *wobble(100, 9), 0.0])
    assert told(shown(100.0, None, rare, young)) == []


def test_i05_stays_quiet_when_a_launch_is_no_longer_shown_to_everybody() -> None:
    fresh = item(30, [*np.zeros(24), *wobble(90, 18), 9.0, 8.0, 9.0])
    history = shown(100.0, None, fresh)
    assert told(history) == ["item:i30"]
    history.launched = [Launch("i30", "A launch", START + 24 * DAY)]
    assert told(history) == []


def test_i05_says_nothing_where_rows_of_all_items_are_missing() -> None:
    history = shown(0.0)
    whole = next(one for one in history.given if one.slice == EVERYONE)
    history.given = [daily(SHOWN, [*whole.values[:-1], 300.0], 1000), *history.given[1:]]
    assert told(history) == []
