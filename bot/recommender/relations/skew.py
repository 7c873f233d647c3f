"""Features as served beside the same features recomputed offline."""

from __future__ import annotations

from datetime import timedelta

from bot.recommender.dialect import quote
from bot.recommender.reading import Bounds, micros, read_table
from bot.recommender.relations.base import Mapped, Types

OFFLINE = "__offline"
KEYS = ("request_id", "item_id")


class Skew:
    """One row an impression that was recomputed: each feature as served, and as `<feature>__offline`; slices."""

    name = "skew"
    reads = ("features_offline", "impressions")

    def columns(self, mapped: Mapped) -> Types:
        """None of it without features_offline, or where the two tables share no feature."""
        shared = _shared(mapped)
        if not (mapped.has("impressions", "ts", *KEYS) and shared):
            return {}
        served, offline = mapped.types("impressions"), mapped.types("features_offline")
        kept = {name: served[name] for name in ("ts", *_kept(mapped), *shared)}
        return kept | {name + OFFLINE: offline[name] for name in shared}

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """The first recomputation counts, when it came before the end of the impression's window + lateness.

        So a window measured alone and the same window measured in a back-fill of 45 days agree.
        """
        shared, table = _shared(mapped), mapped.tables["features_offline"]
        length = bounds.length // timedelta(microseconds=1)
        opening = f"{micros(bounds.start)} + {bounds.window_number('i.ts')} * {length}"
        lasts = length + table.lateness // timedelta(microseconds=1)
        kept = ", ".join(f"i.{quote(name)}" for name in ("ts", *_kept(mapped), *shared))
        again = ", ".join(f"o.{quote(name)} AS {quote(name + OFFLINE)}" for name in shared)
        return (
            f"SELECT {kept}, {again} FROM ({mapped.sql('impressions', bounds)}) i "
            f"JOIN (SELECT * FROM ({read_table(table, bounds.start, bounds.end + table.lateness)}) "
            "QUALIFY row_number() OVER (PARTITION BY request_id, item_id ORDER BY ts) = 1) o "
            "ON i.request_id = o.request_id AND i.item_id = o.item_id "
            f"AND epoch_us(o.ts) >= {opening} AND epoch_us(o.ts) < {opening} + {lasts}"
        )


def _shared(mapped: Mapped) -> tuple[str, ...]:
    """The features that both tables have."""
    return tuple(name for name in mapped.features if mapped.has("features_offline", name))


def _kept(mapped: Mapped) -> tuple[str, ...]:
    own = (*KEYS, "model_version", "arm", *mapped.slices)
    return tuple(name for name in dict.fromkeys(own) if mapped.has("impressions", name) and name not in _shared(mapped))
