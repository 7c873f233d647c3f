"""Doctor says of every line whether it works, and what to do where it does not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from bot.doctor import Line, examine
from bot.settings import load
from checks.base import About, Finding, History, Measure, Schema
from checks.catalogue import EVERY_CHECK
from checks.judging import Judge
from tests.bot.recommender.shop import TOML, make_shown, write_parquet, write_shop
from tests.bot.recommender.test_registry import fit, release

SERVING = """
[registry]
path = "models"
model = "ranker"
[overrides]
path = "overrides"
[slack]
channel = "#alerts"
[roles]
approver = ["T0:U1"]
operator = ["T0:U2"]
"""


class NeedsColumn:
    """A check that needs one column of a table."""

    def __init__(self, code: str, table: str, column: str) -> None:
        self.about = About(code, f"Check of {column}", "it", "the rest", (f"{table}.{column}",))
        self._needs = table, column

    def measures(self, schema: Schema) -> Sequence[Measure]:
        schema.column(*self._needs)
        return []

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        return []


CHECKS = [NeedsColumn("D01", "impressions", "score"), NeedsColumn("P01", "changes", "ts")]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop with a model, an overrides folder and roles: nothing is wrong with it."""
    folder = tmp_path_factory.mktemp("healthy")
    write_shop(folder)
    (folder / "recsysops.toml").write_text(TOML + SERVING)
    release(folder / "models", "3", fit())
    (folder / "overrides").mkdir()
    return folder


