"""Opening a world: quick, apart from every other, and plain about what it cannot do."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from sandbox.recommender.clock import SandboxClock
from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.features import FEATURES
from sandbox.recommender.engine.state import State
from sandbox.recommender.sources.wheels import DataMissing, read_members
from sandbox.recommender.world import NotRunning, RunningWorld, World, burn_in
from sandbox.recommender.worlds import WORLDS, open_world
from tests.sandbox.recommender.conftest import OpenLab
from tests.sandbox.recommender.reading import read, table

SERVE_A_WEEK = """
import sys
from pathlib import Path
from sandbox.recommender.worlds import open_world

world = open_world("lab", Path(sys.argv[1]))
for _ in range(8):  # a retrain is among them
    world.serve_day()
"""


def test_an_unknown_world_gets_the_list_of_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no world called 'netflix'; choose one of movielens, lab, lab-large, obd"):
        open_world("netflix", tmp_path)


def test_an_unknown_fault_gets_the_list_of_those_there_are(lab: RunningWorld) -> None:
    with pytest.raises(ValueError, match=r"no fault called 'gremlins'; choose one of partition-lost, .*"):
        lab.break_with("gremlins")


def test_a_built_world_opens_at_once(history: World, open_lab: OpenLab) -> None:
    started = time.perf_counter()
    open_lab()
    assert time.perf_counter() - started < 1


def test_two_openings_do_not_share_a_thing(open_lab: OpenLab) -> None:
    mine, theirs = open_lab(), open_lab()
    mine.break_with("artwork-missing")
    mine.serve_day()
    assert theirs.today == mine.today - timedelta(days=1)
    assert table(theirs, "items")["has_artwork"].all()


def test_the_same_days_are_served_on_one_core_and_on_many(open_lab: OpenLab) -> None:
    on_one, on_many = open_lab(), open_lab()
    for threads, world in ((1, on_one), (4, on_many)):
        with threadpool_limits(threads):
            for _ in range(8):  # a retrain is among them
                world.serve_day()
    assert table(on_one, "impressions").equals(table(on_many, "impressions"))


@pytest.mark.skipif(platform.machine() != "x86_64", reason="an older processor can be had of an x86-64 only")
def test_the_same_days_are_served_on_an_older_processor(lab: RunningWorld, tmp_path: Path) -> None:
    newer = np.show_config(mode="dicts")["SIMD Extensions"]["found"]
    older = {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": " ".join(newer)}
    served = [sys.executable, "-W", "ignore", "-c", SERVE_A_WEEK, str(tmp_path)]
    subprocess.run(served, check=True, env={**os.environ, **older})
    for _ in range(8):
        lab.serve_day()
    there = World(tmp_path, "lab", lab.clock.now())
    assert table(there, "impressions").equals(table(lab, "impressions"))
    assert table(there, "features_offline").equals(table(lab, "features_offline"))


def test_warming_up_tells_how_far_it_is(lab: RunningWorld, tmp_path: Path) -> None:
    scene = lab.engine.state.scene
    short = replace(scene, habits=replace(scene.habits, burn_in=4))
    told: list[float] = []
    burn_in(Engine(State.first(short, seed=1), tmp_path), lambda _, share: told.append(share))
    assert told == [0.25, 0.5, 0.75, 1.0]


def test_serving_a_day_moves_the_clock_past_it(lab: RunningWorld) -> None:
    today = lab.today
    day = lab.serve_day()
    assert day.day == today
    assert lab.today == today + timedelta(days=1)
    assert lab.today < lab.clock.now() < lab.today + timedelta(hours=1)
    assert day.impressions == len(read(lab, days=1).impressions)


def test_the_clock_never_goes_back(lab: RunningWorld) -> None:
    lab.advance(timedelta(hours=3))
    with pytest.raises(ValueError, match="cannot go back"):
        lab.clock.move_to(lab.today)
    assert isinstance(lab.clock, SandboxClock)


@pytest.mark.slow
def test_movielens_is_served_at_scale_to_real_members(movielens: RunningWorld) -> None:
    shown = table(movielens, "impressions")
    per_day = shown.groupby(shown["ts"].dt.date).size()
    assert len(per_day) == 45
    assert per_day.min() >= 5_000
    assert set(shown["region"]) == {"Northeast", "South", "Midwest", "West", "Other"}
    items = table(movielens, "items").set_index("item_id")
    assert items.loc["1", "title"] == "Toy Story"
    assert items.loc["1", "genres"] == "Animation, Children's, Comedy"


def test_movielens_serves_and_replays_a_day(movielens: RunningWorld) -> None:
    version = movielens.serve_day().model_version
    rows = read(movielens, days=1).requests.query("score == score")
    scores = movielens.engine.registry.load(version).predict_proba(rows[list(FEATURES)])[:, 1]
    assert (scores == rows["score"].to_numpy()).all()


def test_obd_is_a_real_log_of_two_policies_without_a_model(tmp_path: Path) -> None:
    try:
        world = open_world("obd", tmp_path)
    except DataMissing as missing:
        pytest.skip(str(missing))
    shown, clicks = table(world, "impressions"), table(world, "outcomes")
    assert shown["policy"].value_counts().to_dict() == {"random": 10_000, "bts": 10_000}
    assert len(clicks) == 80
    assert set(clicks["request_id"]) <= set(shown["request_id"])
    assert "registry" not in tomllib.loads(world.config_path.read_text())
    with pytest.raises(NotRunning, match="a recording of real traffic; use movielens, lab or lab-large"):
        world.serve_day()


def test_data_that_cannot_be_fetched_is_said_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECSYSOPS_CACHE", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(DataMissing, match=r"needs the data inside recbole==1.2.1, which pip could not download"):
        open_world("movielens", tmp_path / "world")


def test_a_torn_wheel_is_said_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECSYSOPS_CACHE", str(tmp_path))
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "obp-0.4.1-py3-none-any.whl").write_bytes(b"PK torn")
    with pytest.raises(DataMissing, match="delete it and try again"):
        read_members("obp==0.4.1", ("obp/dataset/obd/bts/all/all.csv",))


def test_every_world_is_in_the_docs() -> None:
    text = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text()
    assert all(f"`{name}`" in text for name in WORLDS)
