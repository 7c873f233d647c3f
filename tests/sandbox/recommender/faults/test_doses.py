"""A fault does the damage it was dosed to do: all of it, less of it, or the same elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.faults.base import Damage, Dose, Fault
from sandbox.recommender.faults.catalogue import EVERY_FAULT
from tests.sandbox.recommender.conftest import OpenLab
from tests.sandbox.recommender.faults.conftest import Break
from tests.sandbox.recommender.faults.days import DAMAGE, Broken

NO_SIZE = {"planned-retrain", "column-renamed"}  # a version is a version, a name a name
PLACED = (
    "partition-lost", "feature-missing-in-region", "item-language", "artwork-missing", "serving-only-missing",
    "index-truncated", "filter-too-wide", "fallback-storm", "outcome-join-broken", "crawler-burst",
    "upstream-retrained", "segment-flipped", "unit-change", "timezone-slip", "duplicate-delivery",
    "position-off-by-one",
)  # fmt: skip
SHIPPED = (
    "constant-feature", "index-mismatch", "faulty-training-segment", "ungated-model", "popularity-collapse",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("fault", EVERY_FAULT, ids=lambda fault: fault.name)
def test_half_the_severity_does_some_damage_and_less_than_all(fault: Fault, break_lab: Break) -> None:
    measure = DAMAGE[fault.name]
    whole = measure(break_lab(fault.name))
    assert whole > 0
    if fault.name not in NO_SIZE:
        assert 0 < measure(break_lab(fault.name, 0.5)) < whole


@pytest.mark.parametrize("name", [*PLACED, *(pytest.param(name, marks=pytest.mark.slow) for name in SHIPPED)])
def test_another_draw_picks_another_place(name: str, break_lab: Break) -> None:
    """Each of four draws may fall on the same place as the first, but not all of them."""
    first = _place(break_lab(name, seed=1))
    assert any(_place(break_lab(name, seed=seed)) != first for seed in range(2, 6))


def test_the_same_draw_picks_the_same_place(break_lab: Break) -> None:
    assert _place(break_lab("index-truncated", seed=1)) == _place(break_lab("index-truncated", seed=1))


def _place(broken: Broken) -> tuple[object, ...]:
    """What was hit: by its truth, and by which requests, items and members the day's tables hold."""
    held = [
        (name, column, hash(tuple(rows[column].astype(str))))
        for name, rows in broken.day.items()
        for column in set(rows) & {"request_id", "item_id", "member_id", "position", "age_group"}
    ]
    return broken.fault.subject, broken.fault.slice, *sorted(held)


def test_what_is_drawn_lies_near_what_was_asked(open_lab: OpenLab) -> None:
    engine = open_lab().engine
    fault = next(fault for fault in EVERY_FAULT if fault.name == "partition-lost")
    amounts = [fault.inject(engine, Dose(0.8, np.random.default_rng(seed))).amount or 0 for seed in range(20)]
    assert min(amounts) == pytest.approx(0.6, abs=0.6 * 0.15)
    assert max(amounts) <= 0.6 * 1.15
    assert len(set(amounts)) == 20


def test_places_are_drawn_from_all_there_are(open_lab: OpenLab) -> None:
    engine = open_lab().engine
    fault = next(fault for fault in EVERY_FAULT if fault.name == "feature-missing-in-region")
    drawn = [fault.inject(engine, Dose(1.0, np.random.default_rng(seed))) for seed in range(40)]
    assert {each.slice for each in drawn} == {f"region={name}" for name in ("North", "South", "East", "West")}
    assert {each.subject for each in drawn} == {
        "feature:item_rate_28d", "feature:popularity_7d", "feature:member_visits_28d",
    }  # fmt: skip


def test_damage_is_told_in_its_own_unit() -> None:
    assert Damage("share", 0.8, most=0.9).amount(0.5) == pytest.approx(0.4)
    assert Damage("share", 0.8, most=0.9).amount(2) == 0.9
    assert Damage("times as slow", 5.0, none=1.0).amount(0.5) == pytest.approx(3.0)
    assert Damage("times", 10_000.0, none=1.0, grows="by factors").amount(0.5) == pytest.approx(100.0)


def test_a_severity_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="a number above 0, not -1"):
        Dose(-1)


def test_a_fault_that_the_data_do_not_allow_is_refused(open_lab: OpenLab) -> None:
    def never(_: Engine, __: float, ___: Dose) -> None:
        raise AssertionError("it must not be tried")

    only = Fault("only-there", 99, "t", "c", "inputs", "s", ("D01",), Damage("share", 1), never, worlds=("movielens",))
    with pytest.raises(ValueError, match="only-there cannot happen in lab; it can in movielens"):
        only.inject(open_lab().engine)
