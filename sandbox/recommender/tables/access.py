"""The calls table: the serving side's access log, one row a request, answered or not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sandbox.recommender.engine.scene import Scene
from sandbox.recommender.tables.batch import Batch
from sandbox.recommender.tables.rows import slice_columns


def call_rows(scene: Scene, batch: Batch) -> pd.DataFrame:
    """One row per request: how long it took, what went wrong, how many items it returned."""
    requests, calls = batch.requests, batch.calls
    return pd.DataFrame(
        {
            "ts": requests.ts,
            "request_id": requests.ids,
            "member_id": scene.members.ids[requests.member],
            "latency_ms": calls.latency,
            "error": pd.array(calls.error, dtype="string"),  # text even on a day without any
            "fallback": calls.fallback,
            "returned": (batch.ranked.position > 0).sum(axis=1),
            "model_version": batch.model_version,
            "arm": requests.arm,
            **slice_columns(scene, batch, np.arange(len(requests))),
        }
    )
