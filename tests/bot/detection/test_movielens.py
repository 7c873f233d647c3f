"""Every fault in a world that the lab's author did not make up: found in its first days, and what is none is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.recommender.faults.base import Fault
from sandbox.recommender.faults.catalogue import EVERY_FAULT
from tests.bot.detection.conftest import Watched, going_on, measure_history

TOO_FEW = "segment-flipped"  # three of its thirty-six children, who seldom come: that may be chance
FAULTS = [fault for fault in EVERY_FAULT if not fault.extra and fault.name != TOO_FEW]  # extra ones: docs/gallery.md
LOOKED_AT = 3  # days from when all of a fault shows, as the drill does

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its history is judged first: a bot that begins with the fault knows no better."""
    return measure_history("movielens", tmp_path_factory.mktemp("movielens"))


@pytest.fixture
def movielens(measured: Path, tmp_path: Path) -> Iterator[Watched]:
    with going_on("movielens", measured, tmp_path) as watched:
        yield watched


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_found_in_its_first_days_by_a_check_that_ought_to_and_a_benign_change_is_not(
    movielens: Watched, fault: Fault
) -> None:
    movielens.world.break_with(fault.name)
    codes: set[str] = set()
    for _ in range(fault.days + LOOKED_AT - 1 if fault.codes else fault.days):
        codes |= {finding.code for finding in movielens.pass_day().findings}
        if codes:
            break
    assert codes & set(fault.codes) if fault.codes else not codes
