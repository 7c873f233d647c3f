"""The damage is where the fault says, and nowhere else."""

from __future__ import annotations

import json
from datetime import timedelta

import pandas as pd
import pytest

from sandbox.drill.watching import LATENESS
from sandbox.recommender.engine.features import FEATURES
from tests.sandbox.recommender.faults.conftest import Break
from tests.sandbox.recommender.faults.days import Broken

IN_THE_LOG = {
    "partition-lost": "impressions",
    "timezone-slip": "impressions",
    "duplicate-delivery": "impressions",
    "position-off-by-one": "impressions",
    "outcome-join-broken": "outcomes",
}
WRONG = {"timezone-slip": "ts", "position-off-by-one": "position", "outcome-join-broken": "request_id"}


@pytest.mark.parametrize("name", IN_THE_LOG)
def test_what_happens_to_a_log_happens_to_no_other_table(name: str, break_lab: Break) -> None:
    broken = break_lab(name)
    for table in set(broken.day) - {IN_THE_LOG[name]}:
        pd.testing.assert_frame_equal(broken.day[table], broken.quiet[table])


@pytest.mark.parametrize(("name", "column"), WRONG.items())
def test_one_column_is_wrong_and_the_others_are_not(name: str, column: str, break_lab: Break) -> None:
    broken = break_lab(name)
    now, quiet = broken.day[IN_THE_LOG[name]], broken.quiet[IN_THE_LOG[name]]
    pd.testing.assert_frame_equal(now.drop(columns=column), quiet.drop(columns=column))
    assert not now[column].equals(quiet[column])


def test_rows_are_lost_in_one_region_alone(break_lab: Break) -> None:
    broken = next(each for seed in range(9) if (each := break_lab("partition-lost", seed=seed)).fault.slice)
    region = broken.fault.slice.removeprefix("region=")
    lost = 1 - broken.day["impressions"]["region"].value_counts() / broken.quiet["impressions"]["region"].value_counts()
    assert 0.5 < lost[region] < 0.95
    assert (lost.drop(region) == 0).all()


@pytest.mark.parametrize("name", ["serving-only-missing", "constant-feature"])
def test_what_breaks_at_serving_is_whole_offline(name: str, break_lab: Break) -> None:
    broken = break_lab(name)
    feature = broken.fault.subject.removeprefix("feature:") if "feature:" in broken.fault.subject else "similarity"
    served, offline = _both(broken, feature)
    usual_served, usual_offline = _both(broken, feature, quiet=True)
    assert (served.fillna(-1) != offline.fillna(-1)).any()
    assert (usual_served.fillna(-1) == usual_offline.fillna(-1)).mean() > 0.97


@pytest.mark.parametrize("name", ["upstream-retrained", "unit-change"])
def test_what_breaks_upstream_is_broken_offline_too(name: str, break_lab: Break) -> None:
    broken = break_lab(name)
    served, offline = _both(broken, broken.fault.subject.removeprefix("feature:"))
    pd.testing.assert_series_equal(served, offline, check_names=False)


def test_stale_features_are_fresh_offline(break_lab: Break) -> None:
    served, offline = _both(break_lab("stale-features"), "popularity_7d")
    assert (served != offline).mean() > 0.5


def _both(broken: Broken, feature: str, quiet: bool = False) -> tuple[pd.Series[float], pd.Series[float]]:
    """One feature of the sampled candidates: as served, and as recomputed."""
    day = broken.quiet if quiet else broken.day
    rows = day["requests"].merge(day["features_offline"], on=["request_id", "item_id"], suffixes=("", "_offline"))
    return rows[feature], rows[f"{feature}_offline"]


def test_an_upstream_shift_moves_one_feature_by_its_own_spread(break_lab: Break) -> None:
    broken = break_lab("upstream-retrained", 2.0)
    now, quiet = broken.day["features_offline"], broken.quiet["features_offline"]
    spread = quiet["similarity"].std()
    assert now["similarity"].mean() - quiet["similarity"].mean() == pytest.approx(2 * spread, rel=0.4)
    for feature in set(FEATURES) - {"similarity"}:
        assert now[feature].mean() == pytest.approx(quiet[feature].mean(), rel=0.2)


