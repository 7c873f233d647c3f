"""Newcomers, and all of a new region, are members of whom nothing is known: that is no missing feature."""

import numpy as np
import pytest

from checks.base import EVERYONE, Schema, Series, Slice
from checks.data.missing import FeatureMissing
from tests.checks.fakes import NORTH, SOUTH, FakeHistory, a_judge, a_schema, daily, without, wobble

HOME, EAST = Slice((("surface", "home"),)), Slice((("region", "East"),))
NULLS = "feature.null_share:affinity"
ESTABLISHED = "second.established.feature.null_share:affinity"


def part(where: Slice, usual: float, last: float, n: float = 1000.0, measure: str = NULLS) -> Series:
    return daily(measure, [*wobble(usual, 28), last], n, where)


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


def whole_and_established(among_established: float, rows: float = 900.0) -> FakeHistory:
    """A quarter of North lacks the feature today, where usually a tenth does; so much of its old members' rows."""
    parts = [part(EVERYONE, 0.1, 0.145, 3000.0), part(SOUTH, 0.1, 0.1, 2000.0), part(NORTH, 0.1, 0.25)]
    theirs = part(NORTH, 0.08, among_established, rows, ESTABLISHED)
    return FakeHistory([*parts, theirs])


def test_d03_stays_quiet_when_only_newcomers_lack_more_than_usual() -> None:
    """Ten members of a region joined this week: what is missing of them is not missing of those who were there."""
    assert FeatureMissing().findings(a_schema(), whole_and_established(0.085), a_judge()) == []


@pytest.mark.parametrize(("among_established", "rows"), [(0.24, 900.0), (0.085, 10.0)])
def test_d03_fires_when_old_members_lack_it_too_and_where_there_are_none_to_tell(
    among_established: float, rows: float
) -> None:
    history = whole_and_established(among_established, rows)
    assert [found.slice for found in FeatureMissing().findings(a_schema(), history, a_judge())] == [NORTH]


def test_d03_asks_for_old_members_only_where_it_is_known_who_joined_when() -> None:
    def asked(schema: Schema) -> set[str]:
        return {measure.name for measure in FeatureMissing().measures(schema)}

    assert {NULLS, ESTABLISHED} <= asked(a_schema())
    assert ESTABLISHED not in asked(without(a_schema(), "established"))
