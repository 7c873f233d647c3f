"""A stranger's Parquet files, with column names of their own, through init, doctor and check."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.cli.shell import whoever
from bot.store.sessions import open_store
from bot.store.tables import Incident

FIRST = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 21
CONFIG = """
[recommender]
name = "shop"

[warehouse]
root = "data"
features = ["price_match", "recency"]
slices = ["market"]

[tables.impressions]
path = "shown/*.parquet"
[tables.impressions.columns]
ts = "event_time"
request_id = "request"
member_id = "visitor"
item_id = "product"
position = "slot"
score = "p_click"
model_version = "model"

[tables.outcomes]
path = "bought/*.parquet"
[tables.outcomes.columns]
ts = "event_time"
request_id = "request"
member_id = "visitor"
item_id = "product"

[tables.items]
path = "catalogue.parquet"
[tables.items.columns]
item_id = "product"
launch_date = "on_sale_since"
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three weeks of a shop whose recency feature goes missing on the last day."""
    folder = tmp_path_factory.mktemp("shop")
    rng = np.random.default_rng(3)
    for name in ("shown", "bought"):
        (folder / "data" / name).mkdir(parents=True)
    for day in range(DAYS):
        shown = _shown(rng, day)
        _write(shown, folder / "data" / "shown" / f"{day:02}.parquet")
        bought = shown[rng.random(len(shown)) < 0.1][["event_time", "request", "visitor", "product"]]
        _write(bought, folder / "data" / "bought" / f"{day:02}.parquet")
    items = pd.DataFrame({"product": [f"p{n}" for n in range(50)], "on_sale_since": FIRST - timedelta(days=90)})
    _write(items, folder / "data" / "catalogue.parquet")
    (folder / "recsysops.toml").write_text(CONFIG)
    return folder


def _write(frame: pd.DataFrame, path: Path) -> None:
    with duckdb.connect() as connection:
        connection.register("frame", frame)
        connection.execute(f"COPY frame TO '{path}' (FORMAT parquet)")


def _shown(rng: np.random.Generator, day: int) -> pd.DataFrame:
    requests, slots = 200, 10
    n = requests * slots
    start = FIRST + timedelta(days=day)
    missing = rng.random(n) < (0.6 if day == DAYS - 1 else 0.01)
    return pd.DataFrame(
        {
            "event_time": [start + timedelta(seconds=float(s)) for s in np.sort(rng.integers(0, 86_000, n))],
            "request": [f"{day}-{row // slots}" for row in range(n)],
            "visitor": [f"v{row}" for row in np.repeat(rng.integers(0, 400, requests), slots)],
            "product": [f"p{p}" for p in rng.integers(0, 50, n)],
            "slot": np.tile(np.arange(1, slots + 1), requests),
            "p_click": rng.beta(2, 8, n),
            "model": "3",
            "market": np.repeat(rng.choice(["north", "south"], requests), slots),
            "price_match": rng.normal(0, 1, n),
            "recency": np.where(missing, np.nan, rng.gamma(2, 3, n)),
        }
    )


@pytest.fixture
def shell() -> CliRunner:
    return CliRunner()


def test_check_finds_what_is_wrong_in_a_strangers_tables(shop: Path, shell: CliRunner) -> None:
    as_of = (FIRST + timedelta(days=DAYS, hours=1)).isoformat()
    ran = shell.invoke(app, ["check", "--config", str(shop / "recsysops.toml"), "--as-of", as_of, "--json"])

    assert ran.exit_code == 0, ran.output
    said = json.loads(ran.stdout)
    by_code = {outcome["code"]: outcome for outcome in said["outcomes"]}
    assert by_code["D03"]["state"] == "finding"
    assert by_code["D03"]["findings"][0]["subject"] == "feature:recency"
    assert by_code["D01"]["state"] == "quiet"
    assert by_code["M01"]["state"] == "not-applicable" or by_code["M01"]["words"] == ""


def test_doctor_names_each_check_that_does_not_apply_and_why(shop: Path, shell: CliRunner) -> None:
    ran = shell.invoke(app, ["doctor", "--config", str(shop / "recsysops.toml"), "--json"])

    lines = json.loads(ran.stdout)["lines"]
    low_ranked = next(line for line in lines if line["subject"] == "P01")
    assert low_ranked["state"] == "not applicable"
    assert "rank" in low_ranked["words"]


def test_init_proposes_a_config_that_reads_the_same_tables(shop: Path, shell: CliRunner, tmp_path: Path) -> None:
    out = tmp_path / "proposed.toml"
    ran = shell.invoke(app, ["init", str(shop / "data"), "--out", str(out)])

    assert ran.exit_code == 0, ran.output
    text = out.read_text()
    assert 'ts = "event_time"' in text
    assert 'item_id = "product"' in text
    again = shell.invoke(app, ["init", str(shop / "data"), "--out", str(out), "--force", "--json"])
    said = json.loads(again.stdout)
    assert said["tables"]["impressions"]["columns"]["ts"] == "event_time"
    assert "impressions" not in said["missing_tables"]


def test_init_without_a_log_of_what_was_shown_says_so_and_leaves_room_for_it(
    shop: Path, shell: CliRunner, tmp_path: Path
) -> None:
    out = tmp_path / "proposed.toml"
    ran = shell.invoke(app, ["init", str(shop / "data" / "catalogue.parquet"), "--out", str(out)])

    assert ran.exit_code == 1
    assert "Name yours under [tables.impressions]" in ran.output
    assert "# [tables.impressions.columns]" in out.read_text()


AS_OF = (FIRST + timedelta(days=DAYS, hours=1)).isoformat()


@pytest.fixture
def broken(shop: Path, tmp_path: Path) -> Path:
    """The shop's folder, for tests that break something in it."""
    shutil.copytree(shop, tmp_path / "broken")
    (tmp_path / "broken" / "recsysops.db").unlink(missing_ok=True)
    return tmp_path / "broken"


