"""The shifts of many histograms are those of each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.base import Series, Slice
from checks.block import SeriesBlock
from checks.shift import measure_shift
from checks.shifts import measure_shifts
from tests.checks.fakes import days

MANY = 100


def _histograms(count: int, seed: int) -> list[Series]:
    rng = np.random.default_rng(seed)
    made = []
    for i in range(count):
        usual = rng.dirichlet(np.ones(8))
        rows = rng.poisson(rng.choice([2, 80, 900]), 40)
        values = np.array([rng.multinomial(size, usual) for size in rows], dtype=float)
        if rng.random() < 0.3:
            values[-1] = np.roll(values[-1], 3)
        if rng.random() < 0.3:
            values[rng.random(40) < 0.3] = np.nan
        made.append(Series("h", Slice((("title", f"t{i:04}"),)), days(40), values, np.nansum(values, axis=1)))
    return made


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([100, 200]), st.sampled_from([2, 5, MANY]))
def test_shifts_of_many_are_those_of_each(seed: int, least: int, count: int) -> None:
    series = _histograms(count, seed)
    each = {one.slice: shift for one in series if (shift := measure_shift(one, least)) is not None}
    many = measure_shifts(series, least)
    assert isinstance(many.distances, SeriesBlock)
    assert [one.slice for one in many.distances] == list(each)
    for place, one in enumerate(many.distances):
        shift = each[one.slice]
        np.testing.assert_allclose(one.values, shift.distances.values, atol=1e-7)
        assert (many.psi[place], many.n[place]) == pytest.approx((shift.psi, shift.distances.n[-1]))
        assert many.of(one.slice).psi == shift.psi


def test_one_histogram_is_measured_by_itself_with_the_same_answer() -> None:
    series = _histograms(MANY, 5)
    few, many = measure_shifts(series[:1]), measure_shifts(series)
    assert isinstance(few.distances, list)
    slices = [one.slice for one in few.distances]
    assert slices == [one.slice for one in many.distances][: len(slices)]
    assert few.psi.tolist() == pytest.approx(many.psi[: len(slices)].tolist())
    moved = few.where(few.psi > 1)
    assert [one.slice for one in moved.distances] == [
        where for where, psi in zip(slices, few.psi, strict=True) if psi > 1
    ]


def test_numbers_that_are_no_histograms_have_no_shift() -> None:
    numbers = [Series("m", one.slice, one.windows, one.n, one.n) for one in _histograms(MANY, 6)]
    assert len(measure_shifts(numbers).distances) == 0
