"""The strip about the world: hidden where there is none, a guide for a newcomer where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.slack.server import SandboxSlack

pytestmark = pytest.mark.browser


class SmallWorld:
    """A world whose days are numbers, as the demo would serve it under /world."""

    def __init__(self) -> None:
        fault = {"name": "feature_null", "title": "A feature arrives empty", "cause_class": "data", "kind": "fault"}
        calm = {"name": "holiday", "title": "A holiday weekend", "cause_class": "none", "kind": "benign"}
        self.state: dict[str, Any] = {
            "name": "MovieLens-100K",
            "now": "2026-02-15T00:00:00+00:00",
            "day": 46,
            "playing": False,
            "busy": None,
            "progress": None,
            "fault": None,
            "faults": [fault, calm],
            "impressions_today": 18344,
            "serving_version": "7",
            "overrides": [],
            "story": [
                {"step": "A healthy week", "done": True},
                {"step": "Break something", "done": False, "hint": "Break it"},
            ],
        }

    def routes(self) -> list[Route]:
        return [Route("/state", self._see), Route("/{deed}", self._do, methods=["POST"])]

    async def _see(self, request: Request) -> Response:
        return JSONResponse(self.state)

    async def _do(self, request: Request) -> Response:
        deed, said = request.path_params["deed"], await request.json()
        if deed == "next-day":
            self.state["day"] += 1
        elif deed == "play":
            self.state |= {"playing": said["playing"], "busy": "Serving Monday" if said["playing"] else None}
        elif deed == "break":
            title = next(fault["title"] for fault in self.state["faults"] if fault["name"] == said["fault"])
            self.state["fault"] = {"name": said["fault"], "title": title, "started": self.state["now"]}
            self.state["story"][1]["done"] = True
        elif deed == "mend":
            self.state["fault"] = None
        return JSONResponse({})


@pytest.fixture
def slack() -> Iterator[SandboxSlack]:
    """A workspace that has a world beside it."""
    sandbox = SandboxSlack()
    sandbox.mount("/world", SmallWorld().routes())
    with sandbox.running():
        yield sandbox


@pytest.fixture
def world_page(browser_page: Page) -> Page:
    """The page, once it has seen the world."""
    browser_page.get_by_test_id("world").wait_for()
    return browser_page


def test_breaking_and_mending_the_world_shows_at_once_and_moves_the_story_on(world_page: Page) -> None:
    expect(world_page.get_by_test_id("story-hint")).to_have_text("Break it")
    world_page.get_by_test_id("world-fault").select_option("feature_null")
    world_page.get_by_test_id("world-break").click()
    expect(world_page.get_by_test_id("world-broken")).to_contain_text("A feature arrives empty")
    expect(world_page.get_by_test_id("story-step").nth(1)).to_have_class("done")
    world_page.get_by_test_id("world-mend").click()
    expect(world_page.get_by_test_id("world-fault")).to_be_visible()


def test_a_day_passes_when_asked_and_playing_says_what_it_does(world_page: Page) -> None:
    world_page.get_by_test_id("world-next-day").click()
    expect(world_page.get_by_test_id("world-day")).to_have_text("Day 47")
    world_page.get_by_test_id("world-play").click()
    expect(world_page.get_by_test_id("world-busy")).to_contain_text("Serving Monday")
    expect(world_page.get_by_test_id("world-next-day")).to_have_attribute("aria-disabled", "true")
    world_page.get_by_test_id("world-play").click()
    expect(world_page.get_by_test_id("world-busy")).to_have_count(0)


def test_a_chosen_fault_stays_chosen_while_the_world_ticks(world_page: Page) -> None:
    world_page.get_by_test_id("world-fault").select_option("holiday")
    world_page.wait_for_timeout(1500)  # longer than one look at the world
    expect(world_page.get_by_test_id("world-fault")).to_have_value("holiday")
