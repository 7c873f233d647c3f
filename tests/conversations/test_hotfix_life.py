"""A hotfix from its request to its end: who may say yes, what serves then, and that nothing is ever half done."""

import json

import pytest
from typer.testing import CliRunner

from bot import flow, rounds
from bot.cards import actions
from bot.catalog.learning import ResolutionForm
from bot.cli.app import app
from bot.cli.shell import whoever
from bot.hotfixes import applying
from bot.hotfixes.base import HotfixRefused
from bot.slack.messages import Person
from sandbox.demo.stage import CHANNEL, Stage
from sandbox.slack.driver_client import DriverRefused, wait_for
from tests.conversations.talks import (
    ask,
    below_with,
    card_of,
    denials,
    hear,
    hotfixes,
    incidents,
    overrides,
    press,
    thread_of,
    words_of,
)

LEAD = Person("T0RECSYS", "U0MLLEAD")


def request(stage: Stage, who: str = "oncall") -> str:
    """Press Hotfix on the card, read the preview and ask for approval; the ts of the request."""
    number = incidents(stage)[-1].id or 0
    root = card_of(stage, number)["ts"]
    press(stage, who, root, actions.HOTFIX, "Price:")
    view = wait_for(lambda: next((v for v in stage.driver.views(who) if "Price:" in str(v)), None), 20)
    assert view is not None
    hear(stage, who, lambda: stage.driver.submit(who, view["id"], {}), "hotfix.approve")
    stage.all_said()
    return str(below_with(stage, root, actions.APPROVE)["ts"])


def serving(stage: Stage) -> str:
    """The version that serves the next day."""
    day = stage.next_day()
    stage.all_said()
    return day.model_version if day else ""


def champion(stage: Stage) -> str:
    registry = stage.bot.mate.recommender.registry
    assert registry is not None
    return registry.champion().version


def test_a_refused_request_leaves_nothing_behind(broken: Stage) -> None:
    asked = request(broken)
    assert "waits for approval" in words_of(card_of(broken, 1))

    words = press(broken, "lead", asked, actions.REFUSE, "Refused by <@U0MLLEAD>")

    assert "hotfix.approve" not in words
    assert [hotfix.state for hotfix in hotfixes(broken)] == ["refused"]
    assert overrides(broken) == []
    assert "waits for approval" not in words_of(card_of(broken, 1))


def test_nobody_approves_without_the_role_and_nobody_their_own(broken: Stage) -> None:
    asked = request(broken, who="lead")

    words = press(broken, "oncall", asked, actions.APPROVE, "needs the role approver")
    assert "<@U0MLLEAD> can" in words
    words = press(broken, "lead", asked, actions.APPROVE, "somebody else with the role approver must approve it")
    assert "nobody else has it yet" in words
    words = press(broken, "guest", asked, actions.REFUSE, "needs the role approver")

    denied = "rollback model from 9 to 8"
    assert denials(broken) == [f"T0RECSYS:{who} {denied}" for who in ("U0ONCALL", "U0MLLEAD", "U0GUEST")]
    assert hotfixes(broken)[-1].state == "requested"
    assert overrides(broken) == []
    press(broken, "lead", asked, actions.REFUSE, "Refused")


def test_a_second_request_waits_for_the_first(broken: Stage) -> None:
    asked = request(broken)
    root = card_of(broken, 1)["ts"]
    press(broken, "oncall", root, actions.HOTFIX, "Price:")
    view = broken.driver.views("oncall")[-1]
    words = hear(broken, "oncall", lambda: broken.driver.submit("oncall", view["id"], {}), "still waits")
    assert "approve or refuse that one first" in words
    assert [hotfix.state for hotfix in hotfixes(broken)][-1] == "requested"
    press(broken, "lead", asked, actions.REFUSE, "Refused")


def test_approved_it_serves_is_verified_and_undone_the_champion_serves_again(broken: Stage) -> None:
    asked = request(broken)
    press(broken, "lead", asked, actions.APPROVE, "In force")

    assert [path.stem for path in overrides(broken)] == [f"hotfix-{hotfixes(broken)[-1].id}"]
    assert "in force" in words_of(card_of(broken, 1))
    words = press_again(broken, asked)
    assert "Approved by <@U0MLLEAD>" in words

    assert serving(broken) == "8"
    assert serving(broken) == "8"
    assert hotfixes(broken)[-1].state == "verified"
    assert "Mitigated" in words_of(card_of(broken, 1))

    undo = below_with(broken, card_of(broken, 1)["ts"], actions.UNDO)
    press(broken, "oncall", undo["ts"], actions.UNDO, "Taken back")
    assert overrides(broken) == []
    assert hotfixes(broken)[-1].state == "undone"
    assert not any("'hotfix.undo'" in words for words in thread_of(broken, 1)), "over is over: no button is left"
    assert serving(broken) == champion(broken)


def press_again(stage: Stage, asked: str) -> str:
    """The second approver's late click changes nothing and finds no button; what stands there instead."""
    before = hotfixes(stage)[-1]
    with pytest.raises(HotfixRefused, match=r"has been decided by <@U0MLLEAD>: it is applied. Nothing was done."):
        flow.approve(stage.bot.mate, before.id or 0, LEAD, before.version)
    assert hotfixes(stage)[-1] == before
    with pytest.raises(DriverRefused, match="no_such_element"):
        stage.driver.click("lead", CHANNEL, asked, actions.APPROVE)
    root = card_of(stage, 1)["ts"]
    return words_of(next(m for m in stage.driver.thread(CHANNEL, root) if m["ts"] == asked))


