"""Which model version answered from which candidate index."""

from __future__ import annotations

from sqlalchemy import String

from bot.recommender.dialect import quote, text
from bot.recommender.reading import Bounds
from bot.recommender.relations.base import Mapped, Types
from checks.versions import BETWEEN


class Pairs:
    """One row an impression: its model_version, its index_version, and both in `pair`, such as "8 with index 7"."""

    name = "pairs"
    reads = ("impressions",)

    def columns(self, mapped: Mapped) -> Types:
        """None of it without an index_version."""
        if not mapped.has("impressions", "model_version", "index_version"):
            return {}
        types = mapped.types("impressions")
        return {name: types[name] for name in ("ts", *_kept(mapped))} | {"pair": String()}

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """The pair is null where either half is."""
        kept = ", ".join(quote(name) for name in ("ts", *_kept(mapped)))
        pair = f"model_version || {text(BETWEEN)} || index_version AS pair"
        return f"SELECT {kept}, {pair} FROM ({mapped.sql('impressions', bounds)})"


def _kept(mapped: Mapped) -> tuple[str, ...]:
    names = dict.fromkeys(("model_version", "index_version", "arm", *mapped.slices))
    return tuple(name for name in names if mapped.has("impressions", name))
