"""What do the metrics of a ranking cost? `make bench-ranking` prints it, for half a million lists.

Both sides get the same rows in DuckDB (a list, an item, a position, whether it was chosen) and give the same figures:
ours is the query that `recsysops quality` asks once outcomes are joined to lists (that join is on neither side), the
other one is written by hand for these very columns, without what installations may differ in (where positions begin,
missing ids and positions, a catalogue or none, a depth or none). Beside them scikit-learn's ndcg_score alone, by the
list as it is called, on a part of the lists.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import duckdb
import numpy as np
from rich.progress import track

from benchmarks.result import Cell, Result, Table, show
from bot.recommender.ranking import write_query

LISTS, LENGTH, ITEMS, DEPTH = 500_000, 12, 5_000, 10
TIMES = 5  # each side is run so often, in turn; the middle counts
SAMPLE = 2_000  # lists that scikit-learn is given
AIM = 1.5
SEED = 4

BY_HAND = f"""
WITH l AS (
    SELECT sum(chosen) AS rel, sum(CASE WHEN position < {DEPTH} THEN chosen END) AS hits,
           sum(CASE WHEN chosen = 1 AND position < {DEPTH} THEN 1 / log2(position + 2) END) AS dcg,
           min(CASE WHEN chosen = 1 AND position < {DEPTH} THEN position END) AS first
    FROM served GROUP BY request_id
), q AS (
    SELECT count(*) AS lists, count_if(rel > 0) AS answered,
           avg(CASE WHEN rel > 0 THEN hits / rel END) AS recall, count_if(hits > 0) AS hit,
           avg(CASE WHEN rel > 0 THEN coalesce(1 / (first + 1), 0) END) AS mrr,
           avg(CASE WHEN rel = 1 THEN coalesce(dcg, 0) WHEN rel > 1 THEN coalesce(dcg, 0) / list_sum(
               list_transform(range(1, least(rel, {DEPTH})::BIGINT + 1), lambda r: 1 / log2(r + 1))) END) AS ndcg FROM l
), i AS (SELECT count(*) AS shown, row_number() OVER (ORDER BY count(*) DESC) AS rung FROM served GROUP BY item_id),
e AS (SELECT count(*) AS items, sum(rung * shown) / sum(shown) AS ladder FROM i)
SELECT lists, answered, ndcg, recall, hit / lists, mrr,
       items, items / (SELECT count(*) FROM catalogue), (items + 1 - 2 * ladder) / items, 2 * ladder - 1 FROM q, e
"""


def fill(connection: duckdb.DuckDBPyConnection, lists: int) -> None:
    """So many lists, popular items more often, one in twelve items chosen; the same for the same seed."""
    rng = np.random.default_rng(SEED)
    items = (ITEMS * rng.random(lists * LENGTH) ** 3).astype(np.int32)
    chosen = (rng.random(lists * LENGTH) < 1 / 12).astype(np.int32)
    rows = {
        "request_id": np.repeat(np.arange(lists), LENGTH),
        "item_id": items,
        "position": np.tile(np.arange(LENGTH), lists),
        "chosen": chosen,
    }
    connection.register("rows", _table(rows))
    connection.execute("CREATE TABLE served AS SELECT * REPLACE ('r' || request_id AS request_id) FROM rows")
    connection.execute(f"CREATE TABLE catalogue AS SELECT range::INTEGER AS item_id FROM range({ITEMS})")


def _table(rows: dict[str, Any]) -> Any:
    import pandas as pd

    return pd.DataFrame(rows)


def cost(work: Callable[[], Any]) -> tuple[Any, float]:
    """What the work gives, and the processor's seconds of all its threads."""
    began = time.process_time()
    return work(), time.process_time() - began


def measure(lists: int) -> tuple[list[tuple[str, float, tuple[float, ...]]], float]:
    """Name, CPU s and figures of both queries; and what scikit-learn takes for the NDCG of as many lists."""
    connection = duckdb.connect(config={"threads": 2})
    fill(connection, lists)
    sides = {"ours, one query": write_query("FROM served", "FROM catalogue", 0, DEPTH), "by hand, one query": BY_HAND}
    took: dict[str, list[float]] = {name: [] for name in sides}
    answers: dict[str, tuple[float, ...]] = {}
    for _ in track(range(TIMES), "both queries in turn", transient=True):
        for name, sql in sides.items():
            [answers[name]], seconds = cost(partial(_ask, connection, sql))
            took[name].append(seconds)
    library = _time_scikit_learn(connection, min(SAMPLE, lists)) * lists / min(SAMPLE, lists)
    return [(name, float(np.median(seconds)), answers[name]) for name, seconds in took.items()], library


def _ask(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def _time_scikit_learn(connection: duckdb.DuckDBPyConnection, lists: int) -> float:
    from sklearn.metrics import ndcg_score

    chosen = connection.execute(f"SELECT chosen FROM served LIMIT {lists * LENGTH}").df()["chosen"].to_numpy()
    order = -np.arange(LENGTH, dtype=float)
    each = [one for one in chosen.reshape(lists, LENGTH) if one.any()]
    return cost(lambda: [ndcg_score([one], [order], k=DEPTH) for one in each])[1]


def agree(sides: list[tuple[str, float, tuple[float, ...]]]) -> bool:
    """Whether both queries say the same, to nine digits."""
    (_, _, ours), (_, _, theirs) = sides
    return all(math.isclose(a, b, rel_tol=1e-9) for a, b in zip(ours, theirs, strict=True))


def run(lists: int = LISTS) -> tuple[Result, float]:
    """The result, and how many times our query costs what the one by hand does."""
    sides, library = measure(lists)
    if not agree(sides):
        raise SystemExit(f"The two queries do not say the same: {sides}")
    ratio = sides[0][1] / sides[1][1]
    rows: list[tuple[Cell, ...]] = [(name, seconds, seconds / sides[1][1]) for name, seconds, _ in sides]
    rows.append(("scikit-learn, ndcg_score alone, by the list", library, library / sides[1][1]))
    names = (
        "lists",
        "with an outcome",
        "NDCG",
        "recall",
        "hit rate",
        "MRR",
        "items",
        "coverage",
        "Gini",
        "effective items",
    )
    tables = (
        Table(f"{lists:,} lists of {LENGTH}, metrics at {DEPTH}", ("who", "CPU s", "times by hand"), tuple(rows)),
        Table("What both say", ("metric", "value"), tuple(zip(names, map(float, sides[0][2]), strict=True))),
    )
    note = f"The middle of {TIMES} runs in turn. scikit-learn is timed on {min(SAMPLE, lists):,} lists and scaled up."
    return Result("ranking", "make bench-ranking", tables, (note,)), ratio


def main() -> None:
    """Measure, print, keep; fails beyond the aim."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lists", type=int, default=LISTS)
    asked = parser.parse_args()
    result, ratio = run(asked.lists)
    show(result.tables)
    result.save()
    print(f"ours costs {ratio:.2f} times the query by hand (aim: at most {AIM})")
    raise SystemExit(ratio > AIM)


if __name__ == "__main__":
    main()