def test_killed_between_approval_and_application_it_is_carried_out_once(broken: Stage) -> None:
    request(broken)
    number = hotfixes(broken)[-1].id or 0
    mate = broken.bot.mate
    with mate.store.session() as session:
        applying.approve(session, number, LEAD, mate.roles, mate.clock.now())
    assert overrides(broken) == []

    rounds.tick(mate)
    rounds.tick(mate)

    assert [path.stem for path in overrides(broken)] == [f"hotfix-{number}"]
    said = [
        words for words in thread_of(broken, 1) if f"hotfix {number}, rollback model" in words and "In force" in words
    ]
    assert len(said) == 1


def test_verified_or_not_it_ends_by_itself_after_three_days_and_says_so(broken: Stage) -> None:
    number = hotfixes(broken)[-1].id
    assert [serving(broken) for _ in range(2)] == ["8", "8"]
    assert hotfixes(broken)[-1].state == "verified"
    broken.next_day()
    broken.all_said()

    assert hotfixes(broken)[-1].state == "expired"
    assert overrides(broken) == []
    assert any("Expired" in words and f"hotfix {number}" in words for words in thread_of(broken, 1))
    assert serving(broken) == champion(broken)


def test_asked_for_in_the_channel_it_is_for_no_incident_and_says_that_nobody_verifies_it(broken: Stage) -> None:
    ask(broken, "oncall", "/hotfix rollback model to 7", "Price:")
    view = broken.driver.views("oncall")[-1]
    hear(broken, "oncall", lambda: broken.driver.submit("oncall", view["id"], {}), "hotfix.approve")
    asked = next(m for m in reversed(broken.driver.channel(CHANNEL)) if "hotfix.approve" in words_of(m))
    words = press(broken, "lead", asked["ts"], actions.APPROVE, "In force")
    assert "It is for no incident, so I cannot verify it" in words
    number = hotfixes(broken)[-1].id
    assert ask(broken, "oncall", f"/hotfix undo {number}", f"Hotfix {number} is taken back")
    assert ask(broken, "oncall", f"/hotfix undo {number}", "there is nothing to take back")
    assert overrides(broken) == []


def test_what_begins_to_serve_after_the_preview_voids_the_request(broken: Stage) -> None:
    asked = request(broken)
    aliases = broken.world.folder / "registry" / "ranker" / "aliases.json"
    before = aliases.read_text()
    aliases.write_text('{"champion": "7"}')
    try:
        words = press(broken, "lead", asked, actions.APPROVE, "Nothing was done")
    finally:
        aliases.write_text(before)
    assert "another version has begun to serve" in words
    assert (hotfixes(broken)[-1].state, overrides(broken)) == ("requested", [])
    press(broken, "lead", asked, actions.REFUSE, "Refused")


def test_what_begins_to_serve_while_the_dialog_is_open_is_not_asked_for_unread(broken: Stage) -> None:
    press(broken, "oncall", card_of(broken, 1)["ts"], actions.HOTFIX, "Price:")
    view, before = broken.driver.views("oncall")[-1], len(hotfixes(broken))
    aliases = broken.world.folder / "registry" / "ranker" / "aliases.json"
    champions = aliases.read_text()
    aliases.write_text('{"champion": "7"}')
    try:
        words = hear(broken, "oncall", lambda: broken.driver.submit("oncall", view["id"], {}), "nothing was asked for")
    finally:
        aliases.write_text(champions)
    assert f"showed version {champion(broken)} → " in words
    assert "by now it would be 7 → 6" in words
    assert len(hotfixes(broken)) == before


def test_in_a_shell_the_same_roles_hold(broken: Stage) -> None:
    """A shell's person is the process's own user; the thread in Slack tells of it all."""
    me = whoever().key

    def shell(roles: str, *words: str) -> str:
        config = broken.world.folder / "shell.toml"
        config.write_text(broken.world.config_path.read_text())
        for role in roles.split():
            config.write_text(config.read_text().replace(f"{role} = [", f'{role} = ["{me}", '))
        options = ["--config", str(config), "--as-of", broken.clock.now().isoformat()]
        return CliRunner().invoke(app, ["hotfix", *words, *options]).output

    assert "needs the role operator" in shell("", "rollback", "model", "--request")
    asked = json.loads(shell("operator", "rollback", "model", "--request", "--incident", "1", "--json"))["hotfix"]
    assert "needs the role approver" in shell("operator", "--approve", str(asked))
    assert "somebody else with the role approver" in shell("operator approver", "--approve", str(asked))
    flow.refuse(broken.bot.mate, asked, LEAD, "another way", None)
    request(broken)
    asked = hotfixes(broken)[-1].id
    assert "In force" in shell("approver", "--approve", str(asked))
    assert [path.stem for path in overrides(broken)] == [f"hotfix-{asked}"]
    assert "Taken back" in shell("operator", "--undo", str(asked))
    assert overrides(broken) == []
    assert [denial.split()[0] for denial in denials(broken)[-3:]] == [me] * 3
    broken.all_said()
    assert any(f"Approved by {whoever().mention}" in words for words in thread_of(broken, 1))


def test_the_same_trouble_later_is_recognised_with_what_put_it_out(broken: Stage) -> None:
    broken.world.mend()
    form = ResolutionForm("The feature code of a new version", "model", "rollback model")
    flow.resolve(broken.bot.mate, 1, form, Person("T0RECSYS", "U0ONCALL"), None)
    for _ in range(4):
        broken.next_day()
    broken.world.break_with("constant-feature")
    broken.next_day()
    broken.all_said()

    first, *between, newest = incidents(broken)
    # Between the versions that came and went a title fell from a dozen impressions a day to one: that is told, too.
    assert {code for one in between for code in one.codes} <= {"I05"}
    assert (newest.title, newest.state) == (first.title, "open")
    card = words_of(card_of(broken, newest.id or 0))
    assert "seen once" in card
    assert "`rollback model` worked 1 of 1" in card
