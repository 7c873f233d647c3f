"""M03 numeric health, M04 calibration, M05 normalised entropy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from checks.base import EVERYONE, NotApplicable, Series, Slice
from checks.model.calibration import Calibration
from checks.model.entropy import NormalisedEntropy
from checks.model.health import NumericHealth
from checks.probability import entropy_series, ratio_series
from tests.checks.fakes import NORTH, SOUTH, FakeHistory, a_judge, a_schema, daily, without, wobble

ROWS = 20_000


def _health(unreal: float = 0.0, flat: float = 0.01, spread: float = 0.08, feature: float = 0.0) -> list[Series]:
    return [
        daily("score.unreal", [0.0] * 29 + [unreal], ROWS),
        daily("score.flat_lists", [*wobble(0.01, 29, 0.2), flat], 250),
        daily("score.spread", [*wobble(0.08, 29, 0.05), spread], ROWS),
        daily("feature.unreal:affinity", [0.0] * 29 + [feature], ROWS),
    ]


def test_m03_stays_quiet_while_scores_are_numbers_that_differ() -> None:
    assert NumericHealth().findings(a_schema(), FakeHistory(_health(flat=0.02, spread=0.05)), a_judge()) == []


@pytest.mark.parametrize(
    ("damage", "title", "said"),
    [
        ({"unreal": 0.02}, "Scores are no numbers", "2.0 % of the scores are NaN, infinite or absent, usually 0 %."),
        ({"flat": 0.4, "spread": 0.001}, "Lists have one score for every item", "In 40 % of the lists"),
        ({"spread": 0.0}, "Scores are all nearly the same", "standard deviation of 0, usually 0.08"),
        ({"feature": 0.03}, "affinity is no number", "NaN or infinite in 3.0 % of the rows"),
    ],
)
def test_m03_fires_once_on_what_is_no_number_or_always_the_same(
    damage: dict[str, float], title: str, said: str
) -> None:
    (finding,) = NumericHealth().findings(a_schema(), FakeHistory(_health(**damage)), a_judge())
    assert finding.title == title
    assert said in finding.words
    assert finding.subject == ("feature:affinity" if "feature" in damage else "model:ranker")


def test_m03_leaves_a_feature_alone_that_says_missing_by_nan() -> None:
    series = daily("feature.unreal:affinity", [*wobble(0.05, 29, 0.1), 0.3], ROWS)
    assert NumericHealth().findings(a_schema(), FakeHistory([series]), a_judge()) == []


def _chances(
    foreseen: float = 1.0, rate: float = 0.1, entropy: float = 0.86, where: Slice = EVERYONE, outside: float = 0.0
) -> list[Series]:
    """Thirty days of scores that are right on the whole, and a last day that may be otherwise."""
    rng = np.random.default_rng(3)
    rows = ROWS if where == EVERYONE else ROWS / 2
    seen = np.append(rng.binomial(int(rows), 0.1, 29) / rows, rate)
    loss = np.array([*wobble(0.86, 29, 0.01), entropy]) * special.entr([seen, 1 - seen]).sum(axis=0)
    return [
        daily("calibration.predicted", [*wobble(0.1, 29, 0.02), 0.1 * foreseen], rows, where),
        daily("calibration.observed", seen, rows, where),
        daily("calibration.log_loss", loss, rows, where),
        daily("calibration.outside", [outside] * 30, rows, where),
    ]


def test_m04_stays_quiet_while_chances_come_true() -> None:
    history = FakeHistory(_chances(1.05, rate=0.098))
    assert Calibration().findings(a_schema(), history, a_judge()) == []


@pytest.mark.parametrize(("foreseen", "words"), [(2.0, "promise more"), (0.5, "promise less")])
def test_m04_fires_where_scores_promise_what_does_not_happen(foreseen: float, words: str) -> None:
    parts = ((EVERYONE, (1 + foreseen) / 2), (NORTH, foreseen), (SOUTH, 1.0))
    history = FakeHistory([series for where, times in parts for series in _chances(times, where=where)])
    (finding,) = Calibration().findings(a_schema(), history, a_judge())
    assert finding.slice == NORTH
    assert words in finding.title
    assert finding.value == pytest.approx(foreseen, rel=0.1)
    assert finding.low < 1 < finding.high
    assert finding.points[-1].value == finding.value


def test_m04_says_nothing_of_ranking_scores_that_are_no_chances() -> None:
    """Ten choices foreseen for one made, all along; or scores of 1 and more, or below 0."""
    for predicted, outside in ((1.0, 0.0), (0.1, 0.2), (-2.0, 1.0)):
        series = _chances(3.0, outside=outside)
        series[0] = daily("calibration.predicted", [*wobble(predicted, 29, 0.02), 3 * predicted], ROWS)
        assert Calibration().findings(a_schema(), FakeHistory(series), a_judge()) == []


def test_a_ratio_rests_on_choices_and_not_on_rows() -> None:
    (ratio,) = ratio_series(FakeHistory(_chances(rate=0.0)))
    assert ratio.n[-1] == pytest.approx(0.1 * ROWS)
    assert np.exp(ratio.values[-1]) == pytest.approx(2 * 0.1 * ROWS + 1)


def test_m05_stays_quiet_while_scores_tell_as_much_as_usual() -> None:
    history = FakeHistory(_chances(entropy=0.87))
    assert NormalisedEntropy().findings(a_schema(), history, a_judge()) == []


def test_m05_fires_when_scores_tell_less_at_the_same_choice_rate() -> None:
    history = FakeHistory(_chances(entropy=0.95))
    (finding,) = NormalisedEntropy().findings(a_schema(), history, a_judge())
    assert finding.value == pytest.approx(0.95)
    assert "at 1 the scores would tell no more than the average choice rate" in finding.words


def test_entropy_is_unknown_where_nothing_was_chosen() -> None:
    (entropy,) = entropy_series(FakeHistory(_chances(rate=0.0)))
    assert np.isnan(entropy.values[-1])


def test_chances_need_choices() -> None:
    with pytest.raises(NotApplicable, match=r"outcomes\.request_id"):
        Calibration().measures(without(a_schema(), "labelled"))
