"""S07 position curve."""

import numpy as np

from checks.base import EVERYONE, Series, Slice
from checks.serving.positions import CLICKED, FIRSTS, GAPS, PLACES, SHOWN, STARTS, Positions
from tests.checks.fakes import NORTH, SOUTH, FakeHistory, a_judge, a_schema, daily, wobble

LISTS, LENGTH = 900, 12


def _firsts(today: dict[float, float], where: Slice = EVERYONE, lists: int = LISTS) -> Series:
    """Lists that all begin at 1, but today's at these positions (share by position)."""
    counts = np.zeros((30, len(STARTS) + 1))
    counts[:-1, STARTS.index(1.0)] = lists
    for position, share in today.items():
        counts[-1, int(np.searchsorted(STARTS, position))] = share * lists
    return daily(FIRSTS, counts, lists, where)


def _curve(rates: np.ndarray, length: int = LENGTH, seed: int = 3) -> list[Series]:
    """Impressions and clicks by position for 29 usual days, then one of these click rates and this list length."""
    rng = np.random.default_rng(seed)
    usual = 0.2 / (1 + 0.15 * np.arange(LENGTH))
    shown, clicked = np.zeros((30, len(PLACES) + 1)), np.zeros((30, len(PLACES) + 1))
    for day in range(30):
        chance = usual if day < 29 else rates
        for at in range(LENGTH if day < 29 else length):
            bin_ = int(np.searchsorted(PLACES, at + 1))
            shown[day, bin_] += LISTS
            clicked[day, bin_] += rng.binomial(LISTS, chance[at])
    return [daily(SHOWN, shown, shown.sum(axis=1)), daily(CLICKED, clicked, clicked.sum(axis=1))]


USUAL = 0.2 / (1 + 0.15 * np.arange(LENGTH))


def test_s07_stays_quiet_while_positions_and_clicks_are_as_ever() -> None:
    history = FakeHistory([_firsts({1.0: 0.99, 2.0: 0.01}), daily(GAPS, wobble(0.01, 30), LISTS), *_curve(USUAL)])
    assert Positions().findings(a_schema(), history, a_judge()) == []


def test_s07_stays_quiet_when_there_are_fewer_clicks_or_shorter_lists_with_the_same_curve() -> None:
    assert Positions().findings(a_schema(), FakeHistory(_curve(USUAL * 0.5)), a_judge()) == []
    assert Positions().findings(a_schema(), FakeHistory(_curve(USUAL, length=8)), a_judge()) == []


def test_s07_fires_when_positions_are_logged_off_by_one() -> None:
    for first in (0.0, 2.0):
        (finding,) = Positions().findings(a_schema(), FakeHistory([_firsts({first: 1.0})]), a_judge())
        assert finding.title == f"Positions begin at {first:.0f}"
        assert finding.words == "100 % of lists begin at another position than 1, usually 0 %."
        assert finding.subject == "positions"


def test_s07_fires_where_only_one_client_counts_otherwise() -> None:
    parts = [_firsts({1.0: 0.75, 0.0: 0.25}), _firsts({0.0: 1.0}, NORTH, 225), _firsts({1.0: 1.0}, SOUTH, 675)]
    (finding,) = Positions().findings(a_schema(), FakeHistory(parts), a_judge())
    assert finding.slice == NORTH


def test_s07_fires_when_positions_are_missing_in_between() -> None:
    history = FakeHistory([_firsts({1.0: 1.0}), daily(GAPS, [*wobble(0.01, 29), 0.4], LISTS)])
    (finding,) = Positions().findings(a_schema(), history, a_judge())
    assert finding.title == "Positions are missing"


def test_s07_fires_when_the_page_hides_the_end_of_the_list() -> None:
    hidden = np.where(np.arange(LENGTH) < 5, USUAL, 0.004)
    (finding,) = Positions().findings(a_schema(), FakeHistory(_curve(hidden)), a_judge())
    assert finding.title == "Clicks fall off with position in another way"
    assert "positions 6 to 8 draw" in finding.words
