"""The lab goes wrong in every way it knows; each is found on its first day, and nothing else is."""

import pytest

from sandbox.recommender.faults.catalogue import EVERY_FAULT
from tests.bot.detection.conftest import Watched

FAULTS = [fault for fault in EVERY_FAULT if fault.kind == "fault"]
BENIGN = [fault for fault in EVERY_FAULT if fault.kind == "benign"]


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_fault_is_found_on_its_first_day_by_a_check_that_ought_to(lab: Watched, fault: object) -> None:
    broken = lab.world.break_with(getattr(fault, "name", ""))
    found = lab.pass_day().findings
    assert {finding.code for finding in found} & set(broken.codes)
    assert all(finding.onset == finding.window.start for finding in found)


@pytest.mark.parametrize("change", BENIGN, ids=[change.name for change in BENIGN])
def test_a_benign_change_stays_silent(lab: Watched, change: object) -> None:
    lab.world.break_with(getattr(change, "name", ""))
    assert lab.pass_day().findings == ()


def test_a_mended_fault_is_quiet_again_the_next_day(lab: Watched) -> None:
    lab.world.break_with("unit-change")
    assert [finding.code for finding in lab.pass_day().findings] == ["D06"]
    lab.world.mend()
    assert lab.pass_day().findings == ()


def test_the_place_is_named_where_a_fault_is_local(lab: Watched) -> None:
    broken = lab.world.break_with("feature-missing-in-region")
    leading = [finding for finding in lab.pass_day().findings if finding.code == "D03"]
    assert [(finding.slice.key, finding.subject) for finding in leading] == [(broken.slice, broken.subject)]
