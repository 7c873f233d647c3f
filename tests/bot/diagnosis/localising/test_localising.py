"""Where a change sits: one method for numbers that add up and for ratios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from bot.diagnosis.localising.leaves import NotLocalisable, read_leaves
from bot.diagnosis.localising.search import localise

REGIONS, DEVICES, ROWS = (
    ("North", "South", "East", "West"),
    ("tv", "phone", "web"),
    tuple(f"row {n}" for n in range(10)),
)
ATTRIBUTES: Mapping[str, Sequence[str]] = {"region": REGIONS, "device": DEVICES, "surface": ROWS}
Where = Mapping[str, str]


def counts(*struck: tuple[Where, float], noise: float = 0.05, seed: int = 1) -> pd.DataFrame:
    """A leaf for each combination; those that fit are so many times what was expected."""
    rng, table = np.random.default_rng(seed), _grid()
    table["expected"] = rng.lognormal(5, 1, len(table))
    factor = np.exp(rng.normal(0, noise, len(table)))
    for where, times in struck:
        factor[_fits(table, where)] *= times
    return table.assign(actual=table["expected"] * factor)


def ratios(*struck: tuple[Where, float], traffic: float = 2_000.0, seed: int = 1) -> pd.DataFrame:
    """Clicks of impressions at about 5 %; those that fit have so many times as many."""
    rng, table = np.random.default_rng(seed), _grid()
    shown, before = (rng.poisson(traffic * rng.lognormal(0, 1, len(table))) for _ in range(2))
    rate = np.full(len(table), 0.05)
    usual = rng.binomial(before, rate)
    for where, times in struck:
        rate[_fits(table, where)] *= times
    return table.assign(
        actual_num=rng.binomial(shown, rate), actual_den=shown, expected_num=usual, expected_den=before
    ).astype({"actual_num": float})  # fmt: skip


def _grid() -> pd.DataFrame:
    return pd.DataFrame(list(product(*ATTRIBUTES.values())), columns=list(ATTRIBUTES))


def _fits(table: pd.DataFrame, where: Where) -> NDArray[np.bool_]:
    return np.array(np.logical_and.reduce([table[name] == value for name, value in where.items()]), dtype=bool)


def found(table: pd.DataFrame) -> list[dict[str, str]]:
    return [dict(cause.where) for cause in localise(read_leaves(table))]


@pytest.mark.parametrize("make", [counts, ratios])
@pytest.mark.parametrize(
    "where",
    [{"region": "North"}, {"region": "South", "device": "tv"}, {"surface": "row 3"}, {"device": "web"}],
    ids=lambda where: "&".join(where.values()),
)
def test_a_cause_is_named_by_its_attributes_and_no_others(make, where: Where) -> None:  # type: ignore[no-untyped-def]
    assert found(make((where, 0.4))) == [where]


@pytest.mark.parametrize("make", [counts, ratios])
def test_two_causes_at_once_are_both_named_the_surer_one_first(make) -> None:  # type: ignore[no-untyped-def]
    large, small = {"region": "North"}, {"device": "tv", "surface": "row 3"}
    told = localise(read_leaves(make((large, 0.3), (small, 2.5))))
    assert sorted(map(str, (dict(cause.where) for cause in told))) == sorted(map(str, (large, small)))
    assert [cause.score for cause in told] == sorted((cause.score for cause in told), reverse=True)


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_named_where_nothing_is_wrong(seed: int) -> None:
    assert found(counts(seed=seed)) == []
    assert found(counts(seed=seed, noise=0.4)) == []
    assert found(ratios(seed=seed)) == []
    assert found(ratios(seed=seed, traffic=20)) == []


def test_what_changed_everywhere_alike_sits_nowhere() -> None:
    """A forecast that is wrong for all leaves is no place."""
    assert found(counts().assign(actual=lambda table: table["actual"] * 0.7)) == []


def test_a_place_that_is_scaled_alike_is_found_below_the_noise_of_its_leaves() -> None:
    """A fifth is as much as each leaf errs by itself; ten leaves that all err by a fifth are no chance."""
    where = {"region": "West", "device": "web"}
    table = counts(noise=0.3)
    struck = _fits(table, where)
    assert found(table) == []
    assert found(table.assign(actual=table["actual"].mask(struck, table["expected"] * 0.8))) == [where]
    assert found(table.assign(actual=table["actual"].mask(struck, table["expected"]))) == []  # alike, and as expected


def test_small_denominators_are_no_evidence() -> None:
    """Half as many clicks of five impressions a leaf may be chance; of two thousand it is not."""
    where = {"region": "North", "device": "tv", "surface": "row 3"}
    assert found(ratios((where, 0.3), traffic=5)) == []
    assert found(ratios((where, 0.3), traffic=20_000)) == [where]


def test_a_cause_that_strikes_unevenly_is_not_split_into_its_parts() -> None:
    """Half as much on one device, a third on another: it is the region's trouble."""
    struck = [
        ({"region": "North", "device": name}, times) for name, times in zip(DEVICES, (0.5, 0.4, 0.35), strict=True)
    ]
    table = counts(*struck)
    assert found(table) == [{"region": "North"}]


