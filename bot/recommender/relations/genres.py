"""The genres that the catalogue gives each item, as relations join them."""

from __future__ import annotations

from bot.recommender.reading import read_table
from bot.recommender.relations.base import Mapped

SEPARATORS = "[,|;]"


def genre_sql(mapped: Mapped) -> str | None:
    """SELECT item_id, genre: one row an item, its main genre, else the first of its genres; None without any."""
    if not mapped.has("items", "item_id") or not (mapped.has("items", "genre") or mapped.has("items", "genres")):
        return None
    first = f"nullif(trim({_listed(mapped)}[1]), '')" if mapped.has("items", "genres") else "NULL"
    genre = "nullif(trim(CAST(genre AS VARCHAR)), '')" if mapped.has("items", "genre") else "NULL"
    items = read_table(mapped.tables["items"], None, None)
    return f"SELECT item_id, any_value(coalesce({genre}, {first})) AS genre FROM ({items}) GROUP BY 1"


def genres_sql(mapped: Mapped) -> str | None:
    """SELECT item_id, genre, part: one row an item and genre, the parts of an item adding up to 1; None without any.

    An item of several genres belongs to each in equal part (Steck, Calibrated recommendations, 2018, section 3).
    """
    if not mapped.has("items", "item_id") or not (mapped.has("items", "genre") or mapped.has("items", "genres")):
        return None
    listed = _listed(mapped) if mapped.has("items", "genres") else "[CAST(genre AS VARCHAR)]"
    kept = f"list_distinct(list_filter(list_transform({listed}, lambda g: trim(g)), lambda g: g != ''))"
    items = read_table(mapped.tables["items"], None, None)
    one = f"SELECT item_id, any_value({kept}) AS genres FROM ({items}) GROUP BY 1"
    return f"SELECT item_id, unnest(genres) AS genre, 1.0 / len(genres) AS part FROM ({one}) WHERE len(genres) > 0"


def _listed(mapped: Mapped) -> str:
    """The column of all genres as a list: it is one already, or a text of several."""
    if mapped.tables["items"].columns["genres"].kind.endswith("[]"):
        return "CAST(genres AS VARCHAR[])"
    return f"string_split_regex(CAST(genres AS VARCHAR), '{SEPARATORS}')"
