"""The whole story as a newcomer plays it: break something, read, diagnose, roll back, approve, verify, resolve."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from sandbox.demo.director import Director
from sandbox.demo.page import controls
from sandbox.demo.stage import staged, workspace
from tests.browser.conftest import SCREENSHOTS

pytestmark = pytest.mark.browser
PATIENCE_MS = 180_000  # a day is served, judged and told of within it, on a busy machine too


@pytest.fixture
def demo() -> Iterator[str]:
    """The demo as `recsysops demo --world lab` serves it; its address."""
    director = Director("Lab")
    slack = workspace(0, controls(director))
    with slack.running(), staged("lab", director.prepare, slack, history=1) as stage:
        stage.live_through(stage.world.clock.now())
        stage.look()
        director.take_over(stage)
        yield slack.url


@pytest.fixture
def page(chromium: Browser, demo: str) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    opened.goto(demo)
    opened.get_by_test_id("composer").wait_for()
    yield opened
    context.close()


def test_a_newcomer_breaks_something_and_sees_it_mended_and_remembered(page: Page) -> None:
    break_it(page, "constant-feature")
    card = page.get_by_test_id("messages").get_by_test_id("message").first
    button(card, "incident.acknowledge").click()
    expect(card).to_contain_text("Acknowledged")
    card.get_by_test_id("reply-count").click()

    button(card, "incident.diagnose").click()
    expect(page.get_by_test_id("thread")).to_contain_text("Ruled out")
    expect(card).to_contain_text("Suggested hotfix")  # its buttons are drawn anew then, and a click before may be lost

    button(card, "incident.hotfix").click()
    expect(page.get_by_role("dialog")).to_contain_text("would serve instead")
    page.screenshot(path=keep("story-2-preview"))
    page.get_by_test_id("modal-submit").click()

    page.get_by_test_id("act-as-lead").click()
    approve(page)
    expect(page.get_by_test_id("thread")).to_contain_text("In force")

    for _ in range(2):  # the first whole day after the approval is the second one
        next_day(page)
    expect(page.get_by_test_id("thread")).to_contain_text("Verified")
    expect(card).to_contain_text("in force, verified")
    page.screenshot(path=keep("story-3-verified"))

    page.get_by_test_id("act-as-oncall").click()
    resolve(page)
    expect(page.get_by_test_id("thread")).to_contain_text(re.compile("new to the catalogue", re.IGNORECASE))
    page.screenshot(path=keep("story-4-resolved"))


def break_it(page: Page, fault: str) -> None:
    page.get_by_test_id("world-fault").select_option(fault)
    page.get_by_test_id("world-break").click()
    button(page, "incident.acknowledge").wait_for()
    page.screenshot(path=keep("story-1-noticed"))


def approve(page: Page) -> None:
    button(page.get_by_test_id("thread"), "hotfix.approve").click()
    page.get_by_role("button", name="Approve", exact=True).last.click()


def next_day(page: Page) -> None:
    before = page.get_by_test_id("world-day").inner_text()
    page.get_by_test_id("world-next-day").click()
    expect(page.get_by_test_id("world-day")).not_to_have_text(before)


def resolve(page: Page) -> None:
    button(page.get_by_test_id("messages"), "incident.resolve").last.click()
    dialog = page.get_by_role("dialog")
    dialog.locator("textarea, input[type=text]").first.fill("The new version's feature code served a constant.")
    page.get_by_test_id("modal-submit").click()


def button(within: Page | Locator, action: str) -> Locator:
    return within.locator(f"[data-action-id='{action}']")


def keep(name: str) -> str:
    SCREENSHOTS.mkdir(exist_ok=True)
    return str(SCREENSHOTS / f"{name}.png")
