"""Which buttons and commands open a dialog, and what is checked before one closes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.answers import fixing, resolving
from bot.cards import actions

MODALS: dict[str, Callable[..., dict[str, Any] | None]] = {
    actions.HOTFIX: fixing.loading_modal,
    actions.RESOLVE: resolving.closing_modal,
    "/hotfix": fixing.command_modal,
}
SUBMISSIONS: dict[str, Callable[..., dict[str, str]]] = {actions.CLOSE_INCIDENT: resolving.problems}
