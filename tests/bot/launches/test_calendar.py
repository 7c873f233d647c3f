"""The launches ahead, as a launch manager reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cards.launches import launches_said, launches_to_json
from bot.cli.app import app
from bot.launches.calendar import Ahead, find_ahead
from bot.recommender.contract import RecommenderFailed
from bot.recommender.opening import open_recommender
from bot.settings import load
from bot.store.sessions import open_store
from checks.events import Launch
from checks.upcoming import Gap
from sandbox.recommender.world import RunningWorld
from sandbox.recommender.worlds import open_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> RunningWorld:
    """The lab, in which a launch of the week after next loses its artwork."""
    opened = open_world("lab", tmp_path_factory.mktemp("calendar") / "lab", 7)
    opened.break_with("launch-unprepared")
    opened.serve_day()
    assert isinstance(opened, RunningWorld)
    return opened


def ahead(world: RunningWorld, change: Callable[[str], str] = str) -> list[Ahead]:
    path = world.config_path.parent / "changed.toml"
    path.write_text(change(world.config_path.read_text()))
    store = open_store(f"sqlite:///{path.parent / 'bot.db'}")
    return find_ahead(store, open_recommender(load(path, {})), world.clock.now())


def test_every_launch_ahead_is_there_in_order_and_the_one_with_a_gap_is_at_risk(
    world: RunningWorld,
) -> None:
    coming = ahead(world)
    days = [one.launch.at for one in coming]
    assert len(coming) > 8
    assert days == sorted(days, key=str)
    [risky] = [one for one in coming if one.state == "at risk"]
    assert [gap.words for gap in risky.gaps] == ["no artwork"]
    assert risky.launch.at is not None
    assert risky.ready_by == risky.launch.at - timedelta(days=2)
    assert {one.state for one in coming} == {"ready", "at risk"}


def test_a_gap_is_no_risk_yet_while_there_is_time_to_work_on_it(world: RunningWorld) -> None:
    coming = ahead(world, lambda text: text + '\n[launches]\nwarn = "3d"\n')
    assert {one.state for one in coming} == {"ready", "in preparation"}


def test_what_a_title_needs_is_what_recsysops_toml_says(world: RunningWorld) -> None:
    assert all(
        one.state == "ready" for one in ahead(world, lambda text: text + '\n[launches]\nrequired = ["language"]\n')
    )
    listed = ahead(world, lambda text: text + '\n[launches]\nrequired = []\nlisted = { owner = "region" }\n')
    assert all(one.gaps[0].words == "no owner" for one in listed)  # no region is named in it


def test_without_launch_dates_it_is_said_what_to_map(world: RunningWorld) -> None:
    with pytest.raises(RecommenderFailed, match=r"map items\.launch_date"):
        ahead(world, lambda text: text.split("[tables.items]")[0] + "\n" if "[tables.items]" in text else text)


def test_the_card_says_who_must_mend_what_by_when_and_escapes_what_comes_from_outside(world: RunningWorld) -> None:
    [risky] = [one for one in ahead(world) if one.state == "at risk"]
    gap = Gap("has_artwork", "no <artwork>")
    strange = Ahead(
        Launch("i1", "Love & <War>", risky.launch.at, {"owner": "a & b"}), (gap,), risky.ready_by, "at risk"
    )
    said = launches_said([risky, strange], 28)
    assert said.text.startswith("2 launches in the next 28 days, 2 of them at risk")
    text = json.dumps(said.blocks, ensure_ascii=False)
    assert "at risk: no artwork; to be mended by 11 February" in text
    assert "Love &amp; &lt;War&gt;" in text
    assert "no &lt;artwork&gt;" in text
    assert launches_said([], 28).text == "No launch is in the catalogue for the next 28 days."
    assert launches_to_json([risky])["launches"][0]["gaps"] == ["no artwork"]


def test_a_long_calendar_is_cut_with_the_way_to_see_it_all(world: RunningWorld) -> None:
    many = [one for one in ahead(world) for _ in range(4)]
    assert f"… and {len(many) - 20} more" in json.dumps(launches_said(many, 28).blocks, ensure_ascii=False)


def test_the_shell_lists_them_too(world: RunningWorld, tmp_path: Path) -> None:
    asked = ["launches", "--config", str(world.config_path), "--as-of", world.clock.now().isoformat()]
    said = CliRunner().invoke(app, asked)
    assert said.exit_code == 0, said.output
    assert "1 of them at risk" in said.stdout
    told = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)["launches"]
    assert [one["state"] for one in told].count("at risk") == 1
