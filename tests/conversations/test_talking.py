"""What people type, and what comes back."""

import pytest

from bot.store.tables import AuditEntry
from sandbox.demo.stage import CHANNEL, Stage
from sandbox.slack.driver_client import wait_for
from tests.conversations.talks import GENERAL, ask, denials, hotfixes, mention, overrides, rows, words_of


@pytest.mark.parametrize(
    ("typed", "containing"),
    [
        ("/recsys help", "/diagnose item 123"),
        ("/recsys status", "Judged up to"),
        ("/recsys checks", "D01"),
        ("/recsys whoami", "U0ONCALL"),
        ("/recsys incidents", "No open incidents"),
        ("/recsys incidents all", "There has been no incident yet"),
        ("/recsys known", "catalogue"),
        ("/recsys item", "needs an item id or title: `/recsys item 123`"),
        ("/hotfix", "rollback model"),
        ("/hotfix rolback model", "Did you mean `/hotfix rollback model`"),
        ("/hotfix rollback model sideways please", "I do not understand “sideways please”"),
        ("/recsys statsu", "Did you mean `/recsys status`"),
        ("/diagnose item", "/diagnose item 123"),
        ("/diagnose incident 99", "There is no incident 99. Open now: none."),
        ("/diagnose incident seven", "“seven” is not an incident number"),
        ("/diagnose incident", "This is not an incident's thread"),
        ("/hotfix undo 42", "There is no hotfix 42"),
        ("/hotfix undo that", "“that” is not a hotfix number"),
    ],
)
def test_a_command_gets_its_answer(stage: Stage, typed: str, containing: str) -> None:
    assert ask(stage, "oncall", typed, containing)


def test_an_engineer_less_question_gets_an_answer_without_jargon(stage: Stage) -> None:
    items = stage.bot.mate.recommender.warehouse.find_items("a", 5)
    words = ask(stage, "launches", f"/recsys item {items[0]['item_id']}", "Numbers up to")
    assert str(items[0]["title"]) in words
    assert "NDCG" not in words


@pytest.mark.parametrize("typed", ["/recsys item i0001", "/diagnose item i0001"])
def test_an_unknown_item_is_answered_with_the_nearest_ids(stage: Stage, typed: str) -> None:
    words = ask(stage, "launches", typed, "There is no item i0001")
    assert "i001" in words.replace("i0001", "")


def test_an_unknown_version_is_answered_with_those_there_are(stage: Stage) -> None:
    words = ask(stage, "oncall", "/hotfix rollback model to 99", "The registry has no version 99")
    registry = stage.bot.mate.recommender.registry
    assert registry is not None
    assert ", ".join(version.version for version in registry.versions()) in words
    assert hotfixes(stage) == []
    assert overrides(stage) == []


def test_serving_what_serves_already_is_no_rollback(stage: Stage) -> None:
    registry = stage.bot.mate.recommender.registry
    assert registry is not None
    champion = registry.champion().version
    assert ask(stage, "oncall", f"/hotfix rollback model to {champion}", f"Version {champion} is serving already")
    assert hotfixes(stage) == []


def test_a_guest_is_told_which_role_is_missing_and_who_has_it_and_the_attempt_is_on_record(stage: Stage) -> None:
    words = mention(stage, "guest", "hotfix rollback model", "needs the role operator")
    assert "<@U0ONCALL>, <@U0MLLEAD> can" in words
    assert ask(stage, "guest", "/hotfix rollback model", "needs the role operator")
    assert denials(stage) == ["T0RECSYS:U0GUEST preview hotfix rollback model"] * 2
    assert [entry.did for entry in rows(stage, AuditEntry)] == ["denied"] * 2
    assert hotfixes(stage) == []
    assert overrides(stage) == []


def test_where_the_bot_is_no_member_the_answer_reaches_the_asker_all_the_same(stage: Stage) -> None:
    assert ask(stage, "owner", "/recsys status", "Judged up to", channel=GENERAL)
    assert ask(stage, "owner", "/recsys whoami", "U0OWNER", channel=GENERAL)


def test_a_title_with_marks_in_it_is_understood_as_it_was_typed_and_calls_nobody(stage: Stage) -> None:
    words = mention(stage, "launches", "item Tom & <!channel>", "Tom &amp; &lt;!channel&gt;")
    assert "Tom &amp;amp;" not in words


def test_the_home_tab_shows_how_things_stand_and_what_to_type(stage: Stage) -> None:
    stage.driver.open_home("owner")
    home = words_of(wait_for(lambda: stage.driver.home("owner"), 15))
    assert "No incident; 1 check is still learning what is normal" in home  # D10, until its second look
    assert "Judged up to" in home
    assert "/recsys item 123" in home


def test_diagnose_model_answers_in_a_thread_and_keeps_nobody_else_waiting(stage: Stage) -> None:
    """The status that is asked for meanwhile is there before the pictures that end the diagnosis."""
    stage.driver.command("oncall", CHANNEL, "/diagnose model")
    assert ask(stage, "owner", "/recsys status", "Judged up to")
    stage.all_said()
    said = stage.driver.channel(CHANNEL)
    root = next(m for m in said if "Diagnosing the ranking model" in words_of(m))
    status = next(m for m in reversed(said) if "Judged up to" in words_of(m))
    thread = stage.driver.thread(CHANNEL, root["ts"])[1:]
    assert "Ruled out" in words_of(thread[0])
    assert float(status["ts"]) < float(thread[-1]["ts"])
