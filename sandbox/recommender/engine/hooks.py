"""Where life gets in: what a fault or a campaign does to each stage. All empty on a healthy day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.recommender.engine.examples import Examples
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import Bools, Floats, Ints
from sandbox.recommender.engine.state import Embedding

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline

# Changes the feature values (requests, candidates, features) of a batch in place.
FeatureHook = Callable[[Requests, Floats], None]
# Gives back the scores (requests, candidates) of the items (requests, candidates) of a batch.
ScoreHook = Callable[[Requests, Ints, Floats], Floats]
# Gives back another order (requests, candidates) of the items of a batch: 1 is shown first, 0 is not shown at all.
OrderHook = Callable[[Requests, Ints, Ints], Ints]


@dataclass(frozen=True)
class StuckIndex:
    """An older index that some hosts never let go of: item vectors of one build, labelled with its version."""

    version: str
    index: Embedding
    hosts: Callable[[Requests], Bools]  # which requests such a host answers


@dataclass
class Hooks:
    """One list a stage; each entry takes what the stage made and gives it back changed (features: in place)."""

    visits: list[Callable[[Floats], Floats]] = field(default_factory=list)  # (members,) expected visits
    hours: list[Callable[[Floats], Floats]] = field(default_factory=list)  # (24,) shares of the day's visits
    crawlers: list[Callable[[int], Ints]] = field(default_factory=list)  # visits there are -> member of each more
    refresh: list[Callable[[datetime], bool]] = field(default_factory=list)  # False: the feature pipeline did not run
    upstream: list[FeatureHook] = field(default_factory=list)  # in the features' sources: offline sees it too
    features: list[FeatureHook] = field(default_factory=list)  # at serving, whatever version serves
    pipelines: dict[str, list[FeatureHook]] = field(default_factory=dict)  # shipped with one model version
    index: list[Callable[[Bools], Bools]] = field(default_factory=list)  # (items,) what can be retrieved
    stuck: list[StuckIndex] = field(default_factory=list)  # hosts that serve an older index
    candidates: list[Callable[[Requests, Ints], Ints]] = field(default_factory=list)  # -1: no candidate any more
    rights: list[Callable[[Requests, Ints], Bools]] = field(default_factory=list)  # (requests, candidates) barred
    scores: list[ScoreHook] = field(default_factory=list)  # what the ranker emits
    pages: list[OrderHook] = field(default_factory=list)  # what the page makes of the ranker's list
    slots: list[Callable[[float], float]] = field(default_factory=list)  # chance that a request shows a new title
    latency: list[Callable[[Requests, Floats], Floats]] = field(default_factory=list)  # (requests,) milliseconds
    canary: list[Callable[[float], float]] = field(default_factory=list)  # share of members in the canary arm
    challenger: str | None = None  # the version that the canary arm is served; None: the champion, like everyone
    log: list[Callable[[str, pd.DataFrame], pd.DataFrame]] = field(default_factory=list)  # table name, rows
    late: list[Callable[[int], timedelta]] = field(default_factory=list)  # after midnight a day lands
    due: list[Callable[[int], str | None]] = field(default_factory=list)  # day -> why to retrain beside the schedule
    examples: list[Callable[[Examples], Examples]] = field(default_factory=list)  # what training reads
    recipe: list[Callable[[], Pipeline]] = field(default_factory=list)  # instead of the usual estimator
    export: list[Callable[[Pipeline], None]] = field(default_factory=list)  # changes the fitted artefact in place
    ungated: bool = False  # versions go live without passing the offline gate
    released: list[Callable[[str], None]] = field(default_factory=list)  # told the number of each new version
