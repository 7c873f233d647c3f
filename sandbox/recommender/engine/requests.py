"""Requests for a list: who asks, when, where, and in which arm of the standing canary."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import pandas as pd

from sandbox.recommender.engine.scene import Bools, Ints, Texts


@dataclass(frozen=True)
class Requests:
    """Requests for a list, oldest first. Arrays of length requests."""

    ids: Texts
    ts: pd.DatetimeIndex
    member: Ints
    region: Texts
    genre: Ints  # -1: the home surface
    hour: Ints
    arm: Texts  # "control", or "canary" for a fixed share of members
    automated: Bools  # a script asks: it takes nothing and searches for nothing; in no table

    def __len__(self) -> int:
        return len(self.member)

    def where(self, mask: Bools) -> Requests:
        """Only the masked requests."""
        return replace(self, **{field.name: getattr(self, field.name)[mask] for field in fields(self)})