@pytest.fixture
def shop(tmp_path: Path, built: Path) -> Path:
    """A copy of it to break."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return tmp_path


def look(folder: Path, probe: list[Line] | None = None) -> dict[str, Line]:
    lines = examine(folder / "recsysops.toml", CHECKS, None if probe is None else lambda: probe)
    return {line.subject: line for line in lines}


def change(folder: Path, right: str, wrong: str) -> None:
    path = folder / "recsysops.toml"
    text = path.read_text()
    assert right in text
    path.write_text(text.replace(right, wrong))


def test_a_healthy_installation_has_no_problem(shop: Path) -> None:
    lines = look(shop, [Line("slack", "ok", "the token is good")])
    assert {line.state for line in lines.values()} == {"ok", "not applicable"}
    assert lines["impressions"].words == "300 rows, the newest of 2024-03-03 19:04 UTC"
    assert lines["impressions.score"].words == "p_click (DOUBLE)"
    assert "null in 33" not in lines["impressions.country"].words
    assert lines["registry"].words == "1 versions of ranker; the champion, 3, loads"
    assert lines["registry.features"].state == "ok"
    assert lines["slack"].words == "the token is good"
    assert lines["D01"].state == "ok"


def test_settings_already_loaded_may_be_given(shop: Path) -> None:
    assert examine(load(shop / "recsysops.toml", {}), CHECKS)[0].state == "ok"


def test_a_check_that_cannot_run_says_what_it_lacks(shop: Path) -> None:
    line = look(shop)["P01"]
    assert line.state == "not applicable"
    assert "there is no changes table in recsysops.toml" in line.words
    assert line.what_to_do == "it needs changes.ts"


def test_slack_that_was_not_asked_is_unknown_not_green(shop: Path) -> None:
    assert look(shop)["slack"].state == "unknown"


def test_every_mistake_in_the_file_is_a_line(shop: Path) -> None:
    change(shop, 'channel = "#alerts"', "channel = 3")
    change(shop, "[registry]\npath", "[registry]\npth")
    lines = examine(shop / "recsysops.toml")
    assert [line.state for line in lines] == ["problem"] * 3
    assert any("did you mean path?" in line.words for line in lines)


def test_one_broken_table_does_not_hide_the_others_and_checks_are_unknown(shop: Path) -> None:
    (shop / "logs/plays/001.parquet").write_bytes(b"PAR1")
    lines = look(shop)
    assert lines["outcomes"].state == "problem"
    assert "001.parquet" in lines["outcomes"].words
    assert lines["impressions.score"].state == "ok"
    assert lines["D01"].state == "unknown"


def test_a_column_the_contract_expects_and_nobody_mapped_is_not_applicable(shop: Path) -> None:
    change(shop, 'model_version = "model"\n', "")
    line = look(shop)["impressions.model_version"]
    assert line.state == "not applicable"
    assert 'model_version = "your column"' in line.what_to_do


def test_nulls_where_there_must_be_none_are_a_problem(shop: Path) -> None:
    frame = make_shown(0).astype({"movie": "Int64"})
    frame.loc[:4, "movie"] = pd.NA
    write_parquet(frame, shop / "logs/shown/000.parquet")
    assert "is null in 5 of 300 rows" in look(shop)["impressions.item_id"].words


def test_a_slice_with_very_many_values_is_a_problem(shop: Path) -> None:
    change(shop, 'slices = ["country"]', 'slices = ["visit_id"]')
    for day in range(3):
        frame = make_shown(day, visits=70)
        write_parquet(
            frame.assign(visit_id=[f"{day} {v}" for v in frame["visit"]]), shop / f"logs/shown/00{day}.parquet"
        )
    assert "50 are told apart" in look(shop)["impressions.visit_id"].words


def test_times_before_2000_are_a_wrong_unit(shop: Path) -> None:
    for path in (shop / "logs/shown").glob("*.parquet"):
        path.unlink()
    write_parquet(make_shown(0).assign(event_time=19_800), shop / "logs/shown/0.parquet")
    line = look(shop)["impressions"]
    assert line.state == "problem"
    assert "is ts the right column?" in line.what_to_do


def test_an_empty_table_is_a_problem(shop: Path) -> None:
    for path in (shop / "logs/plays").glob("*.parquet"):
        frame = pd.DataFrame({"at": pd.Series([], dtype="datetime64[us, UTC]"), "movie": 1, "user": 1, "visit": "v"})
        write_parquet(frame.assign(how="x", served_rank=1), path)
    assert look(shop)["outcomes"].words == "the table has no rows"


def test_a_champion_that_does_not_load_is_a_problem(shop: Path) -> None:
    (shop / "models/ranker/3/model.joblib").write_bytes(b"no")
    line = look(shop)["registry"]
    assert line.state == "problem"
    assert "model.joblib is not a model that can be loaded" in line.words


def test_a_champion_that_reads_what_is_not_logged_is_a_problem(shop: Path) -> None:
    release(shop / "models", "4", fit(), features=["affinity", "mood"])
    assert look(shop)["registry.features"].words == "the champion reads mood, which impressions lacks"


def test_without_registry_and_overrides_their_use_is_named(shop: Path) -> None:
    (shop / "recsysops.toml").write_text(TOML)
    lines = look(shop)
    assert (lines["registry"].state, lines["overrides"].state) == ("not applicable", "not applicable")
    assert lines["roles.approver"].words == "nobody may approve a hotfix"
    assert lines["slack.channel"].state == "problem"


def test_an_overrides_folder_that_is_missing_is_a_problem(shop: Path) -> None:
    (shop / "overrides").rmdir()
    assert "there is no folder" in look(shop)["overrides"].words


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_overrides_folder_that_cannot_be_written_is_a_problem(shop: Path) -> None:
    (shop / "overrides").chmod(0o500)
    assert "cannot be written to" in look(shop)["overrides"].words


def test_codes_that_are_no_checks_and_checks_switched_off_are_told(shop: Path) -> None:
    with (shop / "recsysops.toml").open("a") as file:
        file.write('[checks]\noff = ["D01", "D99"]\n')
    lines = look(shop)
    assert lines["D01"].words == "Check of score: switched off"
    assert "names D99, which is no check; did you mean D01?" in lines["checks"].words


def test_doctor_changes_nothing(shop: Path) -> None:
    before = sorted((str(path), path.stat().st_mtime_ns) for path in shop.rglob("*"))
    look(shop)
    assert before == sorted((str(path), path.stat().st_mtime_ns) for path in shop.rglob("*"))


def test_an_installation_of_feeds_alone_is_examined_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "recsysops.toml"
    path.write_text('[feeds.ranking]\npath = "ranking.csv"\nkey = ["week", "rank"]\n[slack]\nchannel = "#feeds"\n')
    lines = {line.subject: line for line in examine(load(path, {}), EVERY_CHECK)}
    assert lines["D01"].state == "ok"
    assert lines["M02"].state == "not applicable"
