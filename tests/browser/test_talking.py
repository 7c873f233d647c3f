"""People talk: as whom, in which channel and thread, with commands that complete themselves."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from sandbox.slack.driver_client import Driver
from sandbox.slack.server import SandboxSlack
from tests.browser.small_bot import ALERTS, SmallBot

pytestmark = pytest.mark.browser


def test_where_there_is_no_world_there_is_no_strip_about_it(browser_page: Page) -> None:
    expect(browser_page.get_by_test_id("world")).to_be_hidden()


def test_a_command_completes_and_its_answer_is_only_for_whoever_asked(browser_page: Page, bot: SmallBot) -> None:
    composer = browser_page.get_by_test_id("composer")
    composer.press_sequentially("/")
    expect(browser_page.get_by_test_id("completion-option")).to_have_count(2)
    composer.press_sequentially("rec")
    expect(browser_page.get_by_test_id("completion-option")).to_have_count(1)
    composer.press("Tab")
    expect(composer).to_have_value("/recsys ")
    composer.press_sequentially("status")
    composer.press("Enter")
    answer = browser_page.get_by_test_id("message").last
    expect(answer).to_contain_text("You asked status.")
    expect(answer.get_by_test_id("only-you")).to_be_visible()
    browser_page.get_by_test_id("act-as-lead").click()
    expect(browser_page.get_by_test_id("message")).to_have_count(0)


def test_an_unknown_command_keeps_its_words_and_says_why(browser_page: Page, bot: SmallBot) -> None:
    composer = browser_page.get_by_test_id("composer")
    composer.fill("/rexys status")
    composer.press("Enter")
    expect(browser_page.get_by_test_id("toast")).to_contain_text("/rexys")
    expect(composer).to_have_value("/rexys status")


def test_a_reply_goes_into_the_thread_and_a_mention_is_answered_there(browser_page: Page, bot: SmallBot) -> None:
    bot.say("Something broke.")
    browser_page.get_by_test_id("message").hover()
    browser_page.get_by_test_id("reply").click()
    box = browser_page.get_by_test_id("thread-composer")
    box.press_sequentially("@rec")
    box.press("Enter")
    box.press_sequentially("diagnose")
    box.press("Enter")
    thread = browser_page.get_by_test_id("thread")
    expect(thread).to_contain_text("@recsysops diagnose")
    expect(thread).to_contain_text("Heard you.")
    expect(browser_page.get_by_test_id("reply-count")).to_contain_text("2 replies")


def test_a_slash_command_in_a_thread_is_stopped_with_the_way_that_works(browser_page: Page, bot: SmallBot) -> None:
    bot.say("Something broke.")
    browser_page.get_by_test_id("message").hover()
    browser_page.get_by_test_id("reply").click()
    box = browser_page.get_by_test_id("thread-composer")
    box.fill("/recsys status")
    box.press("Enter")
    expect(browser_page.get_by_test_id("toast")).to_contain_text("write @recsysops")
    expect(box).to_have_value("/recsys status")


def test_acting_as_another_person_keeps_channel_and_thread(browser_page: Page, bot: SmallBot) -> None:
    root = bot.say("Something broke.")
    bot.say("More about it.", thread_ts=root)
    browser_page.get_by_test_id("reply-count").click()
    browser_page.get_by_test_id("act-as-owner").click()
    expect(browser_page.get_by_test_id("act-as-owner")).to_have_attribute("aria-checked", "true")
    expect(browser_page.get_by_test_id("channel-title")).to_have_text("#recsys-alerts")
    expect(browser_page.get_by_test_id("thread")).to_contain_text("More about it.")
    browser_page.get_by_test_id("thread-composer").fill("Are we healthy?")
    browser_page.get_by_test_id("thread-send").click()
    expect(browser_page.get_by_test_id("thread").get_by_test_id("message").last).to_contain_text("Product owner")
    browser_page.reload()
    expect(browser_page.get_by_test_id("thread")).to_contain_text("Are we healthy?")


def test_half_written_words_survive_what_others_say(browser_page: Page, slack: SandboxSlack) -> None:
    composer = browser_page.get_by_test_id("composer")
    composer.fill("I think that")
    Driver(slack.url).post("lead", ALERTS, "Anyone looking?")
    expect(browser_page.get_by_test_id("message")).to_contain_text("Anyone looking?")
    expect(composer).to_have_value("I think that")
    expect(composer).to_be_focused()


def test_news_elsewhere_is_marked_until_it_is_read(browser_page: Page, slack: SandboxSlack) -> None:
    Driver(slack.url).post("lead", "launches", "A new title tomorrow.")
    launches = browser_page.get_by_test_id("channel-C0LAUNCH")
    expect(launches.get_by_label("unread")).to_be_visible()
    launches.click()
    expect(browser_page.get_by_test_id("message")).to_contain_text("A new title tomorrow.")
    expect(launches.get_by_label("unread")).to_have_count(0)


def test_a_reaction_is_counted(browser_page: Page, bot: SmallBot) -> None:
    bot.say("Fixed.")
    browser_page.get_by_test_id("message").hover()
    browser_page.get_by_role("button", name="React with eyes").click()
    expect(browser_page.get_by_test_id("reaction-eyes")).to_contain_text("1")


def test_a_permalink_opens_its_thread(browser_page: Page, bot: SmallBot) -> None:
    root = bot.say("Something broke.")
    reply = bot.say("More about it.", thread_ts=root)
    for ts in (root, reply):
        browser_page.goto(bot.client.chat_getPermalink(channel=ALERTS, message_ts=ts)["permalink"])
        expect(browser_page.get_by_test_id("thread")).to_contain_text("More about it.")


def test_news_scrolls_into_view_unless_the_reader_went_up(browser_page: Page, slack: SandboxSlack) -> None:
    for number in range(30):
        Driver(slack.url).post("lead", ALERTS, f"line {number}\nand its second line")
    said = browser_page.get_by_test_id("message")
    expect(said).to_have_count(30)
    expect(said.last).to_be_in_viewport()
    browser_page.get_by_test_id("messages").evaluate("pane => pane.scrollTo(0, 0)")
    expect(said.first).to_be_in_viewport()
    Driver(slack.url).post("lead", ALERTS, "the newest")
    expect(said).to_have_count(31)
    expect(said.first).to_be_in_viewport()
    expect(said.last).not_to_be_in_viewport()
