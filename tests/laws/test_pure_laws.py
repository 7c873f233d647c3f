"""Every check on every kind of history: it breaks on none, alters none, and what it finds is well formed."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from checks.base import Finding, Schema, Severity, Slice
from checks.block import SeriesBlock
from checks.catalogue import EVERY_CHECK
from checks.judging import Check
from checks.records import finding_from_dict, finding_to_dict
from tests.checks.fakes import FakeHistory, a_judge, a_schema
from tests.laws.histories import STRANGE, as_history, every_case

CODES = [check.about.code for check in EVERY_CHECK]
CASES = list(every_case())
SUBJECTS = {"features", "index", "lists", "choices", "items", "members", "calls", "positions", "joins"}
NAMED = {"table", "feature", "model", "item", "label", "filter", "feed", "slice", "metric"}


def ask(check: Check, history: FakeHistory, schema: Schema | None = None) -> Sequence[Finding]:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        return list(check.findings(schema or a_schema(), history, a_judge()))


def is_well_formed(found: Finding, check: Check, history: FakeHistory) -> None:
    """What whoever reads a finding relies on."""
    assert found.code == check.about.code
    assert found.title
    assert found.title.strip() == found.title
    assert found.words.strip().endswith(".")
    assert not {"nan", "nan.", "inf", "nan,", "None"} & set(f"{found.title} {found.words}".split())
    assert found.subject in SUBJECTS or found.subject.split(":")[0] in NAMED, found.subject
    assert Slice.parse(found.slice.key) == found.slice
    assert found.window == history.window
    assert found.onset <= found.window.end
    assert isinstance(found.severity, Severity)
    assert found.direction in ("up", "down")
    assert found.n >= 0
    assert 0.0 <= found.impact.share <= 1.0


def as_stored(found: Finding) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(json.dumps(finding_to_dict(found), allow_nan=False))
    return record


@pytest.mark.parametrize("check", EVERY_CHECK, ids=CODES)
def test_a_check_survives_every_history_alters_none_and_says_the_same_twice(check: Check) -> None:
    """The arrays are shut against writing. The second time all slices come as one block, as the store gives them."""
    for case in CASES:
        history, schema = as_history(case.make(check)), a_schema()
        mapped = {name: dict(parts) for name, parts in schema.relations.items()}
        found = ask(check, history, schema)
        for one in found:
            is_well_formed(one, check, history)
            assert finding_to_dict(finding_from_dict(as_stored(one))) == finding_to_dict(one), case.name
        assert {name: dict(parts) for name, parts in schema.relations.items()} == mapped
        again = ask(check, _Blocks(history.given), schema)
        assert [finding_to_dict(one) for one in again] == [finding_to_dict(one) for one in found], case.name
        assert not (case.is_quiet and found), (case.name, [one.words for one in found])


class _Blocks(FakeHistory):
    """A history whose series of a measure come as one block, as the store's do."""

    def series(self, measure: str) -> Any:
        found = super().series(measure)
        return SeriesBlock.of(found) or found


@pytest.mark.parametrize("name", STRANGE)
def test_a_slice_of_any_name_can_be_read_back_from_its_key(name: str) -> None:
    for where in (Slice((("region", name),)), Slice((("region", name), ("age_group", "18-24")))):
        assert Slice.parse(where.key) == where


def test_the_histories_are_such_that_checks_do_speak() -> None:
    """Laws about findings say nothing when there are none."""
    loud = [case for case in CASES if case.name in ("ten times as much", "a tenth", "strange names")]
    speaking = {check.about.code for check in EVERY_CHECK for case in loud if ask(check, as_history(case.make(check)))}
    assert len(speaking) > len(EVERY_CHECK) / 2, sorted(speaking)
