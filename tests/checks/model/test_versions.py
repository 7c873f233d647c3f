"""M01 of the index, M07 train/serve skew, M08 version skew, M09 a simpler model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from checks.base import EVERYONE, NotApplicable, Series, Severity, Slice
from checks.events import Release
from checks.model.shadow import SimplerIsBetter
from checks.model.skew import ServingSkew
from checks.model.staleness import Staleness
from checks.model.versions import VersionSkew
from tests.checks.fakes import DAY, NORTH, SOUTH, START, FakeHistory, a_judge, a_schema, daily, without, wobble

ALL = 2000.0


def _days(*runs: tuple[float, int]) -> list[float]:
    """Rows that stay the same for some days, then change."""
    return [rows for rows, count in runs for _ in range(count)]


def _served(measure: str, column: str, rows: Mapping[str, Sequence[float]]) -> list[Series]:
    total = np.sum(list(rows.values()), axis=0)
    parts = [daily(measure, values, values, Slice(((column, name),))) for name, values in rows.items()]
    return [daily(measure, total, total), *parts]


def _models(rows: Mapping[str, Sequence[float]]) -> list[Series]:
    return _served("versions.served", "model_version", rows)


def _pairs(rows: Mapping[str, Sequence[float]]) -> list[Series]:
    return _served("versions.pairs", "pair", rows)


WEEKLY = {
    "5": _days((ALL, 8), (0, 22)),
    "6": _days((0, 8), (ALL, 7), (0, 15)),
    "7": _days((0, 15), (ALL, 7), (0, 8)),
    "8": _days((0, 22), (ALL, 8)),
}


def _releases(*gates: bool | None, index: bool = False) -> list[Release]:
    """Versions 5, 6, 7 ..., one a week."""
    return [
        Release("ranker", str(5 + n), START + (1 + 7 * n) * DAY, gate, f"i{5 + n}" if index else None)
        for n, gate in enumerate(gates)
    ]


def test_m08_stays_quiet_while_one_known_version_follows_another() -> None:
    history = FakeHistory(_models(WEEKLY), released=_releases(True, True, True, True))
    assert VersionSkew().findings(a_schema(), history, a_judge()) == []


def test_m08_fires_when_a_version_serves_that_the_registry_does_not_know() -> None:
    history = FakeHistory(_models(WEEKLY), released=_releases(True, True, True))
    (finding,) = VersionSkew().findings(a_schema(), history, a_judge())
    assert finding.title == "Version 8 serves, which the registry does not know"
    assert (finding.subject, finding.onset) == ("model:ranker", START + 22 * DAY)
    assert finding.severity == Severity.critical


def test_m08_says_nothing_where_the_log_and_the_registry_have_different_names_for_versions() -> None:
    renamed = {f"ranker-v{name}": rows for name, rows in WEEKLY.items()}
    history = FakeHistory(_models(renamed), released=_releases(True, True, True))
    assert VersionSkew().findings(a_schema(), history, a_judge()) == []


def test_m08_fires_when_a_version_serves_without_its_gate() -> None:
    for gate, said in ((False, "has not passed its offline gate"), (None, "no word of its offline gate")):
        history = FakeHistory(_models(WEEKLY), released=_releases(True, True, True, gate))
        (finding,) = VersionSkew().findings(a_schema(), history, a_judge())
        assert finding.title == "Version 8 serves without its gate"
        assert said in finding.words


@pytest.mark.parametrize("gates", [(None, None, None, None), (False, False, False, False), (True, True, None, None)])
def test_m08_says_nothing_of_gates_where_they_are_not_the_custom(gates: tuple[bool | None, ...]) -> None:
    history = FakeHistory(_models(WEEKLY), released=_releases(*gates))
    assert VersionSkew().findings(a_schema(), history, a_judge()) == []


def _own_indexes(stuck: float) -> list[Series]:
    """Each version with an index of its own; some hosts may keep the index of version 7."""
    rows = {f"{name} with index i{name}": list(values) for name, values in WEEKLY.items()}
    rows["8 with index i8"] = _days((0, 22), (ALL, 6), (ALL * (1 - stuck), 2))
    if stuck:
        rows["8 with index i7"] = _days((0, 28), (ALL * stuck, 2))
    return [*_models(WEEKLY), *_pairs(rows)]


@pytest.mark.parametrize("told", [True, False], ids=["by the registry", "by the past"])
def test_m08_fires_on_hosts_that_serve_a_model_with_the_index_of_another(told: bool) -> None:
    released = _releases(None, None, None, None, index=told)
    assert VersionSkew().findings(a_schema(), FakeHistory(_own_indexes(0), released=released), a_judge()) == []
    (finding,) = VersionSkew().findings(a_schema(), FakeHistory(_own_indexes(0.3), released=released), a_judge())
    assert finding.title == "Model version 8 is served with index i7, which is not its own"
    assert "30 % of the impressions" in finding.words
    assert "belongs with index i8" in finding.words
    assert (finding.subject, finding.onset, finding.severity) == ("index", START + 28 * DAY, Severity.high)


def test_m08_fires_when_a_new_version_is_served_with_the_old_index_from_its_first_day() -> None:
    rows = {f"{name} with index i{name}": list(values) for name, values in WEEKLY.items() if name != "8"}
    rows["8 with index i7"] = list(WEEKLY["8"])
    (finding,) = VersionSkew().findings(a_schema(), FakeHistory([*_models(WEEKLY), *_pairs(rows)]), a_judge())
    assert "belongs with another version" in finding.words


def test_m08_says_nothing_of_an_index_that_is_rebuilt_day_by_day() -> None:
    rows = {}
    for day in range(30):
        version = next(name for name, values in WEEKLY.items() if values[day])
        rows[f"{version} with index d{day}"] = _days((0, day), (ALL, 1), (0, 29 - day))
    assert VersionSkew().findings(a_schema(), FakeHistory([*_models(WEEKLY), *_pairs(rows)]), a_judge()) == []


def test_m08_stays_quiet_on_a_rollout_and_on_a_test_of_two_versions() -> None:
    rollout = {"7": _days((ALL, 28), (ALL / 2, 2)), "8": _days((0, 28), (ALL / 2, 2))}
    assert VersionSkew().findings(a_schema(), FakeHistory(_models(rollout)), a_judge()) == []
    long = {"7": _days((ALL, 20), (ALL / 2, 10)), "8": _days((0, 20), (ALL / 2, 10))}
    outside = _served("versions.outside_tests", "model_version", {"7": [ALL] * 30, "8": [0.0] * 30})
    assert VersionSkew().findings(a_schema(), FakeHistory([*_models(long), *outside]), a_judge()) == []


def test_m08_fires_when_two_versions_serve_beside_each_other_for_longer_than_a_rollout() -> None:
    long = {"7": _days((ALL, 24), (ALL / 2, 6)), "8": _days((0, 24), (ALL / 2, 6))}
    (finding,) = VersionSkew().findings(a_schema(), FakeHistory(_models(long)), a_judge())
    assert "have served beside each other for 6 windows" in finding.words
    assert finding.onset == START + 24 * DAY


def test_a_version_without_a_single_row_is_none() -> None:
    """A slice may be kept that has nothing left to count."""
    rows = {**WEEKLY, "9": [0.0] * 30}
    history = FakeHistory(_models(rows), released=_releases(True, True, True, True))
    assert VersionSkew().findings(a_schema(), history, a_judge()) == []


def test_m01_fires_when_the_index_is_no_longer_rebuilt() -> None:
    rows = {f"d{n}": _days((0, 2 * n), (ALL, 2), (0, 28 - 2 * n)) for n in range(10)}
    rows["d10"] = _days((0, 20), (ALL, 10))
    (finding,) = Staleness().findings(
        a_schema(), FakeHistory(_served("index.served", "index_version", rows)), a_judge()
    )
    assert (finding.subject, finding.title) == ("index", "Index d10 is 10 days old")
    assert finding.onset == START + 26 * DAY
    fresh = {**rows, "d10": _days((0, 20), (ALL, 5), (0, 5)), "d11": _days((0, 25), (ALL, 5))}
    assert (
        Staleness().findings(a_schema(), FakeHistory(_served("index.served", "index_version", fresh)), a_judge()) == []
    )


def _skew(today: float, lost: float = 0.0, north: float | None = None) -> list[Series]:
    parts = ((EVERYONE, today), (NORTH, today if north is None else north), (SOUTH, today if north is None else 0.011))
    series = [daily("skew.differs:affinity", [*wobble(0.01, 29, 0.2), now], 400, where) for where, now in parts]
    return [*series, daily("skew.lost:affinity", [0.0] * 29 + [lost], 400)]


def test_m07_stays_quiet_while_as_few_rows_differ_as_ever() -> None:
    assert ServingSkew().findings(a_schema(), FakeHistory(_skew(0.02)), a_judge()) == []


def test_m07_fires_on_a_feature_that_is_missing_at_serving_only() -> None:
    (finding,) = ServingSkew().findings(a_schema(), FakeHistory(_skew(1.0, lost=1.0)), a_judge())
    assert finding.title == "affinity is missing at serving only"
    assert (finding.subject, finding.severity) == ("feature:affinity", Severity.critical)
    assert "100 % of the rows, usually in 1.1 %; it is there offline." in finding.words


def test_m07_fires_where_a_feature_is_served_otherwise() -> None:
    (finding,) = ServingSkew().findings(a_schema(), FakeHistory(_skew(0.15, north=0.5)), a_judge())
    assert finding.slice == NORTH
    assert finding.title == "affinity is served otherwise than recomputed"


def test_m07_tells_of_many_features_at_once_in_one_finding() -> None:
    names = ("affinity", "age", "rate", "similarity")
    schema = a_schema()
    object.__setattr__(schema, "features", names)
    series = [daily(f"skew.differs:{name}", [*wobble(0.01, 29, 0.2), 0.6], 400) for name in names]
    (finding,) = ServingSkew().findings(schema, FakeHistory(series), a_judge())
    assert finding.subject == "features"
    assert finding.data["features"] == sorted(names)


def test_m07_needs_features_computed_again() -> None:
    with pytest.raises(NotApplicable, match="features_offline"):
        ServingSkew().measures(without(a_schema(), "features_offline"))


def _shadow(lately: Sequence[float]) -> list[Series]:
    gaps = [*wobble(0.05, 30 - len(lately), 0.3), *lately]
    return [
        daily("shadow.gap", gaps, 300),
        daily("shadow.gap_sd", [0.25] * 30, 300),
        daily("shadow.popular_ndcg", [0.6] * 30, 300),
    ]


@pytest.mark.parametrize("lately", [[-0.6], [0.01, -0.3, 0.01], [-0.012, -0.011, -0.013]])
def test_m09_stays_quiet_on_one_bad_day_and_on_what_may_be_chance(lately: list[float]) -> None:
    assert SimplerIsBetter().findings(a_schema(), FakeHistory(_shadow(lately)), a_judge()) == []


def test_m09_fires_when_popularity_wins_day_after_day() -> None:
    history = FakeHistory(_shadow([-0.06, -0.05, -0.07, -0.06]))
    (finding,) = SimplerIsBetter().findings(a_schema(), history, a_judge())
    assert (finding.subject, finding.severity, finding.onset) == ("model:ranker", Severity.medium, START + 27 * DAY)
    assert "NDCG of 0.54" in finding.words
    assert "would have had 0.6 (900 lists, difference 0.06 give or take 0.0167)" in finding.words


def test_m09_fires_only_with_lists_enough() -> None:
    few = [daily(one.measure, one.values, 20) for one in _shadow([-0.06, -0.05, -0.07, -0.06])]
    assert SimplerIsBetter().findings(a_schema(), FakeHistory(few), a_judge()) == []
