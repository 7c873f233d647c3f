"""The launches, as a launch manager sees them: the list, and one launch at risk with its picture."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from sandbox.demo.stage import Stage
from tests.browser.conftest import SCREENSHOTS
from tests.conversations.conftest import judged

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE_MS = 180_000


@pytest.fixture
def stage() -> Iterator[Stage]:
    """The large lab, in which a launch of the week after next is put down in a language that few follow."""
    with judged("lab-large") as opened:
        yield opened


def test_a_launch_manager_reads_the_list_and_the_card_of_a_launch_at_risk(stage: Stage, chromium: Browser) -> None:
    fault = stage.world.break_with("launch-language")
    for _ in range(2):
        stage.next_day()
    stage.all_said()
    context = chromium.new_context(viewport={"width": 1280, "height": 1100}, color_scheme="light")
    page = context.new_page()
    expect.set_options(timeout=PATIENCE_MS)
    page.goto(stage.slack.url)
    composer = page.get_by_test_id("composer")
    composer.wait_for()
    messages = page.get_by_test_id("messages")
    for asked, answered, name in (
        ("/recsys launches", "in the next 28 days", "launches-list"),
        (f"/recsys launch {fault.subject.removeprefix('item:')}", "Its launch is at risk", "launches-card"),
    ):
        composer.fill(asked)
        composer.press("Enter")
        expect(messages).to_contain_text(answered)
        stage.all_said()
        page.wait_for_timeout(1500)  # the picture below the card
        page.screenshot(path=str(SCREENSHOTS / f"{name}.png"))
    context.close()
