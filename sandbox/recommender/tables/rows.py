"""From ranked candidates and choices to the rows of impressions, outcomes and sampled requests."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from sandbox.recommender.engine.features import FEATURES
from sandbox.recommender.engine.recomputing import SAMPLED
from sandbox.recommender.engine.rules import REASONS
from sandbox.recommender.engine.scene import Ints, Scene
from sandbox.recommender.tables.batch import Batch


def impression_rows(scene: Scene, batch: Batch) -> pd.DataFrame:
    """One row per item shown, by request and position."""
    ranked = batch.ranked
    row, column = np.nonzero(ranked.position > 0)
    order = np.lexsort((ranked.position[row, column], row))
    row, column = row[order], column[order]
    return pd.DataFrame(
        {
            **_whom(scene, batch, row, ranked.items[row, column]),
            "position": ranked.position[row, column],
            "score": ranked.score[row, column],
            "model_version": batch.model_version,
            "explored": ranked.explored[row, column],
            "propensity": ranked.propensity[row, column],
            "arm": batch.requests.arm[row],
            **slice_columns(scene, batch, row),
            **{name: ranked.features[row, column, n] for n, name in enumerate(FEATURES)},
            "features_at": _stamp(batch.features_at, len(row)),
            "index_version": batch.index_version,
        }
    )


def outcome_rows(scene: Scene, batch: Batch, rng: np.random.Generator) -> pd.DataFrame:
    """One row per item taken, from a list or by search, seconds to minutes after the request."""
    row, column = np.nonzero(batch.chosen.taken)
    searching = np.flatnonzero(batch.chosen.searched >= 0)
    listed = _outcomes(scene, batch, row, batch.ranked.items[row, column], "list", rng)
    listed["rank"] = _or_null(batch.ranked.rank[row, column])
    found = _outcomes(scene, batch, searching, batch.chosen.searched[searching], "search", rng)
    found["request_id"] = None
    found["rank"] = _searched_ranks(batch, searching)
    rows = pd.concat([listed, found], ignore_index=True).sort_values("ts", kind="stable", ignore_index=True)
    return rows[["ts", "member_id", "item_id", "request_id", "source", "rank", "model_version"]]


def request_rows(scene: Scene, batch: Batch) -> pd.DataFrame:
    """Sampled requests, whole: one row per candidate, with its features, score and fate."""
    ranked = batch.ranked
    row, column = np.nonzero((ranked.items >= 0) & batch.sampled[:, None])
    reasons = np.array(REASONS, dtype=object)
    return pd.DataFrame(
        {
            **_whom(scene, batch, row, ranked.items[row, column]),
            "model_version": batch.model_version,
            "score": ranked.score[row, column],
            "rank": _or_null(ranked.rank[row, column]),
            "position": _or_null(ranked.position[row, column]),
            "excluded_reason": pd.array(reasons[ranked.reason[row, column]], dtype="string"),
            "sampling_weight": 1 / SAMPLED,
            **slice_columns(scene, batch, row),
            **{name: ranked.features[row, column, n] for n, name in enumerate(FEATURES)},
            "features_at": _stamp(batch.features_at, len(row)),
            "index_version": batch.index_version,
        }
    )


def offline_rows(scene: Scene, batch: Batch) -> pd.DataFrame:
    """The features of the sampled requests' candidates as recomputed from the warehouse: one row per candidate."""
    requests, ids = batch.requests.where(batch.sampled), batch.ranked.items[batch.sampled]
    row, column = np.nonzero(ids >= 0)
    return pd.DataFrame(
        {
            "ts": requests.ts[row],
            "request_id": requests.ids[row],
            "item_id": scene.catalogue.ids[ids[row, column]],
            **{name: batch.offline[row, column, n] for n, name in enumerate(FEATURES)},
        }
    )


def slice_columns(scene: Scene, batch: Batch, row: Ints) -> dict[str, object]:
    """The columns that a world's traffic is sliced by, of the batch's requests with these numbers."""
    return {
        "region": batch.requests.region[row],
        "age_group": scene.members.age_group[batch.requests.member[row]],
        "surface": np.array(["home", "genre_row"], dtype=object)[(batch.requests.genre[row] >= 0).astype(int)],
    }


def _whom(scene: Scene, batch: Batch, row: Ints, items: Ints) -> dict[str, object]:
    return {
        "ts": batch.requests.ts[row],
        "request_id": batch.requests.ids[row],
        "member_id": scene.members.ids[batch.requests.member[row]],
        "item_id": scene.catalogue.ids[items],
    }


def _outcomes(
    scene: Scene, batch: Batch, row: Ints, items: Ints, source: str, rng: np.random.Generator
) -> pd.DataFrame:
    whom = _whom(scene, batch, row, items)
    frame = pd.DataFrame({**whom, "source": source, "model_version": batch.model_version})
    # A choice counts for the day of its list: a delay never carries it past midnight.
    midnight = frame["ts"].dt.floor("D") + pd.Timedelta(days=1) - pd.Timedelta(seconds=1)
    delayed = frame["ts"] + pd.to_timedelta(5000 + (rng.exponential(240_000, len(frame))).astype("int64"), unit="ms")
    frame["ts"] = delayed.where(delayed < midnight, midnight)
    return frame


def _searched_ranks(batch: Batch, searching: Ints) -> pd.Series[int]:
    items = batch.ranked.items[searching]
    match = items == batch.chosen.searched[searching][:, None]
    return _or_null((batch.ranked.rank[searching] * match).max(axis=1, initial=0))


def _or_null(numbers: Ints) -> pd.Series[int]:
    present = pd.Series(np.where(numbers > 0, numbers.astype(float), np.nan))
    return present.astype("Float64").astype("Int32")


def _stamp(moment: datetime, count: int) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(np.full(count, np.datetime64(moment.replace(tzinfo=None), "ms"))).tz_localize("UTC")
