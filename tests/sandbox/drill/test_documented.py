"""docs/drill.md says what the drill does."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from bot.cli.drill import drill
from sandbox.drill.own.damages import EVERY_DAMAGE
from sandbox.drill.report import SIX

PAGE = (Path(__file__).parents[3] / "docs" / "drill.md").read_text()


def test_every_figure_is_defined() -> None:
    assert all(f"| `{name}` |" in PAGE for name in SIX)


def test_every_damage_to_ones_own_tables_is_listed_with_the_checks_that_ought_to_notice() -> None:
    listed = re.findall(r"^\| ([a-z-]+) \| .* \| ([A-Z0-9, ]+) \|$", PAGE, re.MULTILINE)
    assert [(name, tuple(codes.split(", "))) for name, codes in listed] == [(d.name, d.codes) for d in EVERY_DAMAGE]


def test_every_option_of_the_verb_is_told() -> None:
    options = [name for name in inspect.signature(drill).parameters if name not in ("listing", "as_json", "config")]
    assert all(f"--{name.replace('_', '-')}" in PAGE for name in options)
