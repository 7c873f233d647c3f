import re
from pathlib import Path

import pytest

from bot.answers.dialogs import MODALS
from bot.answers.worker import BY_ACTION, BY_VERB
from bot.cards import actions
from bot.cards.reading import help_said
from bot.verbs import BY_NAME, VERBS, Ask, NotUnderstood, Verb, understand

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("said", "verb", "argument"),
    [
        ("/diagnose item 123", "diagnose item", "123"),
        ("/diagnose model", "diagnose model", ""),
        ("<@U0BOT> diagnose", "diagnose incident", ""),
        ("<@U0BOT> Diagnose incident 7", "diagnose incident", "7"),
        ("/recsys item Toy Story", "item", "Toy Story"),
        ("/recsys", "help", ""),
        ("/hotfix", "hotfix", ""),
        ("/hotfix rollback model to 5", "hotfix rollback model", "to 5"),
        ("<@U0BOT> ack", "acknowledge", ""),
        ("<@U_BOT|recsysops> ack", "acknowledge", ""),
        ("@recsysops diagnose model", "diagnose model", ""),
    ],
)
def test_the_same_words_mean_the_same_in_a_command_and_a_mention(said: str, verb: str, argument: str) -> None:
    asked = understand(said)
    assert isinstance(asked, Ask)
    assert (asked.verb.name, asked.argument) == (verb, argument)


@pytest.mark.parametrize(
    ("said", "nearest"),
    [
        ("/hotfix rolback model", "hotfix rollback model"),
        ("/recsys statsu", "status"),
        ("/diagnose modle", "diagnose model"),
        ("/diagnose itm 12", "diagnose item"),
        ("/recsys xyzzy", "help"),
    ],
)
def test_a_wrong_command_gets_the_nearest_right_one(said: str, nearest: str) -> None:
    answer = understand(said)
    assert isinstance(answer, NotUnderstood)
    assert answer.nearest.name == nearest


def test_every_example_is_understood_as_its_own_verb() -> None:
    for verb in VERBS:
        asked = understand(verb.example.replace("@recsysops", "<@U0BOT>"))
        assert isinstance(asked, Ask)
        assert asked.verb is verb


def test_every_verb_has_an_answer_and_every_answer_a_verb() -> None:
    assert set(BY_VERB) == set(BY_NAME)


def test_every_button_that_is_drawn_is_listened_to() -> None:
    drawn = {value for name, value in vars(actions).items() if name.isupper()}
    dialogs = {actions.CONFIRM_HOTFIX, actions.CLOSE_INCIDENT}
    assert drawn - dialogs == set(BY_ACTION) | (set(MODALS) - {"/hotfix"})


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_help_names_every_verb(verb: Verb) -> None:
    assert verb.example in help_said().text


def test_the_manifest_offers_each_command_and_hints_at_its_verbs() -> None:
    """What can be typed after a command stands in its hint, where Slack shows it while people type."""
    manifest = (ROOT / "manifest.yml").read_text()
    hints = dict(re.findall(r"- command: (/\w+)\n.*\n +usage_hint: \"(.*)\"", manifest))
    for verb in VERBS:
        command, *rest = verb.example.split()
        if command in hints and rest:
            assert rest[0] in hints[command], f"{verb.example} is not in the hint of {command}"
    assert {verb.example.split()[0] for verb in VERBS} == {*hints, "@recsysops"}
