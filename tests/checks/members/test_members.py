"""P01 low-ranked choices, P02 not-retrieved choices, P03 engagement."""

import numpy as np

from checks.base import EVERYONE, Series, Severity, Slice
from checks.choosing import ABSENT, ABSENT_BY_GENRE, LOW
from checks.members.engagement import CLICKS, TAKES, Engagement
from checks.members.low_ranked import LowRankedChoices
from checks.members.not_retrieved import NotRetrievedChoices
from tests.checks.fakes import NORTH, SOUTH, FakeHistory, Happened, a_judge, a_schema, daily, without, wobble

HORROR, DRAMA = (Slice((("genre", name),)) for name in ("Horror", "Drama"))


def test_p01_stays_quiet_while_people_choose_as_ever() -> None:
    series = [daily(LOW, wobble(0.2, 30, 0.1), 300), daily(ABSENT, wobble(0.1, 30, 0.1), 300)]
    assert LowRankedChoices().findings(a_schema(), FakeHistory(series), a_judge()) == []


def test_p01_fires_when_choices_were_not_foreseen() -> None:
    series = daily(LOW, [*wobble(0.2, 29, 0.1), 0.6], 300)
    (finding,) = LowRankedChoices().findings(a_schema(), FakeHistory([series]), a_judge())
    assert finding.direction == "up"
    assert "60 % of choices were ranked below 10, usually 21 %" in finding.words


def test_p01_fires_when_low_and_not_retrieved_together_tell_what_neither_tells_alone() -> None:
    low, absent = daily(LOW, [*wobble(0.2, 29, 0.02), 0.29], 900), daily(ABSENT, [*wobble(0.2, 29, 0.02), 0.24], 900)
    history = FakeHistory([low, absent])
    (finding,) = LowRankedChoices().findings(a_schema(), history, a_judge())
    assert "53 % of choices were ranked below 10 or not retrieved" in finding.words
    assert NotRetrievedChoices().findings(a_schema(), history, a_judge()) == []


def test_p01_leaves_to_p02_what_was_not_retrieved() -> None:
    history = FakeHistory([daily(LOW, wobble(0.2, 30, 0.1), 300), daily(ABSENT, [*wobble(0.1, 29, 0.1), 0.6], 300)])
    assert LowRankedChoices().findings(a_schema(), history, a_judge()) == []
    assert len(NotRetrievedChoices().findings(a_schema(), history, a_judge())) == 1


def test_p02_stays_quiet_while_people_search_as_ever() -> None:
    series = [daily(ABSENT, wobble(0.1, 30, 0.2), 300), daily(ABSENT_BY_GENRE, wobble(0.1, 30, 0.3), 80, HORROR)]
    assert NotRetrievedChoices().findings(a_schema(), FakeHistory(series), a_judge()) == []


def test_p02_fires_in_the_region_whose_members_must_search() -> None:
    parts = ((EVERYONE, 0.2, 600), (NORTH, 0.5, 150), (SOUTH, 0.1, 450))
    series = [daily(ABSENT, [*wobble(0.1, 29, 0.1), today], n, where) for where, today, n in parts]
    (finding,) = NotRetrievedChoices().findings(a_schema(), FakeHistory(series), a_judge())
    assert (finding.slice, finding.subject) == (NORTH, "choices")
    assert "50 % of choices in region North were of items that were no candidates" in finding.words


def test_p02_fires_for_the_genre_that_is_no_longer_retrieved() -> None:
    everyone = daily(ABSENT, [*wobble(0.1, 29, 0.1), 0.22], 600)
    parts = ((EVERYONE, 0.22, 600), (HORROR, 0.7, 120), (DRAMA, 0.1, 480))
    by_genre = [daily(ABSENT_BY_GENRE, [*wobble(0.1, 29, 0.1), today], n, where) for where, today, n in parts]
    history = FakeHistory([everyone, *by_genre], shares={HORROR: 0.0})
    (finding,) = NotRetrievedChoices().findings(a_schema(), history, a_judge())
    assert finding.slice == HORROR
    assert finding.severity == Severity.medium  # of a fifth of the choices, six in ten more


def test_p02_needs_no_catalogue() -> None:
    names = [measure.name for measure in NotRetrievedChoices().measures(without(a_schema(), "wanted"))]
    assert names == [ABSENT]


def _engagement(takes: float, clicks: float) -> list[Series]:
    return [
        daily(TAKES, [*wobble(0.4, 29, 0.03), takes], 900),
        daily(CLICKS, [*wobble(0.05, 29, 0.03), clicks], 9000),
    ]


def test_p03_stays_quiet_while_lists_lead_to_as_much_as_ever() -> None:
    assert Engagement().findings(a_schema(), FakeHistory(_engagement(0.38, 0.048)), a_judge()) == []


def test_p03_fires_once_when_fewer_lists_lead_to_anything() -> None:
    (finding,) = Engagement().findings(a_schema(), FakeHistory(_engagement(0.2, 0.025)), a_judge())
    assert finding.words == "20 % of lists led to an outcome, usually 40 %."


def test_p03_fires_when_only_the_clicks_per_list_have_fallen() -> None:
    (finding,) = Engagement().findings(a_schema(), FakeHistory(_engagement(0.39, 0.03)), a_judge())
    assert finding.title == "Fewer impressions lead to anything"


def test_p03_says_nothing_of_a_window_without_outcomes_or_of_a_campaign() -> None:
    """No outcome at all is the log's trouble; a campaign brings people who behave otherwise."""
    assert Engagement().findings(a_schema(), FakeHistory(_engagement(0.0, 0.0)), a_judge()) == []
    campaign = FakeHistory(_engagement(0.2, 0.025), happened=[Happened("campaign")])
    assert Engagement().findings(a_schema(), campaign, a_judge()) == []


def test_series_of_another_length_of_history_do_not_break_the_sum() -> None:
    short = daily(ABSENT, np.full(30, np.nan), 0)
    assert (
        LowRankedChoices().findings(a_schema(), FakeHistory([daily(LOW, wobble(0.2, 30), 300), short]), a_judge()) == []
    )
