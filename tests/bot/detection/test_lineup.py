"""Checks of the operator's own: one entry in recsysops.toml, or one file, and they are judged like any other."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from bot.detection.lineup import everything_watched, line_up
from bot.detection.policy import Policy
from bot.detection.runner import Detector
from bot.doctor import examine
from bot.settings import ConfigWrong, load
from checks.catalogue import EVERY_CHECK
from tests.bot.detection.conftest import Watched

EXAMPLE = Path(__file__).parents[3] / "docs" / "own_check.py"
METRIC = """
[metrics.short_lists]
value = "avg(CASE WHEN size < 8 THEN 1.0 ELSE 0.0 END)"
relation = "lists"
kind = "share"
"""


def configure(folder: Path, more: str) -> Path:
    path = folder / "recsysops.toml"
    path.write_text(path.read_text() + more)
    return path


def own(lab: Watched, more: str) -> Detector:
    settings = load(configure(lab.world.folder, more), {})
    return Detector(lab.store, lab.world.clock, lab.recommender, line_up(settings), Policy.from_settings(settings))


def put(lab: Watched, text: str, name: str = "mine.py") -> str:
    (lab.world.folder / name).write_text(text)
    return f'\n[checks]\nown = ["{name}"]\n'


def test_the_example_of_the_docs_runs_as_it_is_printed(lab: Watched) -> None:
    shutil.copy(EXAMPLE, lab.world.folder / "own_check.py")
    detector = own(lab, '\n[checks]\nown = ["own_check.py"]\n')
    (outcome,) = detector.run(lab.world.today, ["X01"]).outcomes
    assert (outcome.code, outcome.state) == ("X01", "quiet")


def test_the_example_notices_what_it_says_it_notices(lab: Watched) -> None:
    shutil.copy(EXAMPLE, lab.world.folder / "own_check.py")
    detector = own(lab, '\n[checks]\nown = ["own_check.py"]\n')
    lab.world.break_with("unit-change")  # ages in seconds: everything is older than a year
    lab.world.serve_day()
    (outcome,) = detector.run(lab.world.today, ["X01"]).outcomes
    words = r"9\d % of impressions are of items older than a year, usually [45]\d %\."
    assert re.fullmatch(words, outcome.findings[0].words)


def test_a_metric_is_measured_judged_and_told_by_its_name(lab: Watched) -> None:
    detector = own(lab, METRIC)
    assert detector.run(lab.world.today, ["short_lists"]).outcomes[0].state == "quiet"
    lab.world.break_with("index-truncated")
    lab.world.serve_day()
    (outcome,) = detector.run(lab.world.today, ["short_lists"]).outcomes
    assert outcome.title == "Short lists"
    (told,) = outcome.findings
    assert told.slice.key == "surface=genre_row"
    assert re.fullmatch(r"Short lists in surface genre_row: [34]\d %, usually 0 % to \d(\.\d)? %\.", told.words)


def test_a_metric_of_what_is_not_there_fails_alone_and_says_why(lab: Watched) -> None:
    detector = own(lab, '\n[metrics.dwell]\nvalue = "avg(dwell_seconds)"\n[metrics.fine]\nvalue = "avg(score)"\n')
    dwell, fine = detector.run(lab.world.today, ["dwell", "fine"]).outcomes
    assert dwell.state == "failed"
    assert "dwell_seconds" in dwell.words
    assert fine.state == "quiet"


def test_the_line_up_is_the_catalogue_then_files_then_metrics_and_off_is_off(lab: Watched) -> None:
    shutil.copy(EXAMPLE, lab.world.folder / "own_check.py")
    settings = load(configure(lab.world.folder, '\n[checks]\nown = ["own_check.py"]\noff = ["X01"]\n' + METRIC), {})
    codes = [check.about.code for check in line_up(settings)]
    assert codes == [*(check.about.code for check in EVERY_CHECK), "X01", "short_lists"]
    watched = [each.about.code for each in everything_watched(settings)]
    assert "X01" not in watched
    assert watched[-4:] == ["W01", "W02", "W03", "W04"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("check = 3\n", "defines no check: end it with check = YourCheck()"),
        ("1 / 0\n", "cannot be used: ZeroDivisionError"),
        (EXAMPLE.read_text().replace('"X01"', '"D01"'), "The code D01 of your own check is taken"),
        (EXAMPLE.read_text().replace('"X01"', '"old items"'), "is no letter with two digits, such as X01"),
    ],
)
def test_a_file_that_is_no_check_refuses_the_start_with_one_sentence(lab: Watched, text: str, said: str) -> None:
    settings = load(configure(lab.world.folder, put(lab, text)), {})
    with pytest.raises(ConfigWrong, match=said.replace("(", r"\(").replace(")", r"\)")):
        line_up(settings)


def test_a_file_that_is_not_there_is_named(lab: Watched) -> None:
    settings = load(configure(lab.world.folder, '\n[checks]\nown = ["nowhere/*.py"]\n'), {})
    with pytest.raises(ConfigWrong, match=r"there is no such file beside recsysops\.toml"):
        line_up(settings)


def test_doctor_proves_own_checks_too(lab: Watched) -> None:
    text = EXAMPLE.read_text().replace('"item_age_days"', '"weight"')
    settings = load(configure(lab.world.folder, put(lab, text)), {})
    (line,) = [line for line in examine(settings, line_up(settings)) if line.subject == "X01"]
    assert line.state == "not applicable"
    assert "no weight column mapped in recsysops.toml" in line.words
