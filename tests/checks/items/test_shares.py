"""I02 production bias, I04 concentration, I05 established items, I06 audience reach."""

import numpy as np
import pytest

from checks.base import Series, Severity, Slice
from checks.events import Release
from checks.items.concentration import EFFECTIVE, GINI, HEAD, Concentration
from checks.items.established import SHOWN, EstablishedItems
from checks.items.production_bias import BIAS, ProductionBias
from checks.items.reach import REACHED, AudienceReach
from checks.mix import VERSIONS
from tests.checks.fakes import DAY, START, FakeHistory, Happened, a_judge, a_schema, daily, wobble

CHILDREN = Slice((("audience", "age_group=child"),))
DRAMA, HORROR = Slice((("genre", "Drama"),)), Slice((("genre", "Horror"),))


def item(number: int, values: list[float]) -> Series:
    return daily(SHOWN, np.round(values), np.round(values), Slice((("item_id", f"i{number}"),)))


def shown(last: float, happened: Happened | None = None, *more: Series) -> FakeHistory:
    """Ten items of about 100 impressions a day, the first of them with `last` today."""
    items = [item(n, [*wobble(100, 30, seed=n), last if n == 0 else 101.0]) for n in range(10)]
    whole = daily(SHOWN, np.full(31, 1000.0), 1000)
    return FakeHistory([whole, *items, *more], happened=[happened] if happened else [])


def test_i02_stays_quiet_about_a_gap_that_was_always_there() -> None:
    series = [daily(BIAS, [*wobble(0.08, 30), 0.081], 400), daily(BIAS, [*wobble(0.1, 30), 0.1], 100, HORROR)]
    assert ProductionBias().findings(a_schema(), FakeHistory(series), a_judge()) == []


def test_i02_fires_for_the_genre_that_chance_serves_better() -> None:
    series = [
        daily(BIAS, [*wobble(0.01, 30), 0.02], 4000),
        daily(BIAS, [*wobble(0.01, 30), 0.01], 3000, DRAMA),
        daily(BIAS, [*wobble(0.01, 30), 0.15], 1000, HORROR),
    ]
    (found,) = ProductionBias().findings(a_schema(), FakeHistory(series), a_judge())
    assert found.title == "Items of Horror are under-served"


def test_i04_fires_when_the_same_impressions_go_to_fewer_items() -> None:
    series = [daily(EFFECTIVE, [*wobble(120, 30), 60.0], 2000), daily(GINI, [*wobble(0.4, 30), 0.7], 2000)]
    (found,) = Concentration().findings(a_schema(), FakeHistory(series), a_judge())
    assert found.words.startswith("Impressions are spread as over 60 items shown equally often, usually 1")
    assert "(Gini 0.7)" in found.words
    assert found.severity is Severity.critical  # half of them


def test_i04_fires_for_the_head_alone_where_the_effective_size_holds() -> None:
    series = [daily(EFFECTIVE, [*wobble(120, 30), 118.0], 2000), daily(HEAD, [*wobble(0.3, 30), 0.5], 2000)]
    (found,) = Concentration().findings(a_schema(), FakeHistory(series), a_judge())
    assert found.title == "The most shown titles are shown still more"


def test_i04_stays_quiet_when_more_items_share_it() -> None:
    series = [daily(EFFECTIVE, [*wobble(120, 30), 190.0], 2000), daily(HEAD, [*wobble(0.3, 30), 0.2], 2000)]
    assert Concentration().findings(a_schema(), FakeHistory(series), a_judge()) == []


@pytest.mark.parametrize(
    ("last", "how"), [(0.0, "not shown any more"), (12.0, "hardly shown any more"), (420.0, "more")]
)
def test_i05_fires_for_an_item_that_everybody_knew(last: float, how: str) -> None:
    (found,) = EstablishedItems().findings(a_schema(), shown(last), a_judge())
    assert found.subject == "item:i0"
    assert how in found.title


def test_i05_stays_quiet_within_ordinary_ups_and_downs() -> None:
    assert EstablishedItems().findings(a_schema(), shown(70.0), a_judge()) == []


def test_i05_stays_quiet_about_what_somebody_did_to_that_very_item() -> None:
    pinned = Happened("config", subject="item:i0", words="pinned to the top")
    assert EstablishedItems().findings(a_schema(), shown(500.0, pinned), a_judge()) == []


def test_i05_stays_quiet_when_a_new_version_thinks_less_of_an_item_and_fires_when_it_drops_it() -> None:
    served = [np.full(31, 1000.0), np.full(31, np.nan)]
    served[0][-1], served[1][-1] = np.nan, 1000.0
    versions = [daily(VERSIONS, v, 1000, Slice((("model_version", str(n)),))) for n, v in enumerate(served)]
    releases = [Release("ranker", str(n), START + n * 30 * DAY) for n in range(2)]
    for last, many in ((20.0, 0), (0.0, 1)):
        history = shown(last, None, *versions)
        history.released = releases
        assert len(EstablishedItems().findings(a_schema(), history, a_judge())) == many


def test_i05_stays_quiet_about_items_too_small_or_too_young_to_know() -> None:
    small = item(20, [*wobble(7, 30), 0.0])
    young = item(21, [*([float("nan")] * 20), *wobble(100, 10), 0.0])
    assert EstablishedItems().findings(a_schema(), shown(100.0, None, small, young), a_judge()) == []


def test_i06_fires_for_the_audience_that_is_no_longer_reached() -> None:
    whole = daily(REACHED, [*wobble(0.7, 30), 0.4], 300)
    series = [whole, daily(REACHED, [*wobble(0.7, 30), 0.4], 300, CHILDREN)]
    (found,) = AudienceReach().findings(a_schema(), FakeHistory(series), a_judge())
    assert found.title == "Titles for age group child reach fewer of them"
    assert found.slice.key == "age_group=child"


def test_i06_stays_quiet_when_an_audience_is_reached_as_ever() -> None:
    series = [daily(REACHED, [*wobble(0.7, 30), 0.69], 300, CHILDREN)]
    assert AudienceReach().findings(a_schema(), FakeHistory(series), a_judge()) == []
