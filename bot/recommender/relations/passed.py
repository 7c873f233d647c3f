"""What was shown beside what the ranker emitted for the same request."""

from __future__ import annotations

from sqlalchemy import Integer

from bot.recommender.dialect import quote
from bot.recommender.reading import Bounds
from bot.recommender.relations.base import Mapped, Types

ALIKE = 1e-3  # of the larger score: what half precision on the way may cost
ZERO = 1e-6  # below this all scores are alike


class Passed:
    """One row an impression of a sampled request: `differs` (1: another score than was emitted, or none was; null: a
    score is missing) and `inverted` (1: it stands below an item that was emitted with a lower score; null: it is the
    first with a score, or explored)."""

    name = "passed"
    reads = ("impressions", "requests")

    def columns(self, mapped: Mapped) -> Types:
        """None of it unless whole requests are logged with their scores; inverted needs positions."""
        joined = mapped.has("impressions", "request_id", "item_id")
        if not joined or not mapped.has("requests", "request_id", "item_id", "score"):
            return {}
        types = mapped.types("impressions")
        kept: Types = {name: types[name] for name in ("ts", *_kept(mapped))} | {"differs": Integer()}
        return kept | {"inverted": Integer()} if "position" in types else kept

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """Candidates and impressions that were delivered twice count once."""
        shown, offered = mapped.sql("impressions", bounds), mapped.sql("requests", bounds)
        emitted = (
            "SELECT request_id, item_id, any_value(score) AS emitted FROM "
            f"({offered}) WHERE request_id IS NOT NULL GROUP BY 1, 2"
        )
        columns = [name for name in ("position", "score", "explored") if mapped.has("impressions", name)]
        told = ", ".join(f"any_value({quote(name)}) AS {quote(name)}" for name in ("ts", *columns, *_kept(mapped)))
        rows = (
            f"SELECT request_id, item_id, {told} FROM ({shown}) "
            "WHERE request_id IN (SELECT request_id FROM emitted) GROUP BY 1, 2"
        )
        both = (
            f"SELECT s.*, e.emitted, e.item_id IS NULL AS unknown FROM ({rows}) s "
            "LEFT JOIN emitted e ON e.request_id = s.request_id AND e.item_id = s.item_id"
        )
        kept = "".join(f"{quote(name)}, " for name in ("ts", *_kept(mapped)))
        return f"WITH emitted AS ({emitted}) SELECT {kept}{self._judged(mapped, columns)} FROM ({both})"

    def _judged(self, mapped: Mapped, columns: list[str]) -> str:
        unlike = (
            f"WHEN NOT isfinite(score) OR NOT isfinite(emitted) THEN NULL "
            f"WHEN abs(score - emitted) > {ALIKE} * greatest(abs(score), abs(emitted), {ZERO / ALIKE}) THEN 1 "
            "WHEN score IS NULL OR emitted IS NULL THEN NULL "
        )
        differs = f"CASE WHEN unknown THEN 1 {unlike if 'score' in columns else ''}ELSE 0 END AS differs"
        if "position" not in columns:
            return differs
        apart = "coalesce(TRY_CAST(explored AS BOOLEAN), false)" if "explored" in columns else "false"
        above = f"lag(emitted) OVER (PARTITION BY request_id, {apart} OR emitted IS NULL ORDER BY position)"
        return (
            f"{differs}, CASE WHEN {apart} OR emitted IS NULL OR {above} IS NULL THEN NULL "
            f"WHEN emitted - {above} > {ALIKE} * greatest(abs(emitted), abs({above}), {ZERO / ALIKE}) THEN 1 "
            "ELSE 0 END AS inverted"
        )


def _kept(mapped: Mapped) -> tuple[str, ...]:
    names = dict.fromkeys(("model_version", "arm", *mapped.slices))
    return tuple(name for name in names if mapped.has("impressions", name))
