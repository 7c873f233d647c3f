"""A new region brings members of whom nothing is known: that is no missing feature."""

import numpy as np
import pytest

from checks.base import EVERYONE, Series, Slice
from checks.data.missing import FeatureMissing
from tests.checks.fakes import NORTH, SOUTH, FakeHistory, a_judge, a_schema, daily, wobble

HOME, EAST = Slice((("surface", "home"),)), Slice((("region", "East"),))
NULLS = "feature.null_share:affinity"


def part(where: Slice, usual: float, last: float, n: float = 1000.0) -> Series:
    return daily(NULLS, [*wobble(usual, 28), last], n, where)


def new(where: Slice, value: float, n: float) -> Series:
    """A slice that has come in today."""
    return daily(NULLS, [*([np.nan] * 28), value], [*([0.0] * 28), n], where)


@pytest.mark.parametrize("more", [[], [part(HOME, 0.1, 0.190, 3200.0)]])
def test_d03_stays_quiet_when_all_that_is_missing_came_with_a_new_region(more: list[Series]) -> None:
    old = [part(NORTH, 0.1, 0.1, 2000.0), part(SOUTH, 0.1, 0.1, 2000.0)]
    everyone = part(EVERYONE, 0.1, 0.190, 4440.0)  # a tenth of the rows, all of them without the feature
    history = FakeHistory([everyone, *old, new(EAST, 1.0, 440.0), *more])
    assert FeatureMissing().findings(a_schema(), history, a_judge()) == []


def test_d03_fires_when_more_is_missing_than_a_new_region_brings() -> None:
    everyone = part(EVERYONE, 0.1, 0.45, 4440.0)
    old = [part(NORTH, 0.1, 0.38, 2000.0), part(SOUTH, 0.1, 0.38, 2000.0)]
    history = FakeHistory([everyone, *old, new(EAST, 1.0, 440.0)])
    assert [found.slice for found in FeatureMissing().findings(a_schema(), history, a_judge())] == [EVERYONE]
