"""What people type, and what comes back."""

from typing import Any

import pytest

from sandbox.demo.stage import CHANNEL, Stage
from sandbox.slack.driver_client import wait_for


def answer(stage: Stage, who: str, text: str, containing: str) -> str:
    """Type a command; the words of the first new message or whisper that contains what is expected."""

    def look() -> str | None:
        seen = [*stage.driver.channel(CHANNEL, as_=who), *stage.driver.ephemerals(who)]
        words = [said(message) for message in seen if message["ts"] > since]
        return next((each for each in reversed(words) if containing.lower() in each.lower()), None)

    messages = [*stage.driver.channel(CHANNEL, as_=who), *stage.driver.ephemerals(who)]
    since = max((message["ts"] for message in messages), default="0")
    stage.driver.command(who, CHANNEL, text)
    return wait_for(look, 15) or ""


def said(message: dict[str, Any]) -> str:
    return f"{message.get('text', '')} {message.get('blocks', '')}"


@pytest.mark.parametrize(
    ("typed", "containing"),
    [
        ("/recsys help", "/diagnose item 123"),
        ("/recsys status", "Judged up to"),
        ("/recsys checks", "D01"),
        ("/recsys whoami", "U0ONCALL"),
        ("/recsys incidents", "No open incidents"),
        ("/recsys known", "catalogue"),
        ("/hotfix", "rollback model"),
        ("/hotfix rolback model", "Did you mean `/hotfix rollback model`"),
        ("/recsys statsu", "Did you mean `/recsys status`"),
        ("/diagnose item", "/diagnose item 123"),
        ("/diagnose item no-such-item", "no-such-item"),
        ("/diagnose incident 99", "99"),
        ("/hotfix undo 42", "42"),
    ],
)
def test_a_command_gets_its_answer(stage: Stage, typed: str, containing: str) -> None:
    assert answer(stage, "oncall", typed, containing)


def test_an_engineer_less_question_gets_an_answer_without_jargon(stage: Stage) -> None:
    items = stage.bot.mate.recommender.warehouse.find_items("a", 5)
    words = answer(stage, "launches", f"/recsys item {items[0]['item_id']}", str(items[0]["title"]))
    assert "NDCG" not in words
    assert "Numbers up to" in words


def test_a_person_without_the_role_is_told_which_one_is_missing(stage: Stage) -> None:
    stage.driver.post("guest", CHANNEL, "@recsysops hotfix rollback model")
    refusal = wait_for(lambda: next((m for m in stage.driver.ephemerals("guest") if "operator" in said(m)), None), 10)
    assert refusal is not None
    assert "operator" in said(refusal)


def test_diagnose_model_answers_in_a_thread_and_says_what_was_ruled_out(stage: Stage) -> None:
    words = answer(stage, "oncall", "/diagnose model", "Diagnosing the ranking model")
    root = next(m for m in stage.driver.channel(CHANNEL) if "Diagnosing the ranking model" in said(m))
    done = wait_for(
        lambda: [m for m in stage.driver.thread(CHANNEL, root["ts"])[1:] if "ruled out" in said(m).lower()], 30
    )
    assert words
    assert done
