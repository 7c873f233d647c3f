"""The usual metrics of a ranking, all in one query over the served lists and what was chosen of them."""

from __future__ import annotations

from dataclasses import dataclass, fields

from bot.recommender.contract import RecommenderFailed
from bot.recommender.engine import Engine
from bot.recommender.reading import Bounds
from bot.recommender.relations.base import Mapped

NOWHERE = 1_000_000_000  # the place of an item whose position is not known: behind all others


@dataclass(frozen=True)
class RankingMetrics:
    """How good the lists of a window were. None: nothing to tell it from.

    Relevance is binary: an item is relevant in a list from which it was chosen. Only lists with a relevant item count
    for `ndcg`, `recall` and `mrr`; all lists count for `hit_rate`. Metrics of lists look at the first `depth` places.
    An item whose position is not known stands behind all others; where two share a place, NDCG is at most 1 even so.
    """

    lists: int
    lists_with_outcome: int
    ndcg: float | None  # mean; Järvelin & Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002
    recall: float | None  # mean share of a list's relevant items that stand in the first places
    hit_rate: float | None  # share of all lists with a relevant item in the first places
    mrr: float | None  # mean reciprocal rank of the first relevant item, 0 beyond the first places; Voorhees, 1999
    items: int  # different ones that were shown, at any place
    coverage: float | None  # share of the catalogue's items that were shown; Herlocker et al., 2004
    gini: float | None  # of exposure over shown items: 0 when all are shown equally often; Gini, 1912
    effective_items: float | None  # so many, equally often; Gomez-Uribe & Hunt, The Netflix Recommender System, 2015


def reads_for(mapped: Mapped) -> tuple[str, ...]:
    """The tables that are read; RecommenderFailed where it is not known what was chosen from which list."""
    if not (mapped.has("impressions", "request_id", "item_id", "position") and mapped.has_labels):
        raise RecommenderFailed(
            "The lists and what was chosen of them are not known: map request_id, item_id and position of impressions, "
            "and request_id of outcomes, in recsysops.toml."
        )
    return (*mapped.reads("labelled"), *(("items",) if mapped.has("items", "item_id") else ()))


def find_metrics(engine: Engine, mapped: Mapped, bounds: Bounds, depth: int | None = None) -> RankingMetrics:
    """The metrics of the lists served within bounds; `depth` None looks at whole lists."""
    catalogue = mapped.sql("items", bounds) if mapped.has("items", "item_id") else None
    found = engine.one(write_query(mapped.sql("labelled", bounds), catalogue, mapped.find_first(), depth))
    told = {field.name: value for field, value in zip(fields(RankingMetrics), found, strict=True)}
    whole = {name: int(told[name] or 0) for name in ("lists", "lists_with_outcome", "items")}
    return RankingMetrics(**{**told, **whole})


def write_query(served: str, catalogue: str | None, first: int, depth: int | None) -> str:
    """One statement: the rows are read once, and grouped by list and by item side by side.

    `served` is SQL of rows with request_id, item_id, position (`first` is that of the first place) and chosen (0 or 1);
    `catalogue`, where there is one, of rows with item_id.
    """
    within = f"place <= {depth}" if depth is not None else "TRUE"
    known = f"(SELECT DISTINCT item_id FROM ({catalogue}))" if catalogue is not None else None
    coverage = f"(SELECT count_if(item_id IN (SELECT item_id FROM of_item)) / nullif(count(*), 0) FROM {known})"
    best = f"least(relevant, {depth})" if depth is not None else "relevant"
    return (
        "WITH served AS MATERIALIZED (SELECT request_id, item_id, chosen, "
        f"CASE WHEN position >= {first} THEN position - {first} ELSE {NOWHERE} END + 1 AS place "
        f"FROM ({served}) WHERE request_id IS NOT NULL), "
        "of_list AS (SELECT sum(chosen) AS relevant, "
        f"sum(CASE WHEN chosen = 1 AND {within} THEN 1 / log2(place + 1) END) AS dcg, "
        f"sum(CASE WHEN chosen = 1 AND {within} THEN 1 END) AS hits, "
        f"max(CASE WHEN chosen = 1 AND {within} THEN 1 / place END) AS reciprocal FROM served GROUP BY request_id), "
        "of_lists AS (SELECT count(*) AS lists, count_if(relevant > 0) AS answered, "
        f"avg(CASE WHEN relevant > 0 THEN least(coalesce(dcg, 0) / {_ideal(best)}, 1.0) END) AS ndcg, "
        "avg(CASE WHEN relevant > 0 THEN coalesce(hits, 0) / relevant END) AS recall, "
        "count_if(coalesce(hits, 0) > 0) / nullif(count(*), 0) AS hit_rate, "
        "avg(CASE WHEN relevant > 0 THEN coalesce(reciprocal, 0) END) AS mrr FROM of_list), "
        "of_item AS (SELECT item_id, count(*) AS shown, row_number() OVER (ORDER BY count(*) DESC) AS rung FROM served "
        "WHERE item_id IS NOT NULL GROUP BY item_id), "
        "of_items AS (SELECT count(*) AS items, sum(rung * shown) / nullif(sum(shown), 0) AS ladder FROM of_item) "
        "SELECT lists, answered, ndcg, recall, hit_rate, mrr, "
        f"items, {coverage if known else 'NULL'}, (items + 1 - 2 * ladder) / items, 2 * ladder - 1 "
        "FROM of_lists, of_items"
    )


def _ideal(relevant: str) -> str:
    """The best DCG that so many relevant items can have. Few lists have more than one."""
    many = f"list_sum(list_transform(range(1, CAST({relevant} AS BIGINT) + 1), lambda r: 1 / log2(r + 1)))"
    return f"CASE WHEN {relevant} = 1 THEN 1.0 ELSE {many} END"
