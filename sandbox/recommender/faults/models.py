"""Faults that ship with a new model version: going back to the one before mends them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.features import FEATURES
from sandbox.recommender.engine.scene import Floats
from sandbox.recommender.engine.traffic import Requests
from sandbox.recommender.engine.training import Examples, usual_recipe
from sandbox.recommender.faults.base import Injected

SEGMENT = "25-34"
CONSTANT = "similarity"
WRONG_FILL = 999.0
SLIVER = 25  # lists


def ship(engine: Engine, note: str) -> Injected:
    """Have a new version trained and made champion at the start of the next day; a good one follows when mended."""
    engine.state.note = note

    def mend() -> None:
        engine.state.note = "fixed and retrained"

    return Injected(mend=mend)


def ship_constant_feature(engine: Engine) -> Injected:
    """The new version's feature code reads a field that was renamed, and so serves a constant."""

    def flatten(_: Requests, features: Floats) -> None:
        features[:, :, FEATURES.index(CONSTANT)] = 0.0

    engine.hooks.released.append(lambda version: engine.hooks.pipelines.setdefault(version, []).append(flatten))
    return ship(engine, "new feature code")


def ship_missing_value_bug(engine: Engine) -> Injected:
    """The export step wrote a sentinel where the fill values belong, so unknown counts as very close."""

    def spoil(pipeline: Pipeline) -> None:
        pipeline[0].statistics_[:] = WRONG_FILL

    engine.hooks.export.append(spoil)
    return ship(engine, "new export step")


def ship_faulty_segment(engine: Engine) -> Injected:
    """The labels of one age group reached training upside down: taken means not taken."""

    def invert(examples: Examples) -> Examples:
        there = examples.age_group == SEGMENT
        return replace(examples, taken=np.where(there, ~examples.taken, examples.taken))

    engine.hooks.examples.append(invert)
    return ship(engine, "new label source")


def ship_ungated(engine: Engine) -> Injected:
    """A version fitted on a sliver of the log, far too closely, goes live without the offline gate."""

    def sliver(examples: Examples) -> Examples:
        return examples.where(np.isin(examples.request, np.unique(examples.request)[:SLIVER]))

    def recipe() -> Pipeline:
        trees = HistGradientBoostingClassifier(
            max_iter=60, learning_rate=1.0, max_leaf_nodes=63, min_samples_leaf=2, early_stopping=False, random_state=0
        )
        return Pipeline([usual_recipe().steps[0], ("rank", trees)])

    engine.hooks.examples.append(sliver)
    engine.hooks.recipe.append(recipe)
    return ship(engine, "released by hand, offline gate skipped")