def test_a_truncated_file_is_named_until_it_is_whole_again(broken: Path, shell: CliRunner) -> None:
    victim = broken / "data" / "shown" / "20.parquet"
    whole = victim.read_bytes()
    words = ["check", "D01", "--config", str(broken / "recsysops.toml"), "--as-of", AS_OF, "--json"]
    victim.write_bytes(whole[:2000])
    ran = shell.invoke(app, words)

    assert ran.exit_code == 1  # one check failed
    (outcome,) = json.loads(ran.stdout)["outcomes"]
    assert (outcome["state"], "20.parquet (of the impressions table)" in outcome["words"]) == ("failed", True)

    victim.write_bytes(whole)
    ran = shell.invoke(app, words)
    assert (ran.exit_code, json.loads(ran.stdout)["outcomes"][0]["state"]) == (0, "quiet")


def test_a_missing_catalogue_fails_the_checks_that_read_it_and_no_others(broken: Path, shell: CliRunner) -> None:
    (broken / "data" / "catalogue.parquet").unlink()
    ran = shell.invoke(app, ["check", "--config", str(broken / "recsysops.toml"), "--as-of", AS_OF, "--json"])

    assert ran.exit_code == 1
    by_state: dict[str, list[str]] = {}
    for outcome in json.loads(ran.stdout)["outcomes"]:
        by_state.setdefault(outcome["state"], []).append(outcome["code"])
        if outcome["state"] == "failed":
            assert "There are no files for the items table at" in outcome["words"]
    assert {"I01", "D09", "I02"} <= set(by_state["failed"])
    assert not {"D01", "D02", "D03", "M02", "M06"} & set(by_state["failed"])
    assert "D03" in by_state["finding"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["check", "Z99"], "no check Z99"),
        (["check", "--as-of", "yesterday"], "2026-02-20"),
        (["item", "no-such-thing"], "no-such-thing"),
        (["item", " "], "Say which item"),
        (["diagnose", "incident", "12"], "12"),
        (["diagnose", "everything"], "diagnose model"),
        (["diagnose", "incident"], "Say which incident to diagnose, as in `recsysops diagnose incident 7`"),
        (["diagnose"], "Say which incident to diagnose"),
        (["diagnose", "item"], "Say which item to diagnose"),
        (["hotfix", "undo", "3"], "I cannot act on serving"),  # understood, and there is nothing to undo it with
        (["hotfix", "undo"], "recsysops hotfix undo 3"),
        (["hotfix", "approve", "the", "first"], "recsysops hotfix approve 3"),
        (["hotfix", "rollback", "model"], "registry"),
        (["hotfix", "reboot"], "rollback model"),
    ],
)
def test_bad_input_gets_one_sentence_that_says_what_to_do(
    shop: Path, shell: CliRunner, words: list[str], says: str
) -> None:
    ran = shell.invoke(app, [*words, "--config", str(shop / "recsysops.toml")])

    assert ran.exit_code == 2
    assert says in ran.output
    assert "Traceback" not in ran.output


