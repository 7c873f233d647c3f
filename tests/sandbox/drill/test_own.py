"""Users drill a copy of their own tables; theirs are only ever read."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest

from bot.recommender.engine import Engine
from bot.settings import load
from sandbox.drill import run_own
from sandbox.drill.own.copying import Copy, NothingToDrill, copy_tables, demand_history, needed_days
from sandbox.drill.own.damages import EVERY_DAMAGE, Damage
from sandbox.drill.own.drilling import choose, damage_table, look
from sandbox.recommender.worlds import open_world

WATCHED = 3


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody's installation: thirty-one days of the lab, as its recsysops.toml maps them."""
    return open_world("lab", tmp_path_factory.mktemp("theirs")).config_path


@pytest.fixture(scope="module")
def copy(theirs: Path, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return copy_tables(load(theirs, {}), tmp_path_factory.mktemp("copy"))


def fingerprints(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def count(path: Path, of: str = "count(*)") -> int:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return int(connection.execute(f"SELECT {of} FROM read_parquet(?)", [str(path)]).fetchall()[0][0])


def test_a_copy_has_the_rows_of_its_whole_days_under_the_contracts_names(copy: Copy, theirs: Path) -> None:
    first = f"ts >= TIMESTAMPTZ '{copy.days[0]}'"
    log = theirs.parent / "tables" / "impressions" / "*.parquet"
    assert count(copy.file("impressions")) == count(log, f"count_if({first})") > 10_000
    assert count(copy.file("items")) == count(theirs.parent / "tables" / "items" / "*.parquet")
    assert len(copy.days) == 30  # the first day is dropped: nobody knows whether it is whole


def test_the_copy_is_watched_with_their_settings_and_nothing_else_of_theirs(copy: Copy, theirs: Path) -> None:
    settings = load(theirs, {})
    newest = [
        count(path, "epoch(max(ts))") for path in (copy.file("impressions"), theirs.parent / "tables/impressions/*")
    ]
    assert newest[0] == newest[1]
    assert copy.settings.budget == settings.budget
    assert copy.settings.database_url == f"sqlite:///{copy.folder / 'bot.db'}"
    assert copy.settings.overrides is None


@pytest.mark.parametrize("damage", EVERY_DAMAGE, ids=[damage.name for damage in EVERY_DAMAGE])
def test_a_damage_changes_the_rows_from_its_onset_on_and_no_other(copy: Copy, tmp_path: Path, damage: Damage) -> None:
    onset = copy.days[20]
    done = damage.spoil(look(copy, np.random.default_rng(5)))
    damaged = replace(copy, folder=tmp_path)
    damage_table(copy, damaged, damage.table, done.select, onset)
    before, after = f"ts < TIMESTAMPTZ '{onset}'", f"ts >= TIMESTAMPTZ '{onset}'"
    rows = Engine()
    digest = "SELECT count(*), bit_xor(hash(t)) FROM (SELECT * FROM read_parquet('{file}') WHERE {where}) t"
    files = (copy.file(damage.table), damaged.file(damage.table))
    was, now = (rows.one(digest.format(file=file, where=before)) for file in files)
    assert was == now
    was, now = (rows.one(digest.format(file=file, where=after)) for file in files)
    assert was != now
    assert done.damage


def test_what_the_tables_do_not_allow_is_not_tried(copy: Copy) -> None:
    bare = replace(copy, columns={"impressions": ("ts", "item_id")})
    bare = replace(bare, settings=bare.settings.model_copy(update={"warehouse": type(bare.settings.warehouse)()}))
    assert {damage.name for damage in choose(bare, [])} == {"rows-lost", "rows-twice", "zone-slip"}
    with pytest.raises(NothingToDrill, match="lack the columns"):
        choose(bare, ["join-broken"])


def test_an_unknown_damage_is_answered_with_those_there_are(copy: Copy) -> None:
    with pytest.raises(NothingToDrill, match=r"no damage called 'gremlins'.*rows-lost"):
        choose(copy, ["gremlins"])


def test_too_short_a_history_is_said_with_how_long_it_must_be(copy: Copy) -> None:
    short = replace(copy, days=copy.days[:9])
    with pytest.raises(NothingToDrill, match=r"9 whole days of impressions, and a drill needs 18"):
        demand_history(short, copy.settings, WATCHED)
    assert needed_days(copy.settings, WATCHED) == 18


def test_an_empty_log_is_nothing_to_drill_on(theirs: Path, tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    with duckdb.connect() as connection:
        source = theirs.parent / "tables" / "impressions" / "*.parquet"
        where = str(tmp_path / "log" / "empty.parquet").replace("'", "''")
        connection.execute(f"COPY (SELECT * FROM read_parquet(?) LIMIT 0) TO '{where}' (FORMAT parquet)", [str(source)])
    config = tmp_path / "recsysops.toml"
    config.write_text('[warehouse]\n[tables.impressions]\npath = "log/*.parquet"\n')
    with pytest.raises(NothingToDrill, match="no rows"):
        copy_tables(load(config, {}), tmp_path / "copy")


@pytest.mark.slow
def test_a_whole_drill_of_ones_own_catches_what_is_plain_and_writes_nothing_of_theirs(
    theirs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = fingerprints(theirs.parent)
    run_own(theirs, ["rows-lost", "rows-twice", "scores-broken"], seeds=1, days=2, jobs=1, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["world"] == "own"
    assert told["overall"]["recall"] == 1
    assert told["overall"]["fault_free_days"] > 10
    assert fingerprints(theirs.parent) == before
