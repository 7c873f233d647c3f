"""A share of the members or of the lists, where all of them would be more than a mean needs."""

from __future__ import annotations

from collections.abc import Sequence

from bot.recommender.dialect import quote
from bot.recommender.reading import Bounds
from bot.recommender.relations.base import Mapped

ENOUGH = 400_000  # impressions a window: some tens of thousands of lists
ENOUGH_TO_COMPARE = 2_000_000  # where two orders of a list differ little


def rows_of_few_members(mapped: Mapped, bounds: Bounds, rows: str, columns: Sequence[str], enough: int = ENOUGH) -> str:
    """SELECT these columns of the rows (a SELECT, with member_id) of every known member where windows have up to
    2 x `enough` impressions, and of every 2nd, 4th, 8th ... member (the same ones each time, by a hash) where they have
    more.
    """
    return _sieve(rows, columns, "member_id", _every(mapped, bounds, enough))


def rows_of_few_lists(
    mapped: Mapped, bounds: Bounds, rows: str, columns: Sequence[str], enough: int = ENOUGH_TO_COMPARE
) -> str:
    """The same of lists, by request_id: all rows of every 2nd, 4th, 8th ... list where there are very many."""
    return _sieve(rows, columns, "request_id", _every(mapped, bounds, enough))


def _sieve(rows: str, columns: Sequence[str], key: str, every: str) -> str:
    """Materialised: how many are wanted is known when the statement runs, and a planner that does not know it joins
    all rows first and sieves them last.
    """
    listed = ", ".join(quote(name) for name in columns)
    return (
        f"WITH few AS MATERIALIZED (SELECT {listed} FROM ({rows}) "
        f"WHERE {key} IS NOT NULL AND hash({key}) % ({every}) = 0) SELECT * FROM few"
    )


def _every(mapped: Mapped, bounds: Bounds, enough: int) -> str:
    """The mean impressions of the windows with any decide, so that a window measured alone and the same one in a
    back-fill have, as a rule, the same part; if not, they differ by the error of the sample alone.
    """
    windows = f"greatest(count(DISTINCT {bounds.window_number('ts')}), 1)"
    often = f"floor(log2(greatest(count(*) / ({enough} * {windows}), 1)))"
    return f"SELECT CAST(pow(2, {often}) AS UBIGINT) FROM ({mapped.sql('impressions', bounds)})"
