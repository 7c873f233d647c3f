"""Items by id or by title, as people ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bot.recommender.contract import UnknownItem
from bot.recommender.dialect import text
from bot.recommender.engine import Engine
from checks.base import Schema

Item = Mapping[str, Any]


class Catalogue:
    """The items table, asked by people: `rows` is the SQL that reads it."""

    def __init__(self, engine: Engine, rows: str, schema: Schema) -> None:
        self._engine = engine
        self._rows = rows
        self._has_title = "title" in schema.relations["items"]

    def item(self, item_id: str) -> Item:
        """One row of the catalogue; UnknownItem, naming the nearest ids, when there is none."""
        found = self._ask(f"WHERE item_id = {text(item_id)} LIMIT 1")
        if not found:
            raise UnknownItem(f"There is no item {item_id} in the items table{self._nearest(item_id)}.")
        return found[0]

    def find(self, words: str, limit: int) -> list[Item]:
        """Items whose id is `words` or whose title contains them: id first, then whole title, its start, its middle."""
        wanted = words.strip()
        if not wanted or not self._has_title:
            return self._ask(f"WHERE item_id = {text(wanted)} LIMIT {limit}")
        title, lower = "lower(CAST(title AS VARCHAR))", text(wanted.lower())
        rank = (
            f"CASE WHEN item_id = {text(wanted)} THEN 0 WHEN {title} = {lower} THEN 1 "
            f"WHEN starts_with({title}, {lower}) THEN 2 WHEN contains({title}, {lower}) THEN 3 END"
        )
        return self._ask(f"WHERE {rank} IS NOT NULL ORDER BY {rank}, length({title}), item_id LIMIT {limit}")

    def _ask(self, rest: str) -> list[Item]:
        frame = self._engine.frame(f"SELECT * FROM ({self._rows}) {rest}")
        return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]

    def _nearest(self, item_id: str) -> str:
        likeness = f"jaro_winkler_similarity(item_id, {text(item_id)})"
        rows = self._engine.all(
            f"SELECT item_id FROM ({self._rows}) WHERE item_id IS NOT NULL ORDER BY {likeness} DESC, item_id LIMIT 3"
        )
        return f"; the nearest are {', '.join(row[0] for row in rows)}" if rows else ", which is empty"


def _plain(value: Any) -> Any:
    """A frame's value as Python's own: aware datetimes, lists, None for nothing."""
    import pandas as pd

    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, list | dict):
        return value
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value.item() if isinstance(value, np.generic) else value
