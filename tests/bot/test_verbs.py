import pytest

from bot.verbs import VERBS, Ask, NotUnderstood, understand


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
