"""A real browser on the real sandbox workspace, with a small bot in it that answers in known ways."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Request, sync_playwright

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


@pytest.fixture(scope="module")
def tab(chromium: Browser) -> Iterator[Page]:
    """One tab for a whole module; each test opens its own workspace in it."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    yield page
    context.close()


@pytest.fixture
def browser_page(tab: Page, slack: SandboxSlack, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page as a newcomer opens it. An error in its scripts fails the test; its last look is kept as a picture."""
    broken: list[str] = []

    def on_error(error: Error) -> None:
        broken.append(str(error))

    def on_request(sent: Request) -> None:
        if not sent.url.startswith((slack.url, "data:")):
            broken.append(f"the page asked {sent.url}, which is not the sandbox")

    tab.on("pageerror", on_error)
    tab.on("request", on_request)
    tab.goto(slack.url)
    tab.get_by_test_id("composer").wait_for()
    yield tab
    SCREENSHOTS.mkdir(exist_ok=True)
    tab.screenshot(path=SCREENSHOTS / f"{request.node.name}.png")
    tab.remove_listener("pageerror", on_error)
    tab.remove_listener("request", on_request)
    tab.goto("about:blank")  # ends the page's long poll before its server stops
    assert not broken
