"""What the headless story counts as a false alarm."""

from __future__ import annotations

import pytest

from bot.store.tables import Incident
from sandbox.demo.headless import is_real
from sandbox.recommender.faults.catalogue import EVERY_FAULT

FAULTS = {fault.name: fault for fault in EVERY_FAULT}
CONSTANT = FAULTS["constant-feature"]


def incident(subject: str, *codes: str) -> Incident:
    return Incident(subject=subject, codes=list(codes))  # type: ignore[call-arg]


def test_an_incident_is_real_by_the_checks_of_the_fault_or_by_its_subject() -> None:
    assert is_real(incident("model:other", CONSTANT.codes[0], "X01"), CONSTANT)
    assert is_real(incident(CONSTANT.subject, "X01"), CONSTANT)


def test_an_incident_about_something_else_is_false_even_while_there_is_a_fault() -> None:
    """A fault that is missed and a false alarm beside it do not make up for one another."""
    assert not is_real(incident("table:elsewhere", "X01"), CONSTANT)


@pytest.mark.parametrize(
    "fault",
    [None, *(each for each in EVERY_FAULT if each.kind == "benign")],
    ids=lambda fault: getattr(fault, "name", "none"),
)
def test_when_nothing_is_broken_every_incident_is_false(fault: object) -> None:
    codes = getattr(fault, "codes", ("D01",))
    assert not is_real(incident("model:ranker", *codes), fault)  # type: ignore[arg-type]
