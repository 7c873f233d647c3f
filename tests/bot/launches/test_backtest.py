"""The launch predictor walks forward in time, is honest about how sure it is, and is better than simple means."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.launches.backtest import Backtest, NoBacktest, backtest
from bot.launches.columns import learn_columns
from bot.launches.comparables import Comparables
from bot.launches.predictor import Predictor, TooFewLaunches

GENRES = ("Comedy", "Drama", "Family")
UNTIL = datetime(2025, 1, 1, tzinfo=UTC)


def launches(many: int = 400, noise: float = 0.4, told: float = 1.0, seed: int = 1) -> pd.DataFrame:
    """Two years of launches whose outcome depends on genre, length (bent) and whether it is a series."""
    rng = np.random.default_rng(seed)
    genre, series = rng.choice(GENRES, many), rng.random(many) < 0.5
    minutes = rng.gamma(4, 30, many)
    effect = pd.Series(genre).map({"Comedy": 0.6, "Drama": 0.0, "Family": -0.6}).to_numpy() + 0.5 * series
    effect = effect - np.abs(np.log(minutes / 100))
    return pd.DataFrame(
        {
            "title": [f"Title {number}" for number in range(many)],
            "day": pd.date_range("2024-01-01", periods=many, freq="2D").strftime("%Y-%m-%d"),
            "quarter": pd.date_range("2024-01-01", periods=many, freq="2D").to_period("Q").astype(str),
            "genre": genre,
            "is_series": series,
            "minutes": np.where(rng.random(many) < 0.1, np.nan, minutes),
            "outcome": 5 + told * effect + noise * rng.normal(size=many),
        }
    )


def walked(table: pd.DataFrame, until: datetime | None = UNTIL) -> Backtest:
    return backtest(table, "day", "outcome", until)


@pytest.fixture(scope="module")
def done() -> Backtest:
    return walked(launches())


def test_it_foretells_better_than_means_and_neighbours_where_there_is_something_to_learn(done: Backtest) -> None:
    for baseline in done.baselines.values():
        assert done.predictor.spearman > baseline.spearman
        assert done.predictor.mae < baseline.mae
        assert done.predictor.auc > baseline.auc
    assert done.launches == 217


def test_it_is_no_worse_than_the_mean_where_there_is_nothing_to_learn() -> None:
    done = walked(launches(told=0.0))
    assert done.predictor.mae < 1.05 * done.baselines["global_mean"].mae
    assert abs(done.predictor.spearman) < 0.2


def test_its_intervals_hold_about_as_many_outcomes_as_they_say(done: Backtest) -> None:
    others = [walked(launches(300, seed=seed), datetime(2024, 9, 1, tzinfo=UTC)) for seed in range(2, 5)]
    covered = [each.predictor.coverage or 0.0 for each in (done, *others)]
    assert np.mean(covered) == pytest.approx(0.8, abs=0.05)


def test_what_becomes_of_later_launches_changes_nothing_that_was_foretold_of_them() -> None:
    """Outcomes far above what is foretold: their mean error grows exactly as they do."""
    table = launches(200)
    later = table["day"] >= "2024-09-01"
    until = datetime(2024, 9, 1, tzinfo=UTC)
    errors = [
        walked(table.assign(outcome=table["outcome"] + far * later), until).predictor.mae for far in (0.0, 100.0, 300.0)
    ]
    assert errors[2] - errors[1] == pytest.approx(200.0)
    assert errors[0] < 1


def test_without_a_date_it_foretells_one_stretch_after_the_other() -> None:
    in_parts = walked(launches(200), None)
    assert (in_parts.parts, in_parts.launches) == (4, 120)


def test_a_column_that_only_names_the_time_or_never_changes_is_not_learnt_from() -> None:
    table = launches().assign(day=lambda t: pd.to_datetime(t["day"]), always="yes", empty=np.nan)
    columns = learn_columns(table, "day", ("outcome",))
    assert [name for name, _ in columns.categories] == ["genre"]
    assert columns.numbers == ("is_series", "minutes")
    assert columns.texts == ("title",)


def test_a_value_never_seen_and_a_value_missing_are_foretold_all_the_same() -> None:
    table = launches().assign(day=lambda t: pd.to_datetime(t["day"]))
    learnt = Predictor("day", "outcome").fit(table)
    unheard = pd.DataFrame({"genre": ["Opera", None], "minutes": [np.nan, 1e6], "title": [None, ""]})
    strange = table[["day", "is_series", "quarter"]].head(2).join(unheard)
    told = learnt.predict(strange)
    assert np.isfinite(told.value).all()
    assert (told.low < told.value).all()
    assert (told.value < told.high).all()


def test_comparables_are_the_most_alike() -> None:
    table = launches().assign(day=lambda t: pd.to_datetime(t["day"]), minutes=100.0)
    columns = learn_columns(table.drop(columns="title"), "day", ("outcome",))
    near = Comparables(columns, table).of(table.head(3))
    for row, rows in enumerate(near):
        assert set(table["genre"].iloc[rows]) == {table["genre"].iloc[row]}
        assert set(table["is_series"].iloc[rows]) == {table["is_series"].iloc[row]}


def test_a_column_that_is_known_only_afterwards_is_pointed_out(done: Backtest) -> None:
    table = launches().assign(members=lambda t: 1000 * t["outcome"] ** 3)
    assert walked(table).warnings == (
        "members tells outcome almost by itself (rank correlation 1.00): is it known before a launch?",
    )
    assert done.warnings == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop(columns="day"), "There is no column day; the table has: title"),
        (lambda t: t.drop(columns="outcome"), "There is no column outcome"),
        (lambda t: t.assign(day="soon"), "holds 'soon', which is no date"),
        (lambda t: t.assign(outcome="many"), "holds 'many', which is no number"),
        (lambda t: t.assign(outcome=1.0), "the same for every launch"),
        (lambda t: t.head(35), "At least 30 launches to learn from and 10 later ones"),
        (lambda t: t.assign(day="2024-01-01"), "on 1 days"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_what_to_do(change, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NoBacktest, match=said):
        walked(change(launches()), None)
    with pytest.raises(TooFewLaunches, match="at least 30 are needed"):
        Predictor("day", "outcome").fit(launches(29))


def test_the_shell_says_it_as_a_table_and_as_json(tmp_path: Path) -> None:
    path = tmp_path / "launches.csv"
    launches().to_csv(path, index=False)
    asked = [
        "launches",
        "backtest",
        str(path),
        "--launched-at",
        "day",
        "--target",
        "outcome",
        "--train-until",
        "2025-01-01",
    ]
    told = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)
    assert set(told["predictor"]) == {"spearman", "mae", "auc", "precision_lowest", "coverage", "width"}
    assert set(told["baselines"]) == {"global_mean", "group_mean", "nearest"}
    said = CliRunner().invoke(app, asked).stdout
    assert "217 launches were foretold in one stretch" in said
    wrong = CliRunner().invoke(app, [*asked[:2], str(tmp_path / "none.csv"), *asked[3:]])
    assert (wrong.exit_code, wrong.stderr.strip()) == (2, f"There is no file {tmp_path / 'none.csv'}.")
