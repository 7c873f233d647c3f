"""The floor of `make bench-scan`: what the suite counts over impressions, written by hand as one query each.

`floor_sql` gives the same raw numbers as the suite, for everyone and for each value of each slice column: rows, the
newest row, and the share chosen (outcomes joined by request and item); for each feature and the score how many are
missing, how many are 0, and the histogram by the stored edges. `plain_sql` leaves the slices out but for the rates:
counts, missing, zeros and histograms for everyone alone, and beside them rows and the share chosen of every slice.

Neither does what the suite does beside: duplicates, sums of the past, members, items, lists, popularity, outcomes by
source and rank, calibration, versions, choosing which values to tell apart, storing, judging.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.scan_world import FEATURES, LAST_DAY, World

NUMBERS = (*FEATURES, "score")


def floor_sql(world: World, edges: Mapping[str, Sequence[float]], slices: Sequence[str]) -> str:
    """One row for everyone and one for each value of each slice column: slices, the counts, then by column."""
    told = ["count(*)", "max(ts)", "count_if(chosen)", *_numbers(edges)]
    sets = ", ".join(["()", *(f"({name})" for name in slices)])
    return f"SELECT {', '.join([*slices, *told])} FROM ({_rows(world)}) GROUP BY GROUPING SETS ({sets})"


def plain_sql(world: World, edges: Mapping[str, Sequence[float]], slices: Sequence[str]) -> str:
    """The same for everyone alone; and rows and how many of them were chosen for each value of each slice column."""
    sets = ", ".join(f"({name})" for name in slices)
    rates = (
        f"SELECT list(r) FROM (SELECT [{', '.join(slices)}, CAST(count(*) AS VARCHAR), "
        f"CAST(count_if(chosen) AS VARCHAR)] AS r FROM ({_rows(world)}) GROUP BY GROUPING SETS ({sets}))"
    )
    told = ["count(*)", "max(ts)", *_numbers(edges), f"({rates})"]
    return f"SELECT {', '.join(told)} FROM ({_shown(world)})"


def _numbers(edges: Mapping[str, Sequence[float]]) -> list[str]:
    return [
        told
        for name in NUMBERS
        for told in (
            f"count(*) - count({name})",
            f"count_if({name} = 0)",
            f"map_values(histogram(CAST({name} AS DOUBLE), CAST({list(edges[name])} AS DOUBLE[])))",
        )
    ]


def _shown(world: World) -> str:
    return f"SELECT * FROM read_parquet('{world.files('impressions', LAST_DAY)}')"


def _rows(world: World) -> str:
    outcomes = f"SELECT DISTINCT request_id, item_id FROM read_parquet('{world.files('outcomes', LAST_DAY)}')"
    return (
        f"SELECT i.*, o.item_id IS NOT NULL AS chosen FROM ({_shown(world)}) i "
        f"LEFT JOIN ({outcomes}) o ON o.request_id = i.request_id AND o.item_id = i.item_id"
    )
