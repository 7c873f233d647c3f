from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from bot.recommender.warehouse import DuckDBWarehouse
from tests.bot.recommender.shop import open_shop, write_shop
from tests.bot.recommender.whole import write_whole


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pd.DataFrame]:
    """The shop, written once for all tests."""
    folder = tmp_path_factory.mktemp("built")
    return folder, write_shop(folder)


@pytest.fixture
def shown(tmp_path: Path, built: tuple[Path, pd.DataFrame]) -> pd.DataFrame:
    """Everything the shop showed in three days; its files lie in tmp_path."""
    shutil.copytree(built[0], tmp_path, dirs_exist_ok=True)
    return built[1].copy()


@pytest.fixture
def shop(tmp_path: Path, shown: pd.DataFrame) -> DuckDBWarehouse:
    """The shop's warehouse."""
    return open_shop(tmp_path)


@pytest.fixture
def whole(tmp_path: Path, shown: pd.DataFrame) -> DuckDBWarehouse:
    """The shop's warehouse, with genres, sampled requests and members mapped too."""
    return write_whole(tmp_path)
