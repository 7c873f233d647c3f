"""A bot with one incident, for every story about what it answers."""

from __future__ import annotations

from tests.bot.mates import clock, inbox, mate
from tests.bot.stores import store

__all__ = ["clock", "inbox", "mate", "store"]
