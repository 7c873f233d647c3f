"""Faults that ship with a new model version: going back to the one before mends them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.examples import Examples, read_examples
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import CHILD, Floats
from sandbox.recommender.engine.training import usual_recipe
from sandbox.recommender.faults.base import Damage, Dose, Fault, Injected
from sandbox.recommender.faults.places import Share, column

SEGMENT = "35-49"
CONSTANT = "similarity"
WRONG_FILL = 999.0


def ship(engine: Engine, note: str) -> Injected:
    """Have a new version trained and made champion at the start of the next day; a good one follows when mended."""
    engine.state.note = note

    def mend() -> None:
        engine.state.note = "fixed and retrained"

    return Injected(mend=mend)


def ship_constant_feature(engine: Engine, amount: float, dose: Dose) -> Injected:
    """The new version's feature code reads a field that was renamed, and so serves a constant."""
    sessions = Share(amount, dose.seed())

    def flatten(requests: Requests, features: Floats) -> None:
        everyone = np.ones(len(requests), dtype=bool)
        features[sessions.of(requests, everyone), :, column(CONSTANT)] = 0.0

    engine.hooks.released.append(lambda version: engine.hooks.pipelines.setdefault(version, []).append(flatten))
    return ship(engine, "new feature code")


def ship_missing_value_bug(engine: Engine, amount: float, _: Dose) -> Injected:
    """The export step wrote a sentinel where the fill values belong, so unknown counts as very close."""

    def spoil(pipeline: Pipeline) -> None:
        pipeline[0].statistics_[:] = _fill(engine, amount)

    engine.hooks.export.append(spoil)
    return ship(engine, "new export step")


def _fill(engine: Engine, amount: float) -> Floats:
    """What missing values are filled with: the sentinel, or a value that exceeds as many of the known ones as asked."""
    known = read_examples(engine.state).features
    return np.where(amount >= 1, WRONG_FILL, np.nanquantile(known, 0.5 + amount / 2, axis=0))


def ship_faulty_segment(engine: Engine, amount: float, dose: Dose) -> Injected:
    """Labels of one age group reached training upside down: taken means not taken."""
    groups, share = np.unique(engine.state.log[-1].age_group.astype(str), return_counts=True)
    large = [str(name) for name in groups[share > 0.1 * share.sum()] if name != CHILD]
    segment, seed = dose.pick(large, SEGMENT), dose.seed()

    def invert(examples: Examples) -> Examples:
        lot = np.random.default_rng([engine.state.seed, seed]).random(len(examples.taken))
        there = (examples.age_group == segment) & (lot < amount)
        return replace(examples, taken=np.where(there, ~examples.taken, examples.taken))

    engine.hooks.examples.append(invert)
    return replace(ship(engine, "new label source"), slice=f"age_group={segment}")


def ship_ungated(engine: Engine, amount: float, dose: Dose) -> Injected:
    """A version fitted on a sliver of the log, far too closely, goes live without the offline gate."""
    seed = dose.seed()

    def sliver(examples: Examples) -> Examples:
        lists = np.random.default_rng([engine.state.seed, seed]).permutation(np.unique(examples.request))
        return examples.where(np.isin(examples.request, lists[: max(5, round((1 - amount) * len(lists)))]))

    def recipe() -> Pipeline:
        trees = HistGradientBoostingClassifier(
            max_iter=60, learning_rate=1.0, max_leaf_nodes=63, min_samples_leaf=2, early_stopping=False, random_state=0
        )
        return Pipeline([usual_recipe().steps[0], ("rank", trees)])

    engine.hooks.examples.append(sliver)
    engine.hooks.recipe.append(recipe)
    engine.hooks.ungated = True
    return ship(engine, "released by hand, offline gate skipped")


CONSTANT_FEATURE = Fault(
    name="constant-feature",
    number=5,
    title="A new version is served a constant feature",
    cause="The feature code shipped with the new version serves similarity as a constant.",
    cause_class="model",
    subject="model:ranker",
    codes=("D06", "M02", "M06", "M07"),
    damage=Damage("share of sessions", 1.0, most=1.0),
    injection=ship_constant_feature,
    rollback_mends=True,
)
MISSING_VALUE_BUG = Fault(
    name="missing-value-bug",
    number=9,
    title="A new version fills missing values with a sentinel",
    cause="The export step wrote 999 where the new version's fill values belong, so unknown counts as very close.",
    cause_class="model",
    subject="model:ranker",
    codes=("M02", "M06", "M04", "M05"),
    damage=Damage("share of the way from the median to the top that unknown is put", 1.0, most=1.0),
    injection=ship_missing_value_bug,
    rollback_mends=True,
)
FAULTY_TRAINING_SEGMENT = Fault(
    name="faulty-training-segment",
    number=10,
    title="A new version was trained on upside-down labels of one age group",
    cause="The labels of members of one age group reached training inverted, and the new version learned from them.",
    cause_class="model",
    subject="model:ranker",
    slice=f"age_group={SEGMENT}",
    codes=("M02", "M06", "M04", "M05"),
    damage=Damage("share of the segment's labels", 1.0, most=1.0),
    injection=ship_faulty_segment,
    rollback_mends=True,
)
UNGATED_MODEL = Fault(
    name="ungated-model",
    number=11,
    title="A clearly worse version goes live without its gate",
    cause="A version fitted far too closely on a sliver of the log was released by hand, past the offline gate.",
    cause_class="model",
    subject="model:ranker",
    codes=("M02", "M06", "M08", "M04", "M05"),
    damage=Damage("share of the log it never saw", 0.988, most=0.997),
    injection=ship_ungated,
    rollback_mends=True,
)
