"""A real drill, small enough to be waited for: worlds are broken, the ordinary bot watches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from bot.cli.app import app
from sandbox.drill.drilling import DrillRefused, choose, listed
from sandbox.drill.keeping import kept_folder
from sandbox.drill.report import Report
from sandbox.drill.smallest import MOST, ROUNDS, Search
from sandbox.drill.trials import Plan, plan
from sandbox.drill.working import run_all
from sandbox.recommender.faults.catalogue import EVERY_FAULT, find_fault

CAUGHT = ("partition-lost", "duplicate-delivery")


def silent(_: str, __: float) -> None:
    """Nobody watches."""


def test_two_faults_are_caught_on_their_first_day_named_rightly_and_a_campaign_opens_nothing() -> None:
    plans = [Plan("lab", 7, name, onset=1, severity=1.0, days=1) for name in (*CAUGHT, "marketing-push")]
    trials = run_all(plans, silent, jobs=1)
    report = Report.of("lab", 1, 1, trials, ["D01", "D05"])
    told = report.to_json()
    assert told["failed"] == {}
    assert {name: told["faults"][name]["recall"] for name in CAUGHT} == dict.fromkeys(CAUGHT, 1.0)
    assert told["overall"]["median_delay_windows"] == 0
    assert told["overall"]["incidents_per_cause"] == 1
    assert (told["checks"]["D01"]["recall"], told["checks"]["D05"]["recall"]) == (1, 1)
    assert told["overall"]["fault_free_days"] == 3  # the last of its history, a quiet one, and the campaign's
    assert (told["overall"]["false_incidents"]["quiet"], told["overall"]["false_incidents"]["benign"]) == (0, 0)
    assert told["faults"]["partition-lost"]["cause_top1"] == 1


def test_the_same_seed_and_name_are_the_same_trial_whatever_else_is_drilled() -> None:
    one, other = (plan("lab", seed, find_fault("unit-change"), 3) for seed in (1001, 1002))
    assert one == plan("lab", 1001, find_fault("unit-change"), 3)
    assert len({plan("lab", seed, find_fault("unit-change"), 3).onset for seed in range(1001, 1021)}) > 3
    assert one.dose().seed() != other.dose().seed()


def test_what_takes_days_to_show_is_watched_for_longer() -> None:
    slow = max(EVERY_FAULT, key=lambda fault: fault.days)
    assert plan("lab", 1, slow, 3).days == 3 + slow.days - 1 > 3


def test_every_fault_and_benign_change_is_listed_with_its_truth() -> None:
    told = listed()
    assert {each["name"] for part in ("faults", "benign") for each in told[part]} == {each.name for each in EVERY_FAULT}
    for each in told["faults"]:
        assert set(each) >= {"title", "number", "cause", "cause_class", "worlds", "codes", "damage"}
        assert each["codes"]


def test_the_list_is_json_on_stdout() -> None:
    ran = CliRunner().invoke(app, ["drill", "--list", "--json"])
    assert ran.exit_code == 0
    assert json.loads(ran.stdout) == listed()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--world", "atlantis"], "no world called 'atlantis'"),
        (["--fault", "gremlins"], "no fault called 'gremlins'"),
        (["--world", "obd"], "recording"),
        (["--own", "--config", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_what_cannot_be_drilled_is_said_in_one_sentence(asked: list[str], told: str) -> None:
    ran = CliRunner().invoke(app, ["drill", *asked, "--json"])
    assert ran.exit_code == 2
    assert told in json.loads(ran.stdout)["error"]


def test_after_a_drill_whoever_asked_for_it_logs_as_before() -> None:
    before = structlog.get_config()
    CliRunner().invoke(app, ["drill", "--world", "atlantis", "--json"])
    assert structlog.get_config() == before


def test_a_fault_is_refused_where_its_world_cannot_show_it() -> None:
    with pytest.raises(DrillRefused, match=r"recording|cannot happen"):
        choose("obd", ["unit-change"])


def test_the_extra_faults_are_drilled_when_they_are_asked_for_and_the_figures_are_of_the_others() -> None:
    usual = choose("lab", [])
    assert [fault.number for fault in usual if fault.kind == "fault"] == list(range(1, 25))
    assert [fault.name for fault in choose("lab", ["stale-lists"])] == ["stale-lists"]


def test_the_search_closes_in_on_the_smallest_damage_that_is_caught() -> None:
    search = Search(find_fault("partition-lost"))
    for _ in range(ROUNDS):
        severity = search.next()
        assert severity is not None
        search = search.after(severity, caught=severity > 0.2)
    assert search.caught == pytest.approx(0.2, rel=0.15)
    assert search.to_json()["damage"] == pytest.approx(0.75 * (search.caught or 0), rel=0.01)


def test_a_fault_that_is_missed_at_any_size_has_no_smallest_damage() -> None:
    search = Search(find_fault("partition-lost"))
    tried = []
    while (severity := search.next()) is not None:
        tried.append(severity)
        search = search.after(severity, caught=False)
    assert tried == [1.0, MOST]
    assert search.to_json()["damage"] is None


def test_quiet_days_are_kept_apart_for_every_version_of_the_code(tmp_path: Path, monkeypatch: object) -> None:
    monkeypatch.setenv("RECSYSOPS_CACHE", str(tmp_path))  # type: ignore[attr-defined]
    folder = kept_folder()
    assert folder.parent == tmp_path / "drills"
    assert kept_folder() == folder
