"""A served day becomes partitions of the warehouse, and what training will read of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sandbox.recommender.engine.features import FEATURES
from sandbox.recommender.engine.hooks import Hooks
from sandbox.recommender.engine.scene import day_date
from sandbox.recommender.engine.state import LoggedDay, State
from sandbox.recommender.tables.access import call_rows
from sandbox.recommender.tables.batch import Batch
from sandbox.recommender.tables.catalogue import change_rows, item_rows, member_rows
from sandbox.recommender.tables.parquet import ParquetWriter
from sandbox.recommender.tables.rows import impression_rows, offline_rows, outcome_rows, request_rows

LOGGING_STREAM = 3


def make_tables(state: State, hooks: Hooks, day: int, batches: Sequence[Batch]) -> dict[str, pd.DataFrame]:
    """The day's partitions by table name, after whatever happens to them on their way to the warehouse."""
    rng = np.random.default_rng([state.seed, day + 1000, LOGGING_STREAM])
    tables = {
        "impressions": _join([impression_rows(state.scene, batch) for batch in batches]),
        "outcomes": _join([outcome_rows(state.scene, batch, rng) for batch in batches]).sort_values(
            "ts", kind="stable", ignore_index=True
        ),
        "requests": _join([request_rows(state.scene, batch) for batch in batches]),
        "features_offline": _join([offline_rows(state.scene, batch) for batch in batches]),
        "calls": _join([call_rows(state.scene, batch) for batch in batches]),
    }
    for change in hooks.log:
        tables = {name: change(name, rows) for name, rows in tables.items()}
    return tables


def remember(state: State, day: int, tables: dict[str, pd.DataFrame]) -> None:
    """Keep what training reads: the impressions as logged, joined to the outcomes as logged."""
    shown, outcomes = tables["impressions"], tables["outcomes"]
    keys = pd.MultiIndex.from_frame(shown[["request_id", "item_id"]])
    listed = outcomes[outcomes["request_id"].notna()]
    taken = keys.isin(pd.MultiIndex.from_frame(listed[["request_id", "item_id"]]))
    state.log.append(
        LoggedDay(
            day=day,
            features=shown[list(FEATURES)].to_numpy(dtype=float),
            taken=np.asarray(taken),
            request=pd.factorize(shown["request_id"])[0],
            region=shown["region"].to_numpy(dtype=object),
            age_group=shown["age_group"].to_numpy(dtype=object),
        )
    )


def write_day(writer: ParquetWriter, folder: Path, state: State, day: int, tables: dict[str, pd.DataFrame]) -> None:
    """Put the day's partitions, and the changes made since the last, below `folder`."""
    for name, rows in tables.items():
        writer.write(rows, folder / name / f"{day_date(day)}.parquet")
    if state.changes:
        writer.write(change_rows(state.changes), folder / "changes" / f"{day_date(day)}.parquet")
    state.changes.clear()


def write_snapshots(writer: ParquetWriter, folder: Path, state: State) -> None:
    """Put the catalogue and the membership as they stand at the start of the next day."""
    writer.write(item_rows(state), folder / "items" / "items.parquet")
    writer.write(member_rows(state), folder / "members" / "members.parquet")


def _join(parts: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
