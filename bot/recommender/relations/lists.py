"""Served lists, with their size and how well they were ordered."""

from __future__ import annotations

from sqlalchemy import BigInteger, Double

from bot.recommender.dialect import quote
from bot.recommender.reading import Bounds
from bot.recommender.relations.base import Mapped, Types


class Lists:
    """One row a served list: request_id, ts, member, version, arm and slices, size; what is known of how good it was.

    score_range is its highest score less its lowest (NaN where a score is no number); first_position and last_position
    are as logged; outcomes, dcg and ndcg need outcomes.
    """

    name = "lists"
    reads = ("impressions", "outcomes")

    def columns(self, mapped: Mapped) -> Types:
        """None of it without a request_id."""
        if not mapped.has("impressions", "request_id"):
            return {}
        types = mapped.types("impressions")
        kept = {name: types[name] for name in ("request_id", "ts", *_kept(mapped))}
        kept["size"] = BigInteger()
        if "score" in types:
            kept["score_range"] = Double()
        if "position" in types:
            kept |= {"first_position": BigInteger(), "last_position": BigInteger()}
        if mapped.has_labels:
            kept |= {"outcomes": BigInteger()}
            if "position" in types:
                kept |= {"dcg": Double(), "ndcg": Double()}
        return kept

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """Binary relevance at rank r counts 1 / log2(r + 1); ndcg divides by the best order's sum (null: no outcome).

        Järvelin & Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002.
        """
        kept = "".join(f", any_value({quote(name)}) AS {quote(name)}" for name in _kept(mapped))
        types = self.columns(mapped)
        quality = ", max(score) - min(score) AS score_range" if "score_range" in types else ""
        if "first_position" in types:
            quality += ", min(position) AS first_position, max(position) AS last_position"
        quality += ", sum(chosen) AS outcomes" if "outcomes" in types else ""
        if "dcg" in types:
            gain = f"sum(chosen / log2(greatest(position - {mapped.find_first()}, 0) + 2))"
            quality += f", {gain} AS dcg, {gain} / {_ideal('sum(chosen)')} AS ndcg"
        rows = mapped.sql("labelled" if mapped.has_labels else "impressions", bounds)
        return (
            f"SELECT request_id, min(ts) AS ts{kept}, count(*) AS size{quality} FROM ({rows}) "
            "WHERE request_id IS NOT NULL GROUP BY request_id"
        )


def _kept(mapped: Mapped) -> tuple[str, ...]:
    """What all rows of a list have in common."""
    names = dict.fromkeys(("member_id", "model_version", "arm", *mapped.slices))
    return tuple(name for name in names if mapped.has("impressions", name))


def _ideal(relevant: str) -> str:
    """The best DCG that so many relevant items can have; null for none. Few lists have more than one."""
    many = f"list_sum(list_transform(range(1, CAST({relevant} AS BIGINT) + 1), lambda r: 1 / log2(r + 1)))"
    return f"CASE {relevant} WHEN 0 THEN NULL WHEN 1 THEN 1.0 ELSE {many} END"
