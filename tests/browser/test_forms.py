"""Pressing, confirming, filling in: nothing typed is lost, nothing pressed goes unseen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from sandbox.slack.driver_client import wait_for
from tests.browser.cards import every_block, incident_card
from tests.browser.small_bot import SmallBot

pytestmark = pytest.mark.browser


@pytest.fixture
def form_page(browser_page: Page, bot: SmallBot) -> Page:
    """The page with the hotfix form open."""
    browser_page.get_by_test_id("composer").fill("/hotfix rollback")
    browser_page.get_by_test_id("send").click()
    expect(browser_page.get_by_test_id("modal")).to_be_visible()
    return browser_page


def test_a_form_keeps_what_was_typed_when_something_is_wrong(form_page: Page, bot: SmallBot) -> None:
    modal = form_page.get_by_test_id("modal")
    modal.locator("[data-action-id=reason]").fill("short")
    modal.get_by_test_id("modal-submit").click()
    expect(modal.get_by_test_id("input-error")).to_contain_text("required")
    modal.get_by_label("In a day").first.check()
    modal.get_by_test_id("modal-submit").click()
    expect(modal.get_by_test_id("input-error")).to_have_text("Say a little more: the approver reads this.")
    expect(modal.locator("[data-action-id=reason]")).to_have_value("short")
    expect(modal.locator("[data-action-id=reason]")).to_be_focused()
    modal.locator("[data-action-id=reason]").fill("Plays fell by a third since the deploy.")
    modal.locator("[data-action-id=approver]").select_option(label="ML lead")
    modal.locator("[data-action-id=date]").fill("2026-03-01")
    modal.locator("[data-action-id=boxes]").get_by_label("In three days").check()
    modal.get_by_test_id("modal-submit").click()
    expect(modal).to_have_count(0)
    sent = wait_for(lambda: bot.submitted)[0]
    assert sent["when"]["expiry"]["selected_option"]["value"] == "In a day"
    assert sent["who"]["approver"]["selected_user"] == "U0MLLEAD"
    assert sent["day"]["date"]["selected_date"] == "2026-03-01"
    assert [option["value"] for option in sent["sure"]["boxes"]["selected_options"]] == ["In three days"]


def test_a_form_that_the_bot_redraws_keeps_what_was_typed(form_page: Page) -> None:
    modal = form_page.get_by_test_id("modal")
    modal.locator("[data-action-id=reason]").fill("Plays fell")
    modal.get_by_role("button", name="Look again").click()
    expect(modal).to_contain_text("The preview is ready.")
    expect(modal.locator("[data-action-id=reason]")).to_have_value("Plays fell")


def test_escape_closes_a_form(form_page: Page) -> None:
    form_page.keyboard.press("Escape")
    expect(form_page.get_by_test_id("modal")).to_have_count(0)


def test_a_pressed_button_shows_at_once_that_it_was_heard(browser_page: Page, bot: SmallBot) -> None:
    bot.say("Critical", incident_card())
    slow = browser_page.locator("[data-action-id=slow]")
    slow.click()
    expect(slow).to_have_attribute("aria-busy", "true", timeout=500)
    expect(slow).not_to_have_attribute("aria-busy", "true")
    assert [action["action_id"] for action in bot.pressed] == ["slow"]


def test_a_deed_that_asks_first_happens_only_after_yes(browser_page: Page, bot: SmallBot) -> None:
    bot.say("Critical", incident_card())
    resolve = browser_page.locator("[data-action-id=resolve]")
    resolve.click()
    browser_page.get_by_test_id("confirm-deny").click()
    assert bot.pressed == []
    resolve.click()
    browser_page.get_by_test_id("confirm-yes").click()
    wait_for(lambda: bot.pressed)
    assert [action["action_id"] for action in bot.pressed] == ["resolve"]


def test_menus_and_selects_send_what_was_chosen(browser_page: Page, bot: SmallBot) -> None:
    bot.say("Critical", incident_card())
    browser_page.get_by_test_id("overflow").click()
    browser_page.get_by_role("button", name="Snooze for a day").click()
    wait_for(lambda: bot.pressed)
    bot.say("pick", every_block("")[:2])
    browser_page.locator("[data-action-id=slice]").select_option("mobile")
    wait_for(lambda: len(bot.pressed) == 2)
    assert [action["selected_option"]["value"] for action in bot.pressed] == ["snooze", "mobile"]
