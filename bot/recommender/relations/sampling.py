"""A share of the members or of the lists, where all of them would be more than a mean needs."""

from __future__ import annotations

from bot.recommender.reading import Bounds
from bot.recommender.relations.base import Mapped

ENOUGH = 400_000  # impressions a window: some tens of thousands of lists
ENOUGH_TO_COMPARE = 2_000_000  # where two orders of a list differ little


def few_members(mapped: Mapped, bounds: Bounds, enough: int = ENOUGH) -> str:
    """SQL that holds for the rows of every known member where windows have up to 2 x `enough` impressions, and of every
    2nd, 4th, 8th ... member (the same ones each time, by a hash) where they have more.
    """
    return f"member_id IS NOT NULL AND hash(member_id) % ({_every(mapped, bounds, enough)}) = 0"


def few_lists(mapped: Mapped, bounds: Bounds, enough: int = ENOUGH_TO_COMPARE) -> str:
    """The same of lists: SQL that holds for all rows of every 2nd, 4th, 8th ... list where there are very many."""
    return f"request_id IS NOT NULL AND hash(request_id) % ({_every(mapped, bounds, enough)}) = 0"


def _every(mapped: Mapped, bounds: Bounds, enough: int) -> str:
    """The mean impressions of the windows read decide, so that a window measured alone and the same one in a back-fill
    have, as a rule, the same part; if not, they differ by the error of the sample alone.
    """
    windows = max(1, round((bounds.end - bounds.start) / bounds.length))
    often = f"floor(log2(greatest(count(*) / {enough * windows}, 1)))"
    return f"SELECT CAST(pow(2, {often}) AS UBIGINT) FROM ({mapped.sql('impressions', bounds)})"
