"""The arithmetic behind a verdict, checked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

from bot.diagnosis.deviations import find_deviation
from bot.diagnosis.explanation import contributions, differ
from bot.diagnosis.judging import judge
from bot.diagnosis.labels import auc_of, pair_quality
from bot.diagnosis.split import Split
from bot.diagnosis.verdict import Suspicion
from tests.bot.diagnosis.conftest import found
from tests.bot.diagnosis.fakes import TinyScorer


def frame(values: object, members: int = 100) -> pd.DataFrame:
    numbers = np.asarray(values, float)
    return pd.DataFrame({"x": numbers, "member_id": np.arange(len(numbers)) % members})


def test_pairs_are_counted_within_lists_only_and_ties_count_half() -> None:
    lists = ["a", "a", "a", "b", "b", "c"]
    chosen = np.array([True, False, False, True, False, True])
    quality = pair_quality(lists, np.array([0.9, 0.1, 0.95, 0.4, 0.4, 0.2]), chosen)
    assert list(quality.loc["a"]) == [1.0, 2.0]
    assert list(quality.loc["b"]) == [0.5, 1.0]
    assert "c" not in quality.index


def test_the_auc_of_a_perfect_order_is_one_and_of_few_lists_unknown() -> None:
    perfect = pd.DataFrame({"right": [2.0] * 30, "pairs": [2.0] * 30})
    assert auc_of(perfect) == (1.0, 0.0)
    assert np.isnan(auc_of(perfect.head(5))[0])


def test_the_split_adds_up_and_gives_each_side_half_of_the_interaction() -> None:
    cells = {("good", "good"): 0.8, ("bad", "good"): 0.7, ("good", "bad"): 0.75, ("bad", "bad"): 0.5}
    split = Split("AUC", cells, 0.01)
    assert split.total == pytest.approx(-0.3)
    assert split.interaction == pytest.approx(-0.15)
    assert split.inputs == pytest.approx(-0.1 - 0.075)
    assert split.model == pytest.approx(-0.05 - 0.075)


def test_a_change_of_one_members_rows_is_no_shift() -> None:
    rng = np.random.default_rng(0)
    good, bad = frame(rng.normal(size=2000)), frame(rng.normal(size=2000))
    loud = bad.assign(x=bad["x"].where(bad["member_id"] > 3, 4.0))
    assert find_deviation("x", good, loud).strength < 0.4


def test_a_default_that_takes_over_is_told_from_a_shift() -> None:
    rng = np.random.default_rng(0)
    good = frame(rng.normal(size=2000))
    bad = good.assign(x=good["x"].where(good.index % 2 == 0, -1.0))
    deviation = find_deviation("x", good, bad)
    assert (deviation.kind, deviation.value) == ("default", -1.0)


def test_too_few_rows_claim_nothing() -> None:
    assert find_deviation("x", frame([1.0] * 20), frame([np.nan] * 20)).strength == 0.0


def test_contributions_of_one_hot_columns_are_summed_back_and_add_up() -> None:
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"kind": rng.choice(["a", "b", "c"], 400), "size": rng.normal(size=400)})
    chosen = (rows["kind"] == "a") | (rows["size"] > 1)
    spread = ColumnTransformer([("kind", OneHotEncoder(sparse_output=False), ["kind"])], remainder="passthrough")
    model = Pipeline([("spread", spread), ("rank", HistGradientBoostingClassifier(max_iter=10))]).fit(rows, chosen)
    explained = contributions(TinyScorer(model, ("kind", "size")), rows)
    assert explained.method == "tree"
    assert explained.values.shape == (200, 2)
    assert explained.additivity_error < 1e-6
    assert explained.mean.keys() == {"kind", "size"}
    assert np.abs(explained.values[:, 0]).mean() > 0.1


def test_a_model_without_trees_is_explained_by_permutation() -> None:
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"a": rng.normal(size=200), "b": rng.normal(size=200)})
    model = LogisticRegression().fit(rows, rows["a"].to_numpy(float) > 0)
    explained = contributions(TinyScorer(model, ("a", "b")), rows)
    assert explained.method == "permutation"
    assert explained.additivity_error < 1e-6
    change = differ(contributions(TinyScorer(model, ("a", "b")), rows.assign(a=2.0)), explained)
    assert set(change) == {"a", "b"}


def test_a_surer_cause_explains_its_symptoms_away() -> None:
    index = Suspicion("the index lost items", "systems", "index", 0.9, explains=("feature:",))
    shift = Suspicion("x moved", "inputs", "feature:x", 0.7)
    first, second, *_ = judge([shift, index])
    assert first.subject == "index"
    assert second.confidence < 0.05


def test_two_causes_of_equal_strength_share_the_confidence() -> None:
    verdicts = judge([Suspicion("a", "inputs", "feature:a", 0.9), Suspicion("b", "systems", "index", 0.9)])
    assert [v.cause_class for v in verdicts] == ["systems", "inputs"]  # the more common class first
    assert verdicts[0].confidence == pytest.approx(9 / 19)


def test_a_finding_alone_is_a_weak_suspicion_of_its_own_subject() -> None:
    (verdict,) = judge([], [found(subject="feature:x")])
    assert (verdict.cause_class, verdict.subject) == ("inputs", "feature:x")
    assert verdict.confidence < 0.4