def test_leaves_that_vanish_and_leaves_that_are_new_are_both_told() -> None:
    assert found(counts(({"surface": "row 7"}, 0.0))) == [{"surface": "row 7"}]
    table = counts()
    table.loc[_fits(table, {"surface": "row 2"}), "expected"] = 0.0
    assert found(table) == [{"surface": "row 2"}]


@pytest.mark.parametrize("make", [counts, ratios])
def test_the_answer_does_not_hang_on_the_order_of_rows_or_columns_nor_on_names(make) -> None:  # type: ignore[no-untyped-def]
    where = {"region": "South", "device": "tv"}
    table = make((where, 0.3))
    shuffled = table.sample(frac=1, random_state=1)[[*reversed(list(ATTRIBUTES)), *table.columns[3:]]]
    assert found(shuffled) == [where]
    renamed = table.replace({"South": "zzz"}).rename(columns={"region": "aaa"})
    assert found(renamed) == [{"aaa": "zzz", "device": "tv"}]


def test_the_unit_of_a_number_does_not_matter() -> None:
    where = {"region": "South", "device": "tv"}
    table = counts((where, 0.4))
    for unit in (1e-6, 1e6):
        assert found(table.assign(actual=table["actual"] * unit, expected=table["expected"] * unit)) == [where]


def test_rows_of_one_leaf_are_added_up_and_a_missing_value_is_a_value() -> None:
    where = {"region": "South"}
    half = counts((where, 0.4)).assign(actual=lambda t: t["actual"] / 2, expected=lambda t: t["expected"] / 2)
    halves = pd.concat([half, half])
    assert found(halves) == [where]
    assert found(halves.replace({"South": None})) == [{"region": "unknown"}]


def test_an_attribute_with_one_value_or_with_thousands_says_nothing_by_itself() -> None:
    where = {"region": "North"}
    table = counts((where, 0.4))
    assert found(table.assign(app="one", request=[f"r{n}" for n in range(len(table))])) == [where]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (pd.DataFrame({"a": ["x"], "b": ["y"]}), "actual, expected are needed"),
        (pd.DataFrame({"actual": [1], "expected": [1]}), "no attribute column"),
        (pd.DataFrame({"a": [], "actual": [], "expected": []}), "no row"),
        (pd.DataFrame({"a": ["x"], "actual": ["many"], "expected": [1]}), "Row 1 has 'many' as actual"),
        (pd.DataFrame({"a": ["x", "y"], "actual": [1, -1], "expected": [1, 1]}), "Row 2 has"),
        (pd.DataFrame({"a": ["x"], "actual": [np.nan], "expected": [1]}), "a number from 0 on is needed"),
        (pd.DataFrame({"a": ["x"], "actual": [np.inf], "expected": [1]}), "a number from 0 on is needed"),
        (
            pd.DataFrame({"a": ["x"], "actual_num": [3], "actual_den": [2], "expected_num": [1], "expected_den": [2]}),
            "actual_num is above actual_den in 1 of 1 leaves",
        ),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_what_to_do(table: pd.DataFrame, said: str) -> None:
    with pytest.raises(NotLocalisable, match=said):
        read_leaves(table)


@pytest.mark.parametrize("numbers", [{"actual": [0.0], "expected": [0.0]}, {"actual": [5.0], "expected": [0.0]}])
def test_a_table_of_one_leaf_is_answered(numbers: dict[str, list[float]]) -> None:
    assert found(pd.DataFrame({"a": ["x"], **numbers})) == []
