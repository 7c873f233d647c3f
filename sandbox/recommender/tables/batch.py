"""A stretch of served traffic: what the rows of every table are made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sandbox.recommender.engine.calls import Calls
from sandbox.recommender.engine.choosing import Chosen
from sandbox.recommender.engine.ranking import Ranked
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import Bools, Floats


@dataclass(frozen=True)
class Batch:
    """A stretch of served traffic, complete: what was asked, offered and chosen, by which model, from what."""

    requests: Requests
    calls: Calls
    ranked: Ranked
    chosen: Chosen
    sampled: Bools  # (requests,) logged whole
    offline: Floats  # (sampled requests, candidates, features), recomputed
    model_version: str
    index_version: str
    features_at: datetime
