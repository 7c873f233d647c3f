"""A store of its own for every story."""

from __future__ import annotations

from tests.bot.stores import session, store

__all__ = ["session", "store"]
