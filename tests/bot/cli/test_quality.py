"""`recsysops quality`: the metrics of the ranking, as a table and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from sandbox.recommender.worlds import open_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quality") / "lab"
    return open_world("lab", folder, 7).config_path


def test_the_table_has_every_metric_with_what_it_means(world: Path) -> None:
    result = CliRunner().invoke(
        app, ["quality", "--config", str(world), "--as-of", "2026-02-05T06:00:00Z", "--at", "5"]
    )
    assert result.exit_code == 0
    assert result.stdout.startswith("2026-02-04 00:00 to 2026-02-05 00:00 UTC, ")
    assert "(the first 5 places)" in result.stdout
    for title in ("NDCG", "recall", "hit rate", "MRR", "coverage", "Gini", "effective items"):
        assert f"\n{title} " in result.stdout


def test_json_has_the_same_numbers_and_more_days_have_more_lists(world: Path) -> None:
    common = ["quality", "--json", "--config", str(world), "--as-of", "2026-02-05T06:00:00Z"]
    day, week = (json.loads(CliRunner().invoke(app, [*common, "--days", days]).stdout) for days in ("1", "7"))
    assert day["to"] == week["to"] == "2026-02-05T00:00:00+00:00"
    assert week["lists"] > 4 * day["lists"] > 0
    assert 0 < day["ndcg"] < 1
    assert 0 < day["coverage"] <= week["coverage"] <= 1


def test_a_day_without_lists_is_not_known_rather_than_zero(world: Path) -> None:
    result = CliRunner().invoke(app, ["quality", "--config", str(world), "--as-of", "2020-01-01"])
    assert "0 lists, 0 with a choice" in result.stdout
    assert "not known" in result.stdout
