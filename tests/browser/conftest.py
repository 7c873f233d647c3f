"""A real browser on the real sandbox workspace, with a small bot in it that answers in known ways."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from sandbox.slack.server import SandboxSlack
from tests.browser.small_bot import SmallBot

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"
QUIET = ("quic", "background-networking", "component-update", "sync", "gpu")
PATIENCE_MS = 8000


@pytest.fixture(scope="module")  # not longer: a running sync playwright forbids asyncio.run in other modules' tests
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("needs Chromium on the PATH (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        args = ["--no-sandbox", "--no-first-run", *(f"--disable-{feature}" for feature in QUIET)]
        browser = playwright.chromium.launch(executable_path=path, args=args)
        yield browser
        browser.close()


@pytest.fixture
def slack() -> Iterator[SandboxSlack]:
    """A workspace that declares the small bot's commands."""
    sandbox = SandboxSlack(manifest=Path(__file__).parent / "manifest.yml", rate_limits=False)
    with sandbox.running():
        yield sandbox


@pytest.fixture
def bot(slack: SandboxSlack) -> Iterator[SmallBot]:
    with SmallBot(slack).connected() as small_bot:
        yield small_bot


@pytest.fixture
def browser_page(chromium: Browser, slack: SandboxSlack, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page as a newcomer opens it. An error in its scripts fails the test; its last look is kept as a picture."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("request", lambda sent: _note_stranger(sent.url, slack.url, broken))
    page.goto(slack.url)
    page.get_by_test_id("composer").wait_for()
    yield page
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{request.node.name}.png")
    context.close()
    assert not broken


def _note_stranger(url: str, home: str, broken: list[str]) -> None:
    if not url.startswith((home, "data:")):
        broken.append(f"the page asked {url}, which is not the sandbox")
