"""A share of the members, where all of them would be more than a mean needs."""

from __future__ import annotations

from bot.recommender.reading import Bounds
from bot.recommender.relations.base import Mapped

ENOUGH = 400_000  # impressions a window: some tens of thousands of lists


def few_members(mapped: Mapped, bounds: Bounds, enough: int = ENOUGH) -> str:
    """SQL that holds for the rows of every known member where windows have up to 2 x `enough` impressions, and of every
    2nd, 4th, 8th ... member (the same ones each time, by a hash) where they have more.

    The mean impressions of the windows read decide, so that a window measured alone and the same one in a back-fill
    have, as a rule, the same members; if not, they differ by the error of the sample alone.
    """
    windows = max(1, round((bounds.end - bounds.start) / bounds.length))
    often = f"floor(log2(greatest(count(*) / {enough * windows}, 1)))"
    every = f"SELECT CAST(pow(2, {often}) AS UBIGINT) FROM ({mapped.sql('impressions', bounds)})"
    return f"member_id IS NOT NULL AND hash(member_id) % ({every}) = 0"
