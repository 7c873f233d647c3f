"""Scores that are no numbers, flat lists, and chances against choices: measured on DuckDB, counted by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bot.recommender.warehouse import DuckDBWarehouse
from checks.base import EVERYONE
from checks.judging import Check
from checks.model.calibration import Calibration
from checks.model.health import NumericHealth
from tests.bot.recommender.shop import make_shown, open_shop, read_plays, window, write_day


def measured(shop: DuckDBWarehouse, check: Check) -> dict[str, tuple[Any, int]]:
    """Everyone's values and n of the check's measures on the first day."""
    found = shop.measure(list(check.measures(shop.schema)), [window(0)])
    return {one.measure: (one.value, one.n) for one in found if one.slice == EVERYONE and isinstance(one.value, float)}


def test_scores_and_features_that_are_no_numbers_are_counted_and_kept_out_of_the_spread(
    tmp_path: Path, shown: pd.DataFrame
) -> None:
    frame = make_shown(0)
    frame.loc[[0, 1, 2], "p_click"] = [np.nan, np.inf, -np.inf]
    frame.loc[[50, 51, 52, 53, 54], "p_click"] = 0.5
    frame["affinity"] = frame["affinity"].fillna(0.0)
    frame.loc[[7, 8], "affinity"] = [np.inf, -np.inf]
    write_day(tmp_path, 0, frame)
    got = measured(open_shop(tmp_path), NumericHealth())
    assert got["score.unreal"] == (0.03, 100)
    assert got["score.spread"] == (pytest.approx(frame["p_click"][3:].std()), 97)
    assert got["score.flat_lists"] == (pytest.approx(1 / 20, abs=0.004), 19)
    assert got["feature.unreal:affinity"] == (0.02, 100)


def test_chances_are_measured_against_what_was_played(tmp_path: Path, shown: pd.DataFrame) -> None:
    frame = make_shown(0)
    frame.loc[0, "p_click"], frame.loc[1, "p_click"], frame.loc[2, "p_click"] = np.nan, 0.0, 1.5
    write_day(tmp_path, 0, frame)
    plays = read_plays(tmp_path).dropna(subset=["visit"])
    keys = pd.MultiIndex.from_frame(plays[["visit", "movie"]])
    played = pd.Series(pd.MultiIndex.from_frame(frame[["visit", "movie"]]).isin(keys), index=frame.index)[1:]
    score = frame["p_click"][1:]
    chance = score.clip(1e-6, 1 - 1e-6)
    got = measured(open_shop(tmp_path), Calibration())
    assert got["calibration.predicted"] == (pytest.approx(score.mean()), 99)
    assert got["calibration.observed"] == (pytest.approx(played.mean()), 99)
    assert got["calibration.log_loss"][0] == pytest.approx(-np.log(np.where(played, chance, 1 - chance)).mean())
    assert got["calibration.outside"][0] == pytest.approx(1 / 100)
