"""What the migrations make is what the code declares."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from bot.detection.stored import Stored
from bot.store.sessions import MIGRATIONS, Store, open_store
from checks.base import Window

START, DAY = datetime(2026, 1, 5, tzinfo=UTC), timedelta(days=1)


def test_after_every_migration_tables_columns_and_indexes_are_as_declared(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'bot.db'}")
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []
    store.close()


def _at(store: Store, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = store.engine
    command.upgrade(config, revision)


def test_measurements_of_the_old_layout_are_carried_over_into_blocks(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'bot.db'}")
    _at(store, "0003")
    old = "INSERT INTO measurement (measure, slice, window_start, window_end, value, counts, n) VALUES "
    written = [
        ("rows:impressions", "", 0, "90.5", "NULL", 90),
        ("rows:impressions", "region=North", 0, "40", "NULL", 40),
        ("rows:impressions", "", 1, "NULL", "NULL", 0),
        ("score.histogram", "", 0, "NULL", "'[1.0, 2.0]'", 3),
        ("score.histogram", "region=North", 0, "NULL", "'[0.0, 1.0]'", 1),
        ("score.histogram", "", 1, "NULL", "NULL", 0),
    ]
    with store.engine.begin() as connection:
        for measure, part, day, value, counts, n in written:
            start, end = (f"2026-01-{5 + day + more:02} 00:00:00.000000" for more in (0, 1))
            connection.execute(sa.text(f"{old} ('{measure}', '{part}', '{start}', '{end}', {value}, {counts}, {n})"))
    store.migrate()
    stored = Stored.read(store, [Window(START + i * DAY, START + (i + 1) * DAY) for i in range(2)])
    everyone, north = stored.series("rows:impressions", counting=False)
    assert np.array_equal(everyone.values, [90.5, np.nan], equal_nan=True)
    assert (everyone.n.tolist(), north.values[0], north.slice.key) == ([90, 0], 40, "region=North")
    histograms = [one.values[0].tolist() for one in stored.series("score.histogram", counting=False)]
    assert histograms == [[1, 2], [0, 1]]
    assert stored.tests() == (2, 0)
    with store.engine.connect() as connection:
        kinds = connection.execute(sa.text("SELECT DISTINCT measure, kind FROM measurements ORDER BY measure, kind"))
        assert {tuple(row) for row in kinds} >= {("rows:impressions", "count"), ("score.histogram", "histogram")}
    store.close()
