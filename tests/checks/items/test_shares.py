"""I02 production bias, I04 concentration, I06 audience reach."""

from checks.base import Severity, Slice
from checks.items.concentration import EFFECTIVE, GINI, HEAD, Concentration
from checks.items.production_bias import BIAS, ProductionBias
from checks.items.reach import REACHED, AudienceReach
from tests.checks.fakes import FakeHistory, a_judge, a_schema, daily, wobble

CHILDREN = Slice((("audience", "age_group=child"),))
DRAMA, HORROR = Slice((("genre", "Drama"),)), Slice((("genre", "Horror"),))


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


def test_i06_fires_for_the_audience_that_is_no_longer_reached() -> None:
    whole = daily(REACHED, [*wobble(0.7, 30), 0.4], 300)
    series = [whole, daily(REACHED, [*wobble(0.7, 30), 0.4], 300, CHILDREN)]
    (found,) = AudienceReach().findings(a_schema(), FakeHistory(series), a_judge())
    assert found.title == "Titles for age group child reach fewer of them"
    assert found.slice.key == "age_group=child"


def test_i06_stays_quiet_when_an_audience_is_reached_as_ever() -> None:
    series = [daily(REACHED, [*wobble(0.7, 30), 0.69], 300, CHILDREN)]
    assert AudienceReach().findings(a_schema(), FakeHistory(series), a_judge()) == []
