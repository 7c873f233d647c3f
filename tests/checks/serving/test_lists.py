"""S04 list stability, S05 scores consumed are scores emitted."""

import numpy as np

from checks.base import EVERYONE, Series
from checks.serving.consumed import DIFFERS, INVERTED, Consumed
from checks.serving.stability import ALL, SAME, Stability
from tests.checks.fakes import NORTH, SOUTH, FakeHistory, a_judge, a_schema, daily, without, wobble


def _overlap(today: float, name: str = SAME, n: float = 400) -> Series:
    return daily(name, [*wobble(0.5, 29, 0.04), today], n)


def test_s04_stays_quiet_while_lists_change_as_ever() -> None:
    assert Stability().findings(a_schema(), FakeHistory([_overlap(0.47)]), a_judge()) == []


def test_s04_stays_quiet_when_a_new_version_shows_other_items() -> None:
    """No list of the same version to compare with on its first day: nothing is said."""
    history = FakeHistory([daily(SAME, [*wobble(0.5, 29, 0.04), np.nan], [400.0] * 29 + [0.0]), _overlap(0.1, ALL)])
    assert Stability().findings(a_schema(), history, a_judge()) == []


def test_s04_fires_when_lists_are_thrown_over() -> None:
    (finding,) = Stability().findings(a_schema(), FakeHistory([_overlap(0.15)]), a_judge())
    assert finding.title == "Lists change more than usual"
    assert finding.words.startswith("A member's list shares 15 % of its items with the one before, usually 4")


def test_s04_fires_when_lists_are_frozen() -> None:
    (finding,) = Stability().findings(a_schema(), FakeHistory([_overlap(1.0)]), a_judge())
    assert finding.title == "Lists hardly change any more"


def test_s04_fires_where_every_day_has_a_new_version() -> None:
    never = daily(SAME, np.full(30, np.nan), 0)
    (finding,) = Stability().findings(a_schema(), FakeHistory([never, _overlap(0.1, ALL)]), a_judge())
    assert finding.measure == ALL


def _passed(differs: float, inverted: float = 0.1) -> list[Series]:
    return [
        daily(DIFFERS, [*([0.0] * 29), differs], 900),
        daily(INVERTED, [*wobble(0.1, 29, 0.1), inverted], 800),
    ]


def test_s05_stays_quiet_while_scores_arrive_as_emitted() -> None:
    assert Consumed().findings(a_schema(), FakeHistory(_passed(0.001, 0.12)), a_judge()) == []


def test_s05_fires_when_other_scores_are_shown_than_were_emitted() -> None:
    (finding,) = Consumed().findings(a_schema(), FakeHistory(_passed(0.4, 0.4)), a_judge())
    assert finding.title == "What is shown is not what the ranker emitted"


def test_s05_fires_when_lists_are_put_in_another_order() -> None:
    (finding,) = Consumed().findings(a_schema(), FakeHistory(_passed(0.0, 0.45)), a_judge())
    assert finding.words.startswith("45 % of the items shown stand right below one with a lower score, usually 1")


def test_s05_fires_where_the_cache_is_stale() -> None:
    parts = ((EVERYONE, 0.25, 900), (NORTH, 1.0, 225), (SOUTH, 0.0, 675))
    series = [daily(DIFFERS, [*([0.0] * 29), today], n, where) for where, today, n in parts]
    (finding,) = Consumed().findings(a_schema(), FakeHistory(series), a_judge())
    assert finding.slice == NORTH


def test_s05_looks_at_scores_alone_where_positions_are_not_logged() -> None:
    assert [m.name for m in Consumed().measures(without(a_schema(), "passed", "inverted"))] == [DIFFERS]
