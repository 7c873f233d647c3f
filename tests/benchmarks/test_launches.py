"""The benchmark of launches foretells each half-year from those before it, beside the simple ways."""

from __future__ import annotations

from benchmarks.launches import halves, make_launches


def test_each_half_is_foretold_from_the_ones_before_and_better_than_by_means() -> None:
    done = halves(make_launches(600))
    assert [start.month for start, _ in done] == [1, 7]
    for _, half in done:
        assert half.launches > 100
        assert all(half.predictor.mae < other.mae for other in half.baselines.values())
