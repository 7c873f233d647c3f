"""Where life gets in: what a fault or a campaign does to each stage. All empty on a healthy day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.recommender.engine.scene import Bools, Floats

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline

    from sandbox.recommender.engine.traffic import Requests
    from sandbox.recommender.engine.training import Examples

# Changes the feature values (requests, candidates, features) of a batch in place.
FeatureHook = Callable[["Requests", Floats], None]


@dataclass
class Hooks:
    """One list a stage; each entry takes what the stage made and gives it back changed (features: in place)."""

    visits: list[Callable[[Floats], Floats]] = field(default_factory=list)  # (members,) expected visits
    refresh: list[Callable[[], bool]] = field(default_factory=list)  # False: the feature pipeline did not run
    features: list[FeatureHook] = field(default_factory=list)  # whatever version serves
    pipelines: dict[str, list[FeatureHook]] = field(default_factory=dict)  # shipped with one model version
    index: list[Callable[[Bools], Bools]] = field(default_factory=list)  # (items,) what can be retrieved
    log: list[Callable[[str, pd.DataFrame], pd.DataFrame]] = field(default_factory=list)  # table name, rows
    examples: list[Callable[[Examples], Examples]] = field(default_factory=list)  # what training reads
    recipe: list[Callable[[], Pipeline]] = field(default_factory=list)  # instead of the usual estimator
    export: list[Callable[[Pipeline], None]] = field(default_factory=list)  # changes the fitted artefact in place
    released: list[Callable[[str], None]] = field(default_factory=list)  # told the number of each new version
