"""Every check has its broken world on the page, and what the page says is what the bot says."""

from __future__ import annotations

import re

import pytest

from checks.catalogue import EVERY_CHECK, EVERY_WATCH
from sandbox.gallery.making import make_entries
from sandbox.gallery.page import PAGE, PICTURES, describe
from sandbox.gallery.scenes import every_scene

CODES = [check.about.code for check in EVERY_CHECK] + [watch.about.code for watch in EVERY_WATCH]


def sections() -> list[str]:
    return re.split(r"(?m)^(?=## )", PAGE.read_text(encoding="utf-8"))[1:]


def test_the_page_has_every_check_in_code_order() -> None:
    told = [section.split()[1] for section in sections()]
    assert list(dict.fromkeys(told)) == CODES


def test_every_entry_says_what_is_broken_and_what_the_bot_said() -> None:
    for section in sections():
        assert "**Broken.** " in section
        assert "\n> **" in section, section


def test_every_picture_exists_is_small_and_is_told_in_words_and_none_is_left_over() -> None:
    shown = re.findall(r"!\[(.+?)\]\(images/gallery/([\w-]+\.png)\)", PAGE.read_text(encoding="utf-8"))
    assert {name for _, name in shown} == {path.name for path in PICTURES.glob("*.png")}
    for words, name in shown:
        assert words.startswith("Line chart of")
        assert (PICTURES / name).stat().st_size <= 25_000, name


def test_a_fault_that_is_shown_for_a_check_is_one_that_it_ought_to_notice() -> None:
    for scene in every_scene():
        assert scene.fault is None or scene.code in scene.fault.codes


def test_what_the_bot_says_of_itself_is_what_the_page_says() -> None:
    for entry in make_entries([watch.about.code for watch in EVERY_WATCH]):
        assert describe(entry) in PAGE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_world_broken_again_is_told_in_the_same_words() -> None:
    for entry in make_entries(["D01", "D04"]):
        assert describe(entry) in PAGE.read_text(encoding="utf-8"), "run python -m sandbox.gallery"