def test_a_slow_region_is_served_fallback_lists_that_no_model_scored(break_lab: Break) -> None:
    broken = next(each for seed in range(9) if (each := break_lab("fallback-storm", seed=seed)).fault.slice)
    calls = broken.day["calls"].assign(there=lambda rows: rows["region"] == broken.fault.slice.removeprefix("region="))
    assert calls.loc[calls["there"], "fallback"].mean() > 0.2
    assert calls.loc[~calls["there"], "fallback"].mean() < 0.05
    fallback = broken.day["impressions"]["request_id"].isin(calls.loc[calls["fallback"], "request_id"])
    assert broken.day["impressions"].loc[fallback, "score"].isna().all()
    assert broken.day["impressions"].loc[~fallback, "score"].notna().all()


def test_a_script_uses_few_accounts_and_takes_nothing(break_lab: Break) -> None:
    day = break_lab("crawler-burst").day
    most = day["calls"]["member_id"].value_counts()
    script = most[most > 10].index
    assert 1 <= len(script) <= 2
    assert most[most <= 10].max() <= 2
    assert not day["outcomes"]["member_id"].isin(script).any()
    asked = day["calls"].loc[day["calls"]["member_id"].isin(script), "ts"]
    assert asked.quantile(0.98) - asked.quantile(0.02) < pd.Timedelta(hours=2)


def test_a_version_without_its_gate_says_so_and_others_passed_theirs(break_lab: Break) -> None:
    registry = break_lab("ungated-model").world.folder / "registry" / "ranker"
    gates = [json.loads(path.read_text())["gate"] for path in registry.glob("*/version.json")]
    assert sorted(gates) == ["passed"] * (len(gates) - 1) + ["skipped"]


def test_an_old_index_under_a_new_version_makes_similarity_meaningless(break_lab: Break) -> None:
    """Offline the two belong together; served they do not: what was near is as likely far."""
    served, offline = _both(break_lab("index-mismatch"), "similarity")
    usual, usual_offline = _both(break_lab("planned-retrain"), "similarity")
    assert abs(served.corr(offline)) < 0.3
    assert usual.corr(usual_offline) > 0.99


def test_flipped_profiles_are_shown_what_children_are_not(break_lab: Break) -> None:
    broken = break_lab("segment-flipped", 9.0)
    assert (broken.quiet["members"]["age_group"] == "child").sum() > 20
    horror = broken.day["items"].query("genre == 'Horror'")["item_id"]
    children = set(broken.quiet["members"].query("age_group == 'child'")["member_id"])
    shown = broken.day["impressions"]
    assert shown.loc[shown["member_id"].isin(children), "item_id"].isin(horror).mean() > 0.02
    assert not broken.quiet["impressions"].query("age_group == 'child'")["item_id"].isin(horror).any()


def test_an_experiment_serves_its_version_to_the_canary_arm_alone(break_lab: Break) -> None:
    shown = break_lab("ab-ramp").day["impressions"]
    assert shown.groupby("arm")["model_version"].nunique().to_dict() == {"canary": 1, "control": 1}
    assert shown["model_version"].nunique() == 2
    assert 0.35 < (shown["arm"] == "canary").mean() < 0.65


def test_a_late_day_is_complete(break_lab: Break) -> None:
    broken = break_lab("late-partition")
    for table, rows in broken.quiet.items():
        pd.testing.assert_frame_equal(broken.day[table], rows)


@pytest.mark.parametrize(("severity", "hours"), [(1.0, 5.0), (1.15, 5.75)])
def test_a_late_day_lands_as_long_after_midnight_as_it_is_told(break_lab: Break, severity: float, hours: float) -> None:
    """At its largest too, it is there before the drill's bot looks, which waits six hours after a day has ended."""
    broken = break_lab("late-partition", severity)
    assert broken.world.clock.now() - broken.world.today == timedelta(hours=hours) < LATENESS
