"""The documentation says what there is."""

from pathlib import Path

import bot.__main__  # noqa: F401  (adds the verb that runs the bot)
from bot.cli.app import app
from bot.verbs import VERBS
from checks.catalogue import EVERY_CHECK

DOCS = Path(__file__).parents[1] / "docs"


def test_every_verb_is_documented_with_its_example_and_its_role() -> None:
    page = (DOCS / "commands.md").read_text()
    for verb in VERBS:
        assert f"| `{verb.example}` | {verb.does} | {verb.role} |" in page


def test_every_verb_of_the_shell_is_documented() -> None:
    page = (DOCS / "commands.md").read_text()
    for command in app.registered_commands:
        assert command.callback is not None
        assert f"`recsysops {command.callback.__name__}`" in page


def test_every_check_has_a_heading() -> None:
    page = (DOCS / "checks.md").read_text()
    assert all(f"## {check.about.code} " in page for check in EVERY_CHECK)
