"""Each fault does what it says, where it says, and nothing is said that is not done."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest

from checks.catalogue import EVERY_CHECK
from sandbox.recommender.faults import models
from sandbox.recommender.faults.base import Fault
from sandbox.recommender.faults.catalogue import EVERY_FAULT
from sandbox.recommender.faults.describing import PAGE, renew
from sandbox.recommender.world import RunningWorld
from tests.sandbox.recommender.conftest import OpenLab
from tests.sandbox.recommender.reading import Read, read, table

FAULTS = [fault for fault in EVERY_FAULT if fault.kind == "fault"]
BENIGN = [fault for fault in EVERY_FAULT if fault.kind == "benign"]
HARMLESS = ("negatives-sampled",)  # scores on another scale, and the same order
MENDED_BY_ROLLBACK = [fault for fault in FAULTS if fault.rollback_mends and fault.name not in HARMLESS]
MENDED_BY_A_FIX = [
    pytest.param(fault, marks=pytest.mark.slow if fault.extra else ()) for fault in FAULTS if not fault.rollback_mends
]


def break_and_serve(world: RunningWorld, name: str, days: int = 2) -> Read:
    world.break_with(name)
    for _ in range(days):
        world.serve_day()
    return read(world, days=days)


def within(log: Read, slice_key: str) -> Read:
    """Only the impressions of one slice; "" is everyone."""
    if not slice_key:
        return log
    column, value = slice_key.split("=")
    return replace(log, impressions=log.impressions[log.impressions[column] == value])


def roll_back(world: RunningWorld) -> None:
    bad = int(world.engine.registry.champion() or 0)
    words = {
        "id": "fix",
        "kind": "serve_version",
        "params": {"model": "ranker", "version": str(bad - 1)},
        "applied_at": world.today.isoformat(),
        "expires_at": (world.today + timedelta(days=9)).isoformat(),
        "reason": "test",
    }
    (world.folder / "overrides" / "fix.json").write_text(json.dumps(words))


def test_a_lost_partition_loses_rows_and_nothing_else(lab: RunningWorld, healthy: Read) -> None:
    """Members are served as ever: their takes are all there, three quarters of the lists are not."""
    broken = break_and_serve(lab, "partition-lost")
    usual = healthy.daily["rows"].mean()
    assert (broken.daily["rows"] < 0.35 * usual).all()
    assert len(broken.outcomes) / 2 > 0.8 * len(healthy.outcomes) / 21


def test_a_feature_is_missing_in_one_session_of_ten_in_one_region(lab: RunningWorld, healthy: Read) -> None:
    shown = break_and_serve(lab, "feature-missing-in-region").impressions
    west = shown["region"] == "West"
    assert 0.05 < shown.loc[west, "item_rate_28d"].isna().mean() < 0.25
    assert not shown.loc[~west, "item_rate_28d"].isna().any()
    assert not healthy.impressions["item_rate_28d"].isna().any()


def test_a_launch_without_artwork_is_never_shown_until_mended(lab: RunningWorld) -> None:
    fault = lab.break_with("artwork-missing")
    item = fault.subject.removeprefix("item:")
    launch = table(lab, "items").set_index("item_id").loc[item, "launch_date"]
    assert launch == pd.Timestamp(lab.today.replace(tzinfo=None))
    lab.serve_day()
    day = read(lab, days=1)
    assert item not in set(day.impressions["item_id"])
    assert set(day.requests.query(f"item_id == '{item}'")["excluded_reason"]) == {"no artwork"}
    lab.mend()
    lab.serve_day()
    assert (read(lab, days=1).impressions["item_id"] == item).sum() > 10


def test_a_new_version_is_served_a_constant_and_the_old_pipeline_comes_back_with_the_old_version(
    lab: RunningWorld,
) -> None:
    assert break_and_serve(lab, "constant-feature").impressions["similarity"].nunique() == 1
    roll_back(lab)
    lab.serve_day()
    assert read(lab, days=1).impressions["similarity"].nunique() > 100


def test_features_go_stale_by_a_day_a_day(lab: RunningWorld, healthy: Read) -> None:
    def hours(rows: pd.DataFrame) -> pd.Series[float]:
        age = (rows["ts"] - rows["features_at"]).dt.total_seconds() / 3600
        return age.groupby(rows["ts"].dt.date).mean()

    assert hours(healthy.impressions).max() < 4
    broken = hours(break_and_serve(lab, "stale-features").impressions)
    assert broken.iloc[0] > 10
    assert broken.iloc[1] > broken.iloc[0] + 20


def test_a_feature_is_missing_at_serving_in_all_traffic_and_the_lists_get_worse(
    lab: RunningWorld, healthy: Read
) -> None:
    broken = break_and_serve(lab, "serving-only-missing")
    assert broken.impressions["similarity"].isna().all()
    assert broken.daily["takes"].mean() < healthy.daily["takes"].mean() - 2 * healthy.daily["takes"].std()


def test_the_index_retrieves_little_and_members_have_to_search(lab: RunningWorld, healthy: Read) -> None:
    broken = break_and_serve(lab, "index-truncated").daily
    assert (broken["items"] < 0.35 * healthy.daily["items"].min()).all()
    assert broken["low"].mean() > healthy.daily["low"].mean() + 3 * healthy.daily["low"].std()


def test_short_lists_come_with_a_truncated_index(lab: RunningWorld, healthy: Read) -> None:
    def short(log: Read) -> float:
        return float((log.impressions.groupby("request_id").size() < 8).mean())

    assert short(healthy) == 0
    assert short(break_and_serve(lab, "index-truncated")) > 0.05


def test_an_age_in_seconds_is_served_under_the_name_of_days(lab: RunningWorld, healthy: Read) -> None:
    broken = break_and_serve(lab, "unit-change").impressions["item_age_days"]
    assert broken.median() / healthy.impressions["item_age_days"].median() == pytest.approx(86_400, rel=0.2)


def test_a_bad_segment_spoils_the_lists_of_that_segment_most(lab: RunningWorld, healthy: Read) -> None:
    broken = break_and_serve(lab, "faulty-training-segment", days=3)

    def takes(log: Read) -> pd.Series[float]:
        return log.impressions.groupby(log.impressions["age_group"] == models.SEGMENT)["taken"].mean()

    loss = 1 - takes(broken) / takes(healthy)
    assert loss[True] > 0.4
    assert loss[True] > 2 * loss[False]


@pytest.mark.parametrize("fault", MENDED_BY_ROLLBACK, ids=lambda fault: fault.name)
def test_rolling_back_really_mends_it(fault: Fault, lab: RunningWorld, healthy: Read) -> None:
    """Worse than a healthy day by far more than days differ; as good as a healthy day under the version before."""
    usual = within(healthy, fault.slice).daily
    champion = lab.engine.registry.champion()
    broken = within(break_and_serve(lab, fault.name), fault.slice).daily
    assert lab.engine.registry.champion() == str(int(champion or 0) + 1)
    assert broken["takes"].mean() < usual["takes"].mean() - 2 * usual["takes"].std()
    assert broken["ndcg"].mean() < usual["ndcg"].mean() - usual["ndcg"].std()
    roll_back(lab)
    assert lab.serve_day().model_version == champion
    lab.serve_day()
    mended = within(read(lab, days=2), fault.slice).daily
    assert mended["takes"].mean() > usual["takes"].mean() - usual["takes"].std()
    assert mended["ndcg"].mean() > usual["ndcg"].mean() - usual["ndcg"].std()


@pytest.mark.parametrize("fault", [f for f in MENDED_BY_ROLLBACK if f.cause_class == "model"], ids=lambda f: f.name)
def test_its_deploy_is_in_the_changes_and_the_long_term_fix_is_a_good_new_version(
    fault: Fault, lab: RunningWorld, healthy: Read
) -> None:
    start = pd.Timestamp(lab.today.replace(tzinfo=None))
    break_and_serve(lab, fault.name, days=1)
    last = table(lab, "changes").query("kind == 'deploy'").sort_values("ts").iloc[-1]
    assert last["ts"] == start
    assert last["subject"] == "model:ranker"
    bad = lab.engine.registry.champion()
    lab.mend()
    good = lab.serve_day().model_version
    assert int(good) == int(bad or 0) + 1
    usual = healthy.daily["takes"]
    assert read(lab, days=1).daily["takes"].iloc[0] > usual.mean() - 3 * usual.std()


def test_a_campaign_brings_more_visitors_for_five_days_and_says_so(open_lab: OpenLab) -> None:
    pushed, quiet = open_lab(), open_lab()
    pushed.break_with("marketing-push")
    ratios = [pushed.serve_day().impressions / quiet.serve_day().impressions for _ in range(6)]
    assert min(ratios[:5]) > 1.15
    assert ratios[5] < 1.15
    assert "campaign" in set(table(pushed, "changes")["kind"])


def test_a_planned_retrain_is_as_good_as_the_version_before(lab: RunningWorld, healthy: Read) -> None:
    daily = break_and_serve(lab, "planned-retrain").daily
    assert daily["ndcg"].mean() > healthy.daily["ndcg"].mean() - 2 * healthy.daily["ndcg"].std()
    assert table(lab, "changes")["words"].str.contains("planned retrain").any()


def test_a_big_launch_shows_every_title_of_it(lab: RunningWorld) -> None:
    today = pd.Timestamp(lab.today.replace(tzinfo=None))
    day = break_and_serve(lab, "big-launch", days=1)
    items = table(lab, "items")
    launched = set(items.loc[items["launch_date"] == today, "item_id"])
    assert len(launched) >= 4
    counts = day.impressions[day.impressions["item_id"].isin(launched)].groupby("item_id").size()
    assert len(counts) == len(launched)
    assert counts.min() > 10


@pytest.mark.parametrize("fault", MENDED_BY_A_FIX, ids=lambda fault: fault.name)
def test_what_rollback_does_not_mend_the_long_term_fix_does(fault: Fault, lab: RunningWorld, healthy: Read) -> None:
    break_and_serve(lab, fault.name, days=1)
    lab.mend()
    lab.serve_day()
    mended = read(lab, days=1)
    usual = healthy.daily
    assert usual["rows"].min() * 0.8 < mended.daily["rows"].iloc[0]
    assert usual["items"].min() * 0.8 < mended.daily["items"].iloc[0]
    assert mended.impressions["similarity"].isna().mean() < 0.2
    assert mended.impressions["item_age_days"].max() < 2_000
    assert (mended.impressions["ts"] - mended.impressions["features_at"]).max() < pd.Timedelta(hours=7)


def test_every_fault_names_its_truth() -> None:
    assert [fault.number for fault in FAULTS] == list(range(1, len(FAULTS) + 1))
    assert sum(not fault.extra for fault in FAULTS) == 24
    assert len(BENIGN) == 9
    assert len({fault.name for fault in EVERY_FAULT}) == len(EVERY_FAULT)
    for fault in FAULTS:
        assert fault.codes
        assert all(re.fullmatch(r"[DMSPIL][01]\d", code) for code in fault.codes)
        assert fault.cause_class
    assert all(not fault.codes and fault.cause_class is None for fault in BENIGN)


def test_every_check_has_a_broken_world_and_every_fault_names_checks_that_there_are() -> None:
    checks = {check.about.code for check in EVERY_CHECK}
    assert {code for fault in FAULTS for code in fault.codes} == checks


def test_the_docs_list_every_fault_as_it_is() -> None:
    page = PAGE.read_text()
    assert renew(page) == page, "run python -m sandbox.recommender.faults.describing"
    assert all(f"| `{fault.name}` | {fault.title} |" in page for fault in EVERY_FAULT)
