"""P04 over-narrowing, P05 new-member quality."""

from checks.base import EVERYONE, Series
from checks.members.narrowing import NARROWNESS, Narrowing
from checks.members.newcomers import NEW, OTHERS, QUALITY, TAKES, Newcomers
from tests.checks.fakes import NORTH, SOUTH, FakeHistory, Happened, a_judge, a_schema, daily, wobble


def test_p04_stays_quiet_while_lists_are_as_broad_as_ever() -> None:
    history = FakeHistory([daily(NARROWNESS, [*wobble(0.8, 29, 0.04), 0.86], 300)])
    assert Narrowing().findings(a_schema(), history, a_judge()) == []


def test_p04_fires_where_lists_have_become_narrow() -> None:
    parts = ((EVERYONE, 1.0, 300), (NORTH, 1.6, 80), (SOUTH, 0.8, 220))
    series = [daily(NARROWNESS, [*wobble(0.8, 29, 0.04), today], n, where) for where, today, n in parts]
    (finding,) = Narrowing().findings(a_schema(), FakeHistory(series), a_judge())
    assert (finding.slice, finding.subject) == (NORTH, "members")
    assert "in region North" in finding.words


def _lists(name: str, new: float, others: float, usual: float = 0.3) -> list[Series]:
    return [
        daily(name + NEW, [*wobble(usual, 29, 0.05, seed=2), new], 150),
        daily(name + OTHERS, [*wobble(usual + 0.1, 29, 0.02), others], 900),
    ]


def test_p05_stays_quiet_while_new_members_are_served_as_ever() -> None:
    assert Newcomers().findings(a_schema(), FakeHistory(_lists(TAKES, 0.28, 0.41)), a_judge()) == []


def test_p05_stays_quiet_when_everyone_takes_less() -> None:
    assert Newcomers().findings(a_schema(), FakeHistory(_lists(TAKES, 0.15, 0.25)), a_judge()) == []


def test_p05_fires_when_new_members_take_less_beside_the_others() -> None:
    history = FakeHistory(_lists(TAKES, 0.08, 0.4))
    (finding,) = Newcomers().findings(a_schema(), history, a_judge())
    told = "8.0 % of new members' lists lead to an outcome, 40 % of the others'; usually 10 points less."
    assert finding.words == told
    history.happened = [Happened("campaign")]
    assert Newcomers().findings(a_schema(), history, a_judge()) == []


def test_p05_fires_when_their_lists_are_ordered_less_well() -> None:
    history = FakeHistory([*_lists(TAKES, 0.3, 0.4), *_lists(QUALITY, 0.35, 0.7, usual=0.6)])
    (finding,) = Newcomers().findings(a_schema(), history, a_judge())
    assert finding.words.startswith("NDCG of new members' lists is 0.35, that of the others' 0.7;")
