"""How much of what a member is shown they were shown the last time too."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import DateTime, Double, Integer, String

from bot.recommender.dialect import quote
from bot.recommender.reading import Bounds, read_table
from bot.recommender.relations.base import Mapped, Types
from bot.recommender.relations.sampling import rows_of_few_members

BEFORE = timedelta(days=7)
TOP = 10  # positions looked at


class Repeats:
    """One row a member, part of the traffic and window: `jaccard` (0 to 1) of the top ten of their last list in the
    window and of the last one in an earlier window within 7 days; `same`: 1 when the same model version made both."""

    name = "repeats"
    reads = ("impressions",)

    def columns(self, mapped: Mapped) -> Types:
        """None of it without members and lists; where no version is logged, all are the same."""
        if not mapped.has("impressions", "request_id", "member_id"):
            return {}
        types = mapped.types("impressions")
        own: Types = {"ts": DateTime(), "member_id": String(), "jaccard": Double(), "same": Integer()}
        return own | {name: types[name] for name in mapped.slices_of("impressions")}

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """Jaccard: items in both over items in either. Lists of one member in other slices (another surface, say) are
        other lists; a window measured alone and the same window in a back-fill agree. Of very many members, a part.
        """
        rows = read_table(mapped.tables["impressions"], bounds.start - BEFORE, bounds.end)
        own = mapped.slices_of("impressions")
        slices = "".join(f"{quote(name)}, " for name in own)
        top = f" AND position < {mapped.find_first()} + {TOP}" if mapped.has("impressions", "position") else ""
        version = "any_value(model_version)" if mapped.has("impressions", "model_version") else "''"
        listed = f"SELECT * FROM ({rows}) WHERE request_id IS NOT NULL{top}"
        kept = [name for name in ("model_version",) if mapped.has("impressions", name) and name not in own]
        few = rows_of_few_members(mapped, bounds, listed, ("ts", "member_id", "request_id", "item_id", *kept, *own))
        lists = (
            f"SELECT member_id, {slices}request_id, min(ts) AS ts, {version} AS version, "
            f"list(DISTINCT hash(item_id)) AS items FROM ({few}) GROUP BY ALL"
        )
        last = (
            f"SELECT member_id, {slices}{bounds.any_number('ts')} AS w, max(ts) AS ts, arg_max(items, ts) AS items, "
            f"arg_max(version, ts) AS version FROM ({lists}) GROUP BY ALL"
        )
        before = f"OVER (PARTITION BY member_id, {slices.removesuffix(', ') or 'true'} ORDER BY w)"
        beside = (
            f"SELECT *, lag(items) {before} AS items_then, lag(version) {before} AS version_then, "
            f"lag(ts) {before} AS ts_then FROM ({last})"
        )
        both = "len(list_intersect(items, items_then))"
        return (
            f"SELECT ts, member_id, {slices}CAST(version IS NOT DISTINCT FROM version_then AS INTEGER) AS same, "
            f"{both} / (len(items) + len(items_then) - {both}) AS jaccard FROM ({beside}) "
            f"WHERE w >= 0 AND ts_then > ts - INTERVAL {BEFORE.days} DAY"
        )
