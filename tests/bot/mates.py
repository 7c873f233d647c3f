"""A bot on a small recommender of our own, which has noticed one incident, and an inbox that a test fills."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.detection.policy import Policy
from bot.detection.runner import Detector
from bot.settings import load
from bot.slack.inbox import Inbox
from bot.slack.outbox import Outbox
from bot.store.sessions import Store
from bot.teammate import Teammate
from sandbox.recommender.clock import SandboxClock
from tests.bot.hotfixes.fakes import NOW, recommender
from tests.bot.incidents.making import LEAD, ON_CALL, finding, see

CONFIG = f"""
[recommender]
name = "lab"
[warehouse]
[tables.impressions]
path = "impressions/*.parquet"
[slack]
channel = "#alerts"
[roles]
operator = ["{ON_CALL.key}", "{LEAD.key}"]
approver = ["{LEAD.key}"]
"""


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock(NOW)


@pytest.fixture
def mate(store: Store, clock: SandboxClock, tmp_path: Path) -> Teammate:
    (tmp_path / "recsysops.toml").write_text(CONFIG)
    settings = load(tmp_path / "recsysops.toml", {})
    watched = recommender()
    detector = Detector(store, clock, watched, (), Policy.from_settings(settings))
    made = Teammate(settings, clock, store, watched, detector, Outbox(clock))
    with store.session() as session:
        see(session, 16, finding("M06", day=16))
    return replace(made, wall=clock)


@pytest.fixture
def inbox(mate: Teammate) -> Inbox:
    return Inbox(mate.store, mate.clock, wall=mate.wall)
