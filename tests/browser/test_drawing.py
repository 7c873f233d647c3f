"""What the bot says is drawn: every block, safely, with words for those who cannot see it."""

from __future__ import annotations

import struct
import zlib

import pytest
from playwright.sync_api import Dialog, Page, expect

from sandbox.slack.server import SandboxSlack
from tests.browser.cards import TRICKY, every_block, incident_card, mrkdwn
from tests.browser.small_bot import ALERTS, Json, SmallBot

pytestmark = pytest.mark.browser


def test_every_block_type_is_drawn_and_an_unknown_one_is_shown_as_it_came(
    browser_page: Page, slack: SandboxSlack, bot: SmallBot
) -> None:
    picture = _upload(bot, "Null share of device by hour")
    blocks = every_block(picture)
    bot.say("one of each", blocks)
    _say_unchecked(slack, {"text": "new", "blocks": [{"type": "hologram"}]})
    for block in blocks:
        drawn = browser_page.locator(f"[data-block-type={block['type']}]").first
        drawn.scroll_into_view_if_needed()
        expect(drawn).to_be_visible()
    expect(browser_page.get_by_test_id("unknown")).to_have_count(1)
    expect(browser_page.get_by_test_id("unknown")).to_contain_text("hologram")
    expect(browser_page.get_by_role("img", name="Null share by hour")).to_be_visible()
    expect(browser_page.locator("td", has_text="0.212")).to_be_visible()


def test_an_incident_card_says_who_when_and_what_to_press(browser_page: Page, bot: SmallBot) -> None:
    ts = bot.say("Critical: the device feature arrives empty", incident_card())
    bot.client.chat_update(channel=ALERTS, ts=ts, text="Critical", blocks=incident_card())
    card = browser_page.get_by_test_id("message").last
    expect(card.get_by_role("heading")).to_contain_text("Critical: the device feature arrives empty")
    expect(card.get_by_role("button", name="Diagnose")).to_be_visible()
    expect(card).to_contain_text("@On-call engineer")
    expect(card.get_by_test_id("edited")).to_be_visible()


def test_text_that_looks_like_markup_stays_text(browser_page: Page, slack: SandboxSlack, bot: SmallBot) -> None:
    alarms: list[Dialog] = []
    browser_page.on("dialog", lambda dialog: alarms.append(dialog))
    browser_page.get_by_test_id("composer").fill(TRICKY)
    browser_page.keyboard.press("Enter")
    _say_unchecked(slack, {"text": TRICKY, "blocks": [{"type": "section", "text": mrkdwn(TRICKY)}]})
    said = browser_page.get_by_test_id("message")
    expect(said).to_have_count(2)
    for nth in (0, 1):
        expect(said.nth(nth)).to_contain_text("<script>alert(1)</script> <img src=x onerror=alert(1)> bold")
        expect(said.nth(nth).locator("script, img[src=x], a[href^=javascript]")).to_have_count(0)
    expect(said.nth(0).locator("strong", has_text="bold")).to_have_count(1)
    assert alarms == []


def test_links_dates_and_mentions_read_as_words(browser_page: Page, bot: SmallBot) -> None:
    bot.say(
        "<https://example.com/a_b_c|the runbook> <#C0LAUNCH> <!date^1700000000^{date_num}|then> snake_case_name 2*3*4"
    )
    said = browser_page.get_by_test_id("message").last
    expect(said).to_contain_text("the runbook #launches 2023-11-14 snake_case_name 2*3*4")
    expect(said.get_by_role("link", name="the runbook")).to_have_attribute("href", "https://example.com/a_b_c")


def test_home_is_drawn_when_someone_opens_it(browser_page: Page, bot: SmallBot) -> None:
    browser_page.get_by_test_id("app-home").click()
    expect(browser_page.get_by_test_id("home").get_by_role("heading")).to_have_text("All is well")


def test_the_traffic_drawer_shows_what_passed_between_bot_and_workspace(browser_page: Page, bot: SmallBot) -> None:
    bot.say("hello")
    browser_page.get_by_test_id("traffic-toggle").click()
    expect(browser_page.get_by_test_id("traffic-entry").filter(has_text="chat.postMessage")).to_have_count(1)
    browser_page.keyboard.press("Escape")
    expect(browser_page.get_by_test_id("traffic")).to_be_hidden()


def _say_unchecked(slack: SandboxSlack, fields: Json) -> None:
    """As the bot, past the Web API's own checks."""
    slack.workspace.say(slack.workspace.channel(ALERTS), {"user": "U0BOT", "bot_id": "B0BOT", **fields})


def _upload(bot: SmallBot, alt: str) -> str:
    sent = bot.client.files_upload_v2(
        content=tiny_png(), filename="nulls.png", title="Nulls", alt_txt=alt, channel=ALERTS
    )
    return str(sent["files"][0]["id"])


def tiny_png() -> bytes:
    """A grey PNG of 64 x 24 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + b"\xb0" * 64) * 24
    head = struct.pack(">IIBBBBB", 64, 24, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