def test_no_config_says_how_to_get_one(shell: CliRunner, tmp_path: Path) -> None:
    ran = shell.invoke(app, ["status", "--config", str(tmp_path / "none.toml")])

    assert ran.exit_code == 2
    assert "recsysops init" in ran.output


@pytest.mark.parametrize("words", [["status"], ["status", "--alive"], ["incidents"], ["known"]])
def test_what_the_bot_remembers_is_told_while_the_tables_cannot_be_read(
    shop: Path, shell: CliRunner, tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "recsysops.toml").write_text((shop / "recsysops.toml").read_text())  # and no tables beside it
    ran = shell.invoke(app, [*words, "--json", "--config", str(tmp_path / "recsysops.toml")])

    assert ran.exit_code == (1 if "--alive" in words else 0), ran.output  # alive: no bot has ever run here
    assert "error" not in json.loads(ran.stdout)


def test_records_that_are_no_database_are_one_sentence(shop: Path, shell: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "recsysops.toml").write_text((shop / "recsysops.toml").read_text())
    (tmp_path / "recsysops.db").write_bytes(b"a shopping list, and a long one at that " * 100)
    for verb in ("status", "check"):
        ran = shell.invoke(app, [verb, "--config", str(tmp_path / "recsysops.toml")])
        assert ran.exit_code == 2
        assert "is no SQLite database: move it away" in ran.output


def test_nobody_becomes_somebody_else_by_saying_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """monkeypatch sets an environment variable, as an attacker would; nothing of a library is replaced."""
    monkeypatch.setenv("LOGNAME", "the-approver")
    monkeypatch.setenv("USER", "the-approver")
    assert whoever().user != "the-approver"


def test_an_item_names_the_open_incidents_that_touch_it(broken: Path, shell: CliRunner) -> None:
    """As in Slack: those that name the item, and those about everybody; not another item's, nor a false alarm."""
    store = open_store(f"sqlite:///{broken / 'recsysops.db'}")
    facts: dict[str, Any] = {"state": "open", "severity": 2, "cause": "c", "title": "t"}
    facts |= dict.fromkeys(("onset", "detected_at", "last_seen_at"), FIRST)
    with store.session() as session:
        session.add(Incident(fingerprint="1", subject="feature:recency", **facts))
        session.add(Incident(fingerprint="2", subject="item:p3", slice="item_id=p3", **facts))
        session.add(Incident(fingerprint="3", subject="item:p4", slice="item_id=p4", **facts))
        session.add(Incident(fingerprint="4", subject="feature:recency", not_an_issue=True, **facts))
        session.add(Incident(fingerprint="5", subject="x", slice="a=b", findings=[{"subject": "item:p3"}], **facts))
    store.close()
    words = ["item", "p3", "--config", str(broken / "recsysops.toml"), "--as-of", AS_OF]

    assert json.loads(shell.invoke(app, [*words, "--json"]).stdout)["incidents"] == [1, 2, 5]
    assert "Open incidents that may touch it" in shell.invoke(app, words).stdout


def test_a_fault_the_demo_does_not_know_is_bad_input_like_any_other(shell: CliRunner) -> None:
    ran = shell.invoke(app, ["demo", "--headless", "--fault", "gremlins"])

    assert ran.exit_code == 2
    assert "There is no fault called 'gremlins': choose one of none, " in ran.output
