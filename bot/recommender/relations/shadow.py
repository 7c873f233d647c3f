"""Served lists beside the same lists ordered by nothing but popularity."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Double

from bot.recommender.dialect import quote
from bot.recommender.reading import DAY, Bounds, read_table
from bot.recommender.relations.base import Mapped, Types
from bot.recommender.relations.labelled import label
from bot.recommender.relations.sampling import rows_of_few_lists

REMEMBERED = 7  # days whose choices make an item popular
A_DAY = "86400000000"  # microseconds


class Shadow:
    """One row a list that led to something: ndcg as served, popular_ndcg ordered by the choices of 7 days before."""

    name = "shadow"
    reads = ("impressions", "outcomes")

    def columns(self, mapped: Mapped) -> Types:
        """None of it without labels and positions."""
        if not (mapped.has_labels and mapped.has("impressions", "request_id", "position")):
            return {}
        types = mapped.types("impressions")
        kept = {name: types[name] for name in ("request_id", "ts", *_kept(mapped))}
        return kept | {"ndcg": Double(), "popular_ndcg": Double()}

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """Popularity is counted by whole UTC days before the list's own, so that any window gives the same answer.

        Items equally popular stand in an order that has nothing to do with the served one: a hash of request and item.
        Of very many lists a part is looked at: what is asked for is a mean over all of them, and sorting them costs.
        NDCG as in `lists`: Järvelin & Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002.
        """
        kept = "".join(f", any_value({quote(name)}) AS {quote(name)}" for name in _kept(mapped))
        served = f"sum(chosen / log2(greatest(position - {mapped.find_first()}, 0) + 2))"
        ideal = "list_sum(list_transform(range(1, CAST(sum(chosen) AS BIGINT) + 1), lambda r: 1 / log2(r + 1)))"
        order = "ORDER BY coalesce(p.choices, 0) DESC, hash(l.request_id, l.item_id)"
        ranked = (
            f"SELECT l.*, row_number() OVER (PARTITION BY l.request_id {order}) AS place "
            f"FROM ({label(mapped, bounds, self._lists(mapped, bounds))}) l "
            f"LEFT JOIN ({_popularity(mapped, bounds)}) p "
            f"ON p.item_id = l.item_id AND p.day = epoch_us(l.ts) // {A_DAY}"
        )
        return (
            f"SELECT request_id, min(ts) AS ts{kept}, {served} / {ideal} AS ndcg, "
            f"sum(chosen / log2(place + 1)) / {ideal} AS popular_ndcg FROM ({ranked}) "
            "GROUP BY request_id HAVING sum(chosen) > 0"
        )

    def _lists(self, mapped: Mapped, bounds: Bounds) -> str:
        """Impressions of lists, or of a part of them, that something was chosen from."""
        own = [name for name in ("chosen",) if mapped.has("impressions", name)]
        columns = ("ts", "request_id", "item_id", "position", *own, *_kept(mapped))
        few = rows_of_few_lists(mapped, bounds, mapped.sql("impressions", bounds), columns)
        chosen = f"SELECT request_id FROM ({_choices(mapped, bounds.start, bounds)})"
        return f"SELECT * FROM ({few}) WHERE request_id IN ({chosen})"


def _popularity(mapped: Mapped, bounds: Bounds) -> str:
    """For each day (its number) and item how often it was chosen in the days before; null for never."""
    first = _midnight(bounds.start) - REMEMBERED * DAY
    chosen = _choices(mapped, first, bounds)
    by_day = f"SELECT item_id, epoch_us(ts) // {A_DAY} AS day, count(*) AS choices FROM ({chosen}) GROUP BY ALL"
    ahead = f"SELECT item_id, choices, unnest(range(day + 1, day + {REMEMBERED + 1})) AS day FROM ({by_day})"
    return f"SELECT item_id, day, sum(choices) AS choices FROM ({ahead}) GROUP BY ALL"


def _choices(mapped: Mapped, start: datetime, bounds: Bounds) -> str:
    """What was chosen from a moment on, wherever that is written down."""
    if mapped.has("outcomes", "request_id"):
        outcomes = mapped.tables["outcomes"]
        return read_table(outcomes, start, bounds.end + outcomes.lateness)
    return f"SELECT * FROM ({read_table(mapped.tables['impressions'], start, bounds.end)}) WHERE chosen"


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _kept(mapped: Mapped) -> tuple[str, ...]:
    names = dict.fromkeys(("member_id", "model_version", "arm", *mapped.slices))
    return tuple(name for name in names if mapped.has("impressions", name))
