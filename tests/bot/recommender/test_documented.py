"""docs/your-recommender.md can be followed as it is written."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from bot.recommender.mapping import EXPECTED, REQUIRED
from bot.recommender.overrides import read_override
from bot.recommender.registry import FolderRegistry
from tests.bot.recommender.shop import open_shop, window
from tests.bot.recommender.test_registry import fit, release

PAGE = (Path(__file__).parents[3] / "docs/your-recommender.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


def test_the_example_configuration_reads_the_shop_it_describes(tmp_path: Path, shown: pd.DataFrame) -> None:
    (text,) = blocks("toml")
    shop = open_shop(tmp_path, text)
    assert len(shop.rows("impressions", window(0, 3))) == len(shown)
    assert {"labelled", "lists", "choices", "items"} <= set(shop.schema.relations)


def test_the_example_version_and_override_are_understood(tmp_path: Path) -> None:
    version, override = blocks("json")
    home = release(tmp_path, "7", fit())
    (home / "version.json").write_text(version)
    assert FolderRegistry(tmp_path, "ranker").champion().metrics == {"auc": 0.71}
    (tmp_path / "rollback-12.json").write_text(override)
    assert read_override(tmp_path / "rollback-12.json").params == {"model": "ranker", "version": "6"}


def test_the_tables_of_the_page_are_those_of_the_code() -> None:
    for table, needed in REQUIRED.items():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{table}`"))
        _, _, _, must, expected, _ = row.split("|")
        assert set(re.findall(r"`(\w+)`", must)) == set(needed)
        assert set(EXPECTED.get(table, ())) <= set(re.findall(r"`(\w+)`", expected))
