"""What holds for all checks: folder, list, docs and tests agree, and none of them breaks on poor data."""

import re
from pathlib import Path

import numpy as np
import pytest

import checks
from checks.base import Described, NotApplicable, Series
from checks.catalogue import EVERY_CHECK, EVERY_WATCH
from checks.describing import PAGE, describe
from checks.judging import Check
from tests.checks.fakes import FakeHistory, a_judge, a_schema, daily, days, without

FOLDERS = ("data", "model", "serving", "members", "items", "launches", "watch")
CODES = [check.about.code for check in EVERY_CHECK]


def test_every_file_of_the_folders_holds_one_check_of_the_list() -> None:
    home = Path(checks.__file__ or "").parent
    files = {path for folder in FOLDERS for path in (home / folder).glob("*.py") if path.name != "__init__.py"}
    every: list[Described] = [*EVERY_CHECK, *EVERY_WATCH]
    listed = {home / (type(check).__module__.replace("checks.", "").replace(".", "/") + ".py") for check in every}
    assert files == listed
    assert len({check.about.code for check in every}) == len(every) == len(files)


def test_the_docs_say_what_the_checks_say_of_themselves() -> None:
    assert PAGE.read_text(encoding="utf-8") == describe(), "run python -m checks.describing"


@pytest.mark.parametrize("code", [*CODES, *(check.about.code for check in EVERY_WATCH)])
def test_every_check_has_a_quiet_and_a_firing_test(code: str) -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.rglob("test_*.py"))
    for claim in ("stays_quiet", "fires"):
        assert re.search(rf"def test_{code.lower()}_{claim}", tests), f"{code} needs a test_{code.lower()}_{claim}..."


@pytest.mark.parametrize("check", EVERY_CHECK, ids=CODES)
def test_it_measures_the_whole_installation_under_stable_different_names(check: Check) -> None:
    measures = check.measures(a_schema())
    assert measures
    assert len({measure.name for measure in measures}) == len(measures)
    assert [measure.name for measure in check.measures(a_schema())] == [measure.name for measure in measures]
    for measure in measures:
        assert not measure.slices or set(measure.slices) <= set(a_schema().relations[measure.relation])


@pytest.mark.parametrize("check", EVERY_CHECK, ids=CODES)
def test_it_says_what_it_lacks_on_a_poor_installation(check: Check) -> None:
    poor = a_schema()
    for relation in set(poor.relations) - {"impressions"}:
        poor = without(poor, relation)
    for name in ("ts", "item_id", "score", "affinity", "model_version", "features_at"):
        poor = without(poor, "impressions", name)
    with pytest.raises(NotApplicable, match=r"recsysops\.toml|joined|column"):
        check.measures(poor)


def _poor(name: str, kind: str) -> list[list[Series]]:
    shape = (4, 10) if kind == "histogram" else (4,)
    full = np.ones((29, 10)) if kind == "histogram" else np.ones(29)
    return [
        [],
        [daily(name, np.full(shape, np.nan), 0)],
        [daily(name, full[:1], 1)],
        [daily(name, np.full_like(full, np.nan), 0)],
        [daily(name, np.zeros_like(full), 0)],
    ]


@pytest.mark.parametrize("check", EVERY_CHECK, ids=CODES)
def test_it_finds_nothing_and_breaks_on_nothing_in_empty_short_or_absent_histories(check: Check) -> None:
    measures = check.measures(a_schema())
    anything = daily("unrelated", np.ones(29))
    for case in range(5):
        given = [series for m in measures for series in _poor(m.name, m.kind)[case]]
        history = FakeHistory([*given, anything])
        assert list(check.findings(a_schema(), history, a_judge())) == []
        assert history.windows == days(29)
