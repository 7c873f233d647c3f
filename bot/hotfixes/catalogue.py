"""Every hotfix there is, and finding the one that was meant."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from .base import HotfixKind, HotfixRefused
from .rollback_model import RollbackModel

EVERY_HOTFIX: tuple[HotfixKind, ...] = (RollbackModel(),)


def find(words: str) -> tuple[HotfixKind, Mapping[str, Any]]:
    """The hotfix that words such as "rollback model to 5" name, and its parameters.

    Raises HotfixRefused, with the nearest one, when there is none of that name.
    """
    said = " ".join(words.lower().split())
    for kind in EVERY_HOTFIX:
        if said == kind.name or said.startswith(f"{kind.name} "):
            return kind, kind.parse(" ".join(words.split())[len(kind.name) :].strip())
    names = [kind.name for kind in EVERY_HOTFIX]
    near = difflib.get_close_matches(" ".join(said.split()[:2]), names, n=1, cutoff=0.5)
    hint = f"Did you mean `/hotfix {near[0]}`?" if near else f"There is: {', '.join(names)}."
    raise HotfixRefused(f"I know no hotfix “{words}”. {hint}")


def kind_of(name: str) -> HotfixKind:
    """The kind a stored hotfix is of; HotfixRefused when this version of the bot does not have it."""
    for kind in EVERY_HOTFIX:
        if kind.name == name:
            return kind
    raise HotfixRefused(f"This version of the bot does not know the hotfix “{name}” any more; nothing was done.")
