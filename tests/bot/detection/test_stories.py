"""The lab goes wrong in every way it knows; each is found as soon as it shows, and nothing else is."""

import pytest

from checks.catalogue import EVERY_CHECK
from sandbox.recommender.faults.base import Fault
from sandbox.recommender.faults.catalogue import EVERY_FAULT
from tests.bot.detection.conftest import Watched

KNOWN = {check.about.code for check in EVERY_CHECK}
LATE = {"item-language": 4}  # days: one title among hundreds is a small part, and judged with care
FAULTS = [fault for fault in EVERY_FAULT if set(fault.codes) & KNOWN and not fault.extra]  # those: docs/gallery.md
BENIGN = [fault for fault in EVERY_FAULT if fault.kind == "benign"]


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_fault_is_found_as_soon_as_it_shows_by_a_check_that_ought_to(lab: Watched, fault: Fault) -> None:
    start, broken = lab.world.today, lab.world.break_with(fault.name)
    found = next((found for _ in range(fault.days + LATE.get(fault.name, 0)) if (found := lab.pass_day().findings)), ())
    assert {finding.code for finding in found} & set(broken.codes)
    assert all(start <= finding.onset <= finding.window.start for finding in found)


@pytest.mark.parametrize("change", BENIGN, ids=[change.name for change in BENIGN])
def test_a_benign_change_stays_silent(lab: Watched, change: object) -> None:
    lab.world.break_with(getattr(change, "name", ""))
    assert lab.pass_day().findings == ()


def test_a_mended_fault_is_quiet_again_the_next_day(lab: Watched) -> None:
    lab.world.break_with("unit-change")
    assert "D06" in {finding.code for finding in lab.pass_day().findings}
    lab.world.mend()
    assert lab.pass_day().findings == ()


def test_the_place_is_named_where_a_fault_is_local(lab: Watched) -> None:
    broken = lab.world.break_with("feature-missing-in-region")
    leading = [finding for finding in lab.pass_day().findings if finding.code == "D03"]
    assert [(finding.slice.key, finding.subject) for finding in leading] == [(broken.slice, broken.subject)]
