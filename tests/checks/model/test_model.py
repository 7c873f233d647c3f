"""M01 staleness, M02 score shift, M06 ranking quality."""

from datetime import timedelta

import numpy as np

from checks.base import EVERYONE, Series, Slice
from checks.events import Release
from checks.model.quality import RankingQuality
from checks.model.scores import ScoreShift
from checks.model.staleness import Staleness
from tests.checks.fakes import DAY, NORTH, SOUTH, START, FakeHistory, a_judge, a_schema, daily, wobble

HOUR = 3600.0
SEVEN, EIGHT = (Slice((("model_version", version),)) for version in "78")


def _served(new: bool = False) -> list[Series]:
    old, fresh = [900.0] * 29 + [0.0 if new else 900.0], [0.0] * 29 + [900.0 if new else 0.0]
    return [daily("versions.served", old, 900, SEVEN), daily("versions.served", fresh, 900, EIGHT)]


def _releases(last_day: int) -> list[Release]:
    """Versions 1 to 7, one a week, the seventh on that day of the history."""
    return [Release("ranker", str(n), START + (last_day - 7 * (7 - n)) * DAY) for n in range(1, 8)]


def test_m01_stays_quiet_while_features_and_model_are_made_anew_as_usual() -> None:
    ages = daily("features.age", wobble(3 * HOUR, 30, 0.05))
    history = FakeHistory([ages, *_served()], released=_releases(20))
    assert Staleness().findings(a_schema(), history, a_judge()) == []


def test_m01_fires_when_features_are_no_longer_refreshed() -> None:
    ages = daily("features.age", [*wobble(3 * HOUR, 29, 0.05), 14 * HOUR])
    (finding,) = Staleness().findings(a_schema(), FakeHistory([ages]), a_judge())
    assert finding.subject == "features"
    assert finding.title == "Features are 14 hours old"


def test_m01_fires_when_retraining_has_been_missed_twice() -> None:
    history = FakeHistory(_served(), released=_releases(10))
    (finding,) = Staleness().findings(a_schema(), history, a_judge())
    assert finding.subject == "model:ranker"
    assert "version 7" in finding.words
    assert timedelta(0) < finding.window.end - finding.onset < timedelta(days=3)


def _scores(today: np.ndarray) -> list[Series]:
    rng = np.random.default_rng(6)
    counts = [rng.multinomial(3000, [0.1] * 10).astype(float) for _ in range(29)]
    return [daily("score.histogram", np.array([*counts, today / today.sum() * 3000]), 3000)]


MILD = np.linspace(0.07, 0.13, 10)
STRONG = np.linspace(0.02, 0.18, 10)


def test_m02_stays_quiet_on_a_retrain_of_equal_quality() -> None:
    history = FakeHistory([*_scores(MILD), *_served(new=True), daily("quality.ndcg", wobble(0.7, 30, 0.01))])
    assert ScoreShift().findings(a_schema(), history, a_judge()) == []


def test_m02_fires_when_scores_move_without_a_new_version() -> None:
    (finding,) = ScoreShift().findings(a_schema(), FakeHistory([*_scores(STRONG), *_served()]), a_judge())
    assert (finding.subject, finding.slice) == ("model:ranker", EVERYONE)


def test_m02_fires_on_a_new_version_only_when_quality_suffers_or_the_move_is_a_break() -> None:
    moved = [*_scores(STRONG), *_served(new=True)]
    well, ill = daily("quality.ndcg", wobble(0.7, 30, 0.01)), daily("quality.ndcg", [*wobble(0.7, 29, 0.01), 0.55])
    assert ScoreShift().findings(a_schema(), FakeHistory([*moved, well]), a_judge()) == []
    assert ScoreShift().findings(a_schema(), FakeHistory([*moved, ill]), a_judge())
    broken = FakeHistory([*_scores(np.eye(10)[0] + 0.05), *_served(new=True), well])
    (finding,) = ScoreShift().findings(a_schema(), broken, a_judge())
    assert finding.title == "Scores pile up at the floor"


def test_m06_stays_quiet_while_quality_wobbles() -> None:
    series = [daily("quality.ndcg", wobble(0.7, 30, 0.02)), daily("quality.recall", wobble(0.9, 30, 0.01), 400)]
    assert RankingQuality().findings(a_schema(), FakeHistory(series), a_judge()) == []


def test_m06_fires_where_ndcg_falls() -> None:
    parts = ((EVERYONE, 0.62), (NORTH, 0.53), (SOUTH, 0.71))
    series = [daily("quality.ndcg", [*wobble(0.7, 29, 0.02), today], 400, where) for where, today in parts]
    (finding,) = RankingQuality().findings(a_schema(), FakeHistory(series), a_judge())
    assert finding.slice == NORTH
    assert "NDCG in region North is 0.53" in finding.words


def test_m06_fires_when_the_score_no_longer_tells_the_chosen_from_the_others() -> None:
    rng = np.random.default_rng(2)
    high, flat = np.linspace(0.01, 0.19, 10), np.full(10, 0.1)
    chosen = [rng.multinomial(600, high).astype(float) for _ in range(29)] + [flat * 600]
    others = [rng.multinomial(3000, high[::-1]).astype(float) for _ in range(29)] + [flat * 3000]
    history = FakeHistory([daily("score.chosen", np.array(chosen)), daily("score.unchosen", np.array(others))])
    (finding,) = RankingQuality().findings(a_schema(), history, a_judge())
    assert finding.value == 0.5
    assert finding.measure == "quality.auc"


def test_m06_fires_when_fewer_choices_come_from_the_lists() -> None:
    series = daily("quality.recall", [*wobble(0.9, 29, 0.01), 0.5], 500)
    (finding,) = RankingQuality().findings(a_schema(), FakeHistory([series]), a_judge())
    assert "50 % of choices came from a list" in finding.words
