"""The quick look at many series never clears what the judge would call abnormal, and clears nearly all that is well."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from checks.base import EVERYONE, Direction, Kind, Series, Slice, Window
from checks.baseline import fit, spread_of
from checks.baselines import fit_all, median_of, spreads_of
from checks.block import SeriesBlock
from checks.budget import Budget
from checks.evidence import Judged, find_abnormal, judge_all, narrow
from checks.judge import HistoryJudge
from checks.reference import is_judgeable, usual_windows
from checks.rhythm import Rhythm
from checks.scales import TOGETHER
from checks.screen import Screen
from checks.sifted import FEW, Sifted
from checks.view import View
from tests.checks.fakes import DAY, START, days

Numbers = NDArray[np.float64]
KINDS: tuple[Kind, ...] = ("count", "rate", "share", "mean", "age", "quantity")
DIRECTIONS: tuple[tuple[Direction, ...], ...] = (("up",), ("down",), ("up", "down"))
TIGHT, LOOSE = Budget(1.0, DAY, 450_000, 8_000.0), Budget(30.0, DAY, 20, 10.0)


def _of(kind: Kind, level: Numbers, rng: np.random.Generator, n: Numbers) -> Numbers:
    """Values of a kind around a level that is 1 where all is well."""
    if kind == "count":
        return np.asarray(rng.poisson(np.maximum(rng.choice([0.5, 3, 20, 400, 20_000]) * level, 0)), dtype=float)
    if kind in TOGETHER:
        hits = rng.binomial(n.astype(int), np.clip(rng.choice([0.0, 0.01, 0.2, 0.6]) * level, 0, 1))
        return np.asarray(hits / np.maximum(n, 1))
    noise = 1 + rng.choice([0, 0.002, 0.03, 0.3]) * rng.standard_t(4, len(level))
    return np.asarray(level * noise * rng.choice([0.02, 1.0, 900.0]) * (rng.choice([-1, 1]) if kind == "mean" else 1))


def _level(length: int, rng: np.random.Generator) -> Numbers:
    """Weekdays, growth, decay, and every way to go wrong, mixed at random."""
    at = np.arange(length)
    level = np.exp(rng.choice([0, 0, 0.02, -0.02, 0.08]) * at) * np.where(at % 7 < 2, rng.choice([1, 1, 0.5, 3]), 1.0)
    since = length - int(rng.choice([1, 1, 2, 3, 5, 8, 15]))
    gone = rng.choice(["well", "step", "step", "nothing", "spike", "slope", "now and then"])
    size = float(np.exp(rng.normal(0, 0.8)))
    if gone == "step":
        level[since:] *= size
    elif gone == "nothing":
        level[since:] = 0
    elif gone == "spike":
        level[int(rng.integers(length))] *= 20
    elif gone == "slope":
        level *= 1 + (size - 1) * np.clip((at - since + 20) / 20, 0, None)
    elif gone == "now and then":
        level[since::2] *= size
    return np.asarray(level)


def _one(kind: Kind, windows: tuple[Window, ...], number: int, rng: np.random.Generator) -> Series:
    length = len(windows)
    n = np.round(rng.choice([5.0, 60, 900, 50_000]) * np.exp(rng.normal(0, rng.choice([0, 0.3]), length)))
    values = _of(kind, _level(length, rng), rng, n)
    if rng.random() < 0.3:
        values[rng.random(length) < rng.choice([0.03, 0.3, 0.8])] = np.nan
    if rng.random() < 0.2:
        values[: length - int(rng.integers(1, length))] = np.nan
    if rng.random() < 0.1:
        values[:] = np.round(values, 1)  # few different ones
    where = Slice((("region", f"r{number}"),)) if number else EVERYONE
    return Series("measure", where, windows, values, n)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    kind=st.sampled_from(KINDS),
    directions=st.sampled_from(DIRECTIONS),
    floor=st.sampled_from([0.0, 0.02, 0.1, 0.3]),
    relative=st.booleans(),
    hours=st.sampled_from([24, 24, 6]),
    count=st.sampled_from([16, 30, 45, 60]),
    budget=st.sampled_from([TIGHT, LOOSE]),
)
def test_what_the_screen_clears_the_judge_finds_healthy_too(
    seed: int,
    kind: Kind,
    directions: tuple[Direction, ...],
    floor: float,
    relative: bool,
    hours: int,
    count: int,
    budget: Budget,
) -> None:
    rng = np.random.default_rng(seed)
    windows = _windows(count, hours)
    series = [_one(kind, windows, i, rng) for i in range(30)]
    known = {
        ("measure", one.slice.key): frozenset(w.start for w in windows[-int(rng.integers(2, 18)) : -1])
        for one in series[1:4]
    }
    judge = HistoryJudge(budget, 14, ZoneInfo("Europe/Berlin"), known)
    block = SeriesBlock.of(series)
    assert block is not None
    screened = Screen(judge, kind, directions, floor, relative).look(block)
    for i, one in enumerate(series):
        verdict = judge.judge(one, kind, directions=directions, floor=floor, relative=relative)
        assert (verdict is not None) == screened.judgeable[i], i
        if not screened.suspicious[i]:
            assert verdict is None or not verdict.abnormal, i


def _windows(count: int, hours: int) -> tuple[Window, ...]:
    length = timedelta(hours=hours)
    return tuple(Window(START + i * length, START + (i + 1) * length) for i in range(count))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(KINDS), st.booleans(), st.sampled_from([1, 6, 24]))
def test_baselines_of_many_are_those_of_each(seed: int, kind: Kind, trending: bool, hours: int) -> None:
    rng = np.random.default_rng(seed)
    windows = _windows(60, hours)
    series = [_one(kind, windows, i, rng) for i in range(12)]
    rhythm = Rhythm.of(windows, None)
    kept = np.array([usual_windows(one, kind, np.zeros(60, bool)) for one in series])
    values = np.array([one.values for one in series])
    many = fit_all(values, kept, rhythm, trending)
    for i in np.flatnonzero(kept.sum(axis=1) > 0):
        one = fit(values[i], kept[i], rhythm, trending)
        scale = max(1e-12, float(np.nanmax(np.abs(values[i]))))
        np.testing.assert_allclose(many.expected[i], one.expected, rtol=1e-9, atol=1e-9 * scale)
        np.testing.assert_allclose(many.spread[i], one.spread, rtol=1e-6, atol=1e-9 * scale)
        np.testing.assert_allclose(many.unseen[i], one.unseen, rtol=1e-6, atol=1e-9 * scale**2)
        assert (many.freedom[i], many.left[i]) == pytest.approx((one.freedom, one.left))


def test_medians_and_spreads_of_rows_with_gaps() -> None:
    rows = np.array([[1.0, 5, 2, np.nan, 9], [np.nan] * 5, [0, 0, 0, 0, 7.0], [-3.0, np.nan, np.nan, np.nan, np.nan]])
    for row, middle, spread in zip(rows, median_of(rows), spreads_of(rows), strict=True):
        there = row[~np.isnan(row)]
        assert middle == pytest.approx(np.median(there) if len(there) else np.nan, nan_ok=True)
        assert spread == pytest.approx(spread_of(there))


def _healthy(count: int, seed: int = 3) -> SeriesBlock:
    rng = np.random.default_rng(seed)
    windows = days(60)
    week = np.where(np.arange(60) % 7 < 2, 1.4, 1.0)
    size = 50_000 / np.arange(1, count + 1)
    values = rng.poisson(size[:, None] * week * np.exp(rng.normal(0, 0.05, (count, 60)))).astype(float)
    keys = ["", *(f"region=r{i}" for i in range(1, count // 2)), *(f"title=t{i}" for i in range(count // 2, count))]
    return SeriesBlock("rows", keys, windows, values, values)


def test_nearly_all_that_is_well_is_cleared() -> None:
    ask = Screen(HistoryJudge(TIGHT), "count", ("down",), 0.3, True)
    screened = ask.look(_healthy(4000))
    assert screened.judgeable.all()
    assert screened.suspicious.sum() <= 3


def test_one_fallen_slice_among_thousands_is_named_as_if_each_had_been_judged() -> None:
    block = _healthy(400)
    block.values[7, -1] = 0.0
    judge = HistoryJudge(TIGHT)
    sifted = judge_all(block, judge, "count", ("down",), 0.3, True)
    one_by_one = [
        Judged(one, verdict)
        for one in block
        if (verdict := judge.judge(one, "count", directions=("down",), floor=0.3)) is not None
    ]
    assert isinstance(sifted, Sifted)
    assert len(sifted) == len(one_by_one) == 400
    assert [str(one.series.slice) for one in narrow(sifted, relative=True)] == ["region=r7"]
    assert [str(one.series.slice) for one in narrow(one_by_one, relative=True)] == ["region=r7"]
    quick, slow = sifted.rest("region", True), [one for one in one_by_one if "region=" in str(one.series.slice)]
    np.testing.assert_allclose(quick[0], [one.effect(True) for one in slow if not one.judgement.abnormal], atol=1e-9)
    assert sifted[7].judgement == one_by_one[7].judgement


def test_what_is_known_to_be_bad_always_goes_before_the_judge() -> None:
    block = _healthy(200)
    judge = HistoryJudge(TIGHT, known={("rows", "region=r9"): frozenset({block.windows[-2].start})})
    screened = Screen(judge, "count", ("down",), 0.9, True).look(block)
    assert np.flatnonzero(screened.suspicious).tolist() == [9]


def test_a_series_by_itself_is_judged_without_a_look_before() -> None:
    block = _healthy(400)
    block.values[:3, -1] = 0.0
    alone = judge_all(block[: FEW - 1], HistoryJudge(TIGHT), "count", ("down",), 0.3, True)
    assert isinstance(alone, list)
    assert find_abnormal(alone) == list(alone)


def test_the_fallen_one_of_a_handful_of_slices_is_named_and_everyone_is_cleared() -> None:
    block = _healthy(6)
    block.values[4, -1] = 0.0
    sifted = judge_all(block[:], HistoryJudge(TIGHT), "count", ("down",), 0.3, True)
    assert isinstance(sifted, Sifted)
    assert [str(one.series.slice) for one in narrow(sifted, relative=True)] == ["title=t4"]
    assert not sifted.screened.suspicious[0]


def test_the_view_of_one_and_the_glance_at_many_agree_on_how_far_off_a_window_is() -> None:
    block = _healthy(30)
    ask = Screen(HistoryJudge(TIGHT), "count", ("down",), 0.3, True)
    expected = ask.look(block).expected
    for i, one in enumerate(block):
        assert is_judgeable(one, "count", 14)
        kept = usual_windows(one, "count", np.zeros(60, bool))
        assert expected[i] == pytest.approx(View.of(one, "count", kept, Rhythm.of(block.windows, None)).expected[-1])
