"""Damage that others thought of: tab-err (Jung, Jäger et al., 2025) spoils cells, and the ordinary bot looks.

Where a check claims a kind of error, its recall is demanded; where none does, what was seen is written down.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from tests.sandbox.drill.cells import Errors, Found, find

UNIT = {"factor": 1000.0}
QUICK = Errors("MissingValue", "item_rate_28d", 0.3, ("D03",))
NUMBER, WORD = "item_rate_28d", "region"
NUMBERS = ("D04", "D06", "M07")  # out of range, distributed otherwise, or other than recomputed
WORDS = ("D04", "D09", "D11")  # other values, too many values, or members whose region is another than last week
CLAIMED = (
    *(Errors("MissingValue", NUMBER, rate, ("D03",)) for rate in (0.05, 0.2, 0.5)),
    Errors("MissingValue", NUMBER, 0.2, ("D03",), "EAR:member_visits_28d"),
    Errors("MissingValue", NUMBER, 0.2, ("D03",), "ENAR"),
    *(Errors("WrongUnit", NUMBER, rate, NUMBERS, config=UNIT) for rate in (0.05, 0.2, 1.0)),
    *(Errors("Outlier", NUMBER, rate, NUMBERS) for rate in (0.2, 0.5)),
    *(Errors("AddDelta", NUMBER, rate, NUMBERS, config={"add_delta_value": 1}) for rate in (0.2, 0.5)),
    Errors("Mistype", NUMBER, 1.0, ("D04",)),
    *(Errors("Typo", WORD, rate, WORDS, config={"typo_error_period": 4}) for rate in (0.05, 0.2)),
    *(Errors("Extraneous", WORD, rate, WORDS, config={"extraneous_value_template": "{value} "}) for rate in (0.2, 0.5)),
    *(Errors("Replace", WORD, rate, WORDS, config={"replace_what": "t", "replace_with": ""}) for rate in (0.2, 0.5)),
    *(Errors("CategorySwap", WORD, rate, ("D11",)) for rate in (0.2, 0.5)),
    Errors("MissingValue", WORD, 0.2, ("D11",)),  # tab-err writes it as a word
)
UNCLAIMED = (  # nobody says that these are noticed: too few cells, too small a step, or nothing that changes
    Errors("Outlier", NUMBER, 0.05),
    Errors("AddDelta", NUMBER, 0.2, config={"add_delta_value": 0.01}),
    Errors("Mistype", NUMBER, 0.05),  # a column of numbers is one again when read: only these cells are cut to 0
    Errors("Extraneous", WORD, 0.05, config={"extraneous_value_template": "{value} "}),
    Errors("CategorySwap", WORD, 0.05),
    Errors("Mojibake", WORD, 0.5),  # plain ASCII survives every encoding
)


def test_missing_values_of_somebody_elses_making_are_noticed(tmp_path: Path) -> None:
    (found,) = find([QUICK], tmp_path)
    assert found.changed > 0.2
    assert set(found.codes) & set(QUICK.codes)
    assert found.about_column


@pytest.mark.slow
def test_recall_by_kind_of_error_is_what_the_catalogue_claims(tmp_path: Path) -> None:
    by_type: dict[str, list[Found]] = defaultdict(list)
    for found in find([*CLAIMED, *UNCLAIMED], tmp_path):
        by_type[found.errors.type].append(found)
        print(f"{found.errors!s:40} {found.changed:6.1%} changed: {' '.join(found.codes) or 'quiet'}")
    recall = {
        kind: sum(bool(set(one.codes) & set(one.errors.codes)) for one in claimed) / len(claimed)
        for kind, every in by_type.items()
        if (claimed := [one for one in every if one.errors.codes])
    }
    print(recall)
    assert recall == dict.fromkeys(recall, 1.0)
    assert all(one.changed > 0 for every in by_type.values() for one in every if one.errors.type != "Mojibake")
    assert not [one for every in by_type.values() for one in every if one.watched.failed]
