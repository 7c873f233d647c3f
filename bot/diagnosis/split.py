"""Inputs or model? Score both sets of inputs with both models, and split the change between the two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.diagnosis.case import Case
from bot.diagnosis.labels import auc_of, labelled_rows, pair_quality
from bot.diagnosis.releases import find_release
from bot.diagnosis.verdict import ROLLBACK, Answer, Evidence, Suspicion
from bot.recommender.contract import RecommenderFailed

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

MATTERS = 0.015  # of AUC


@dataclass(frozen=True)
class Split:
    """A change of one metric, divided over inputs and model by Shapley value (the mean over both orders)."""

    metric: str
    cells: Mapping[tuple[str, str], float]  # (inputs, model), each "good" or "bad"
    error: float  # standard error of the change

    @property
    def total(self) -> float:
        """What changed in all."""
        return self.cells["bad", "bad"] - self.cells["good", "good"]

    @property
    def interaction(self) -> float:
        """What only inputs and model together explain; half of it is in each share."""
        c = self.cells
        return c["bad", "bad"] - c["bad", "good"] - c["good", "bad"] + c["good", "good"]

    @property
    def model(self) -> float:
        """The model's share of the change."""
        c = self.cells
        return (c["good", "bad"] - c["good", "good"] + c["bad", "bad"] - c["bad", "good"]) / 2

    @property
    def inputs(self) -> float:
        """The inputs' share of the change."""
        return self.total - self.model

    @property
    def words(self) -> str:
        """The split in one sentence."""
        return (
            f"{self.metric} went from {self.cells['good', 'good']:.3f} to {self.cells['bad', 'bad']:.3f} "
            f"({self.total:+.3f}): {self.inputs:+.3f} from the inputs, {self.model:+.3f} from the model, "
            f"of which {self.interaction:+.3f} only from both together."
        )


def weigh_split(case: Case) -> Answer:
    """How much of the loss is the inputs' and how much the model's, by scoring four ways."""
    if case.recommender.registry is None or case.serving is None or case.served_before is None:
        return Answer()
    good, bad = (labelled_rows(case, w, rows) for w, rows in ((case.last_good, case.good), (case.window, case.bad)))
    if not all("chosen" in rows and "score" in rows and rows["chosen"].any() for rows in (good, bad)):
        return Answer()
    release = find_release(case)
    new, old = (
        (release.version, release.before or case.served_before) if release else (case.serving, case.served_before)
    )
    if release:
        bad = bad[bad["model_version"] == new]
    try:
        splits = list(_splits(case, reweigh(case, good, bad), bad, old, new))
    except (RecommenderFailed, KeyError, ValueError) as failed:
        return Answer((Evidence("Scoring both ways", f"could not be done: {failed}", "split"),))
    evidence = tuple(_evidence(split, old, new) for split in splits)
    return _concluded(case, evidence, splits[0], old, new) if splits else Answer()


def _splits(case: Case, good: pd.DataFrame, bad: pd.DataFrame, old: str, new: str) -> Iterator[Split]:
    rows, models = {"good": good, "bad": bad}, {"good": case.scorer(old), "bad": case.scorer(new)}
    scores = {(i, m): models[m].score(rows[i]) for i in rows for m in models}
    measured = {cell: auc_of(_quality(rows[cell[0]], scored)) for cell, scored in scores.items()}
    if not any(np.isnan(auc) for auc, _ in measured.values()):
        error = float(np.hypot(measured["good", "good"][1], measured["bad", "bad"][1]))
        yield Split("Ranking quality (AUC within lists)", {cell: auc for cell, (auc, _) in measured.items()}, error)
    weights = good["weight"].to_numpy(float)
    means = {
        cell: float(np.average(scored, weights=weights if cell[0] == "good" else None))
        for cell, scored in scores.items()
    }
    error = float(np.hypot(*(np.std(scores[i, i]) / np.sqrt(len(rows[i])) for i in rows)))
    yield Split("The mean score", means, error)


def _quality(rows: pd.DataFrame, scores: NDArray[np.float64]) -> pd.DataFrame:
    """Quality per list, each list weighted to the bad window's traffic mix."""
    quality = pair_quality(rows["request_id"], scores, rows["chosen"].to_numpy(bool))
    if "weight" in rows:
        weight = rows.groupby("request_id")["weight"].first().reindex(quality.index)
        quality = quality.mul(weight, axis=0)
    return quality


def reweigh(case: Case, good: pd.DataFrame, bad: pd.DataFrame) -> pd.DataFrame:
    """The good rows with a `weight` each, so that their mix of slices is the bad window's: who came is taken out."""
    columns = [name for name in case.slices if name in good and name in bad]
    if not columns:
        return good.assign(weight=1.0)
    cells = good[columns].astype(str).agg("|".join, axis=1)
    now = bad[columns].astype(str).agg("|".join, axis=1).value_counts(normalize=True)
    if len(now) > 200:
        return good.assign(weight=1.0)
    before = cells.value_counts(normalize=True)
    weight = cells.map(now).fillna(0.0) / cells.map(before)
    return good.assign(weight=weight.clip(0, 10).to_numpy(float))


def _evidence(split: Split, old: str, new: str) -> Evidence:
    versus = f" Versions {old} and {new} were compared." if old != new else f" Version {new} served in both windows."
    data = {"total": split.total, "inputs": split.inputs, "model": split.model, "interaction": split.interaction}
    cells = {f"{inputs} inputs, {model} model": value for (inputs, model), value in split.cells.items()}
    return Evidence("Inputs or model", split.words + versus, "split", {**data, **cells, "error": split.error})


def _concluded(case: Case, evidence: tuple[Evidence, ...], split: Split, old: str, new: str) -> Answer:
    """A lower ranking quality is the model's or the inputs' by whoever has most of it, when it is beyond chance."""
    if not split.metric.startswith("Ranking") or split.total > -MATTERS or -split.total < 2.5 * split.error:
        calm = split.metric.startswith("Ranking") and split.total > -MATTERS / 2 and split.error < MATTERS
        return Answer(evidence, ruled_out=("a loss of ranking quality",) if calm else ())
    strength = float(np.clip(0.4 + 0.08 * (-split.total / split.error), 0.4, 0.9))
    if old == new or split.inputs < split.model:
        out = ("the trained model itself: it ranks the last good inputs as well as the version before",)
        if old != new:
            return Answer(evidence, ruled_out=out)
        return Answer(evidence, ruled_out=("the model: the same version served before and after",))
    name = case.recommender.registry.model if case.recommender.registry else "model"
    cause = f"Version {new} ranks worse than version {old} did on the same inputs (AUC {split.model:+.3f})"
    return Answer(evidence, (Suspicion(cause, "model", f"model:{name}", strength, ROLLBACK),))
