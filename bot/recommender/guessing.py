"""Which found table is which logical one, and which column which: guesses, with how sure they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.recommender.dialect import quote
from bot.recommender.engine import Engine
from bot.recommender.found import Found
from bot.recommender.mapping import FLAGS, REQUIRED, TIMES
from bot.recommender.synonyms import COLUMN_WORDS, NO_FEATURES, SELDOM_WORDS, TABLE_WORDS

NUMBERS = ("INT", "DOUBLE", "FLOAT", "DECIMAL")
KINDS: Mapping[str, tuple[str, ...]] = {  # the DuckDB types a column may have, where it matters
    **dict.fromkeys(TIMES, ("TIMESTAMP", "DATE", "INT")),
    "position": NUMBERS,
    "rank": NUMBERS,
    "score": NUMBERS,
    "title": ("VARCHAR",),
    "latency_ms": NUMBERS,
    "returned": NUMBERS,
    "propensity": NUMBERS,
    "sampling_weight": NUMBERS,
    **dict.fromkeys(FLAGS, ("BOOLEAN", "INT")),
    **dict.fromkeys(("arm", "genre", "language", "excluded_reason"), ("VARCHAR", "ENUM")),
}
FEW, MANY = 2, 30  # values of a text column that could be a slice
CONVINCING = 1.6  # the likeness below which a table is left alone


@dataclass(frozen=True)
class Guess:
    """One logical table: the found one behind it, and per logical column the physical ones that could be meant."""

    name: str
    found: Found
    columns: Mapping[str, tuple[str, ...]]  # best first; () where nothing fits, but for those seldom seen

    @property
    def chosen(self) -> Mapping[str, str]:
        """The best physical column of each logical one that has any."""
        return {name: fits[0] for name, fits in self.columns.items() if fits}


def guess_tables(tables: Sequence[Found]) -> dict[str, Guess]:
    """The likeliest found table for each logical one, each found table used once."""
    ranked = sorted(
        ((_likeness(guess), name, guess) for name in COLUMN_WORDS for guess in (_guess(name, t) for t in tables)),
        key=lambda entry: (-entry[0], entry[1], entry[2].found.place),
    )
    chosen: dict[str, Guess] = {}
    for likeness, name, guess in ranked:
        used = {other.found.place for other in chosen.values()}
        if likeness >= CONVINCING and name not in chosen and guess.found.place not in used:
            chosen[name] = guess
    return {name: chosen[name] for name in COLUMN_WORDS if name in chosen}


def _guess(name: str, table: Found) -> Guess:
    """Every logical column's candidates; a physical column goes to the first logical one it fits."""
    taken: set[str] = set()
    columns = {}
    seldom = SELDOM_WORDS.get(name, {})
    for logical, words in (*COLUMN_WORDS[name].items(), *seldom.items()):
        fits = tuple(column for column in _fitting(table, logical, words) if column not in taken)
        if fits or logical not in seldom:
            columns[logical] = fits
        taken.update(fits[:1])
    return Guess(name, table, columns)


def _fitting(table: Found, logical: str, words: Sequence[str]) -> list[str]:
    """Physical columns called by one of the words and of a fitting type, best word first."""
    called = {_snake(column): column for column, kind in table.columns.items() if _may_be(logical, kind)}
    fits = [called[word] for word in words if word in called]
    if not fits and logical == "ts":
        fits = [column for column, kind in table.columns.items() if kind.startswith("TIMESTAMP")]
    return fits


def _may_be(logical: str, kind: str) -> bool:
    return logical not in KINDS or any(allowed in kind for allowed in KINDS[logical])


def _snake(name: str) -> str:
    """userId, User-Id and USER_ID are all user_id."""
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()).strip("_")


def _likeness(guess: Guess) -> float:
    """From 0 (nothing alike) to about 3: the name counts 1, the share of columns 1, those it must have 1."""
    name = _snake(guess.found.name)
    named = max((1.0 if name.startswith(w) else 0.8 for w in TABLE_WORDS[guess.name] if w in name), default=0.0)
    usual = COLUMN_WORDS[guess.name]
    share = sum(column in guess.chosen for column in usual) / len(usual)
    must = REQUIRED[guess.name]
    return named + share + sum(column in guess.chosen for column in must) / len(must) - _contradiction(guess)


def _contradiction(guess: Guess) -> float:
    """What speaks against: a catalogue has no members, a call no item, impressions have a place or a score ..."""
    has = {name for table in COLUMN_WORDS for name, fits in _guess(table, guess.found).columns.items() if fits}
    called = {_snake(column) for column in guess.found.columns}
    against = {
        "items": "member_id" in has or "request_id" in has,
        "outcomes": "score" in has or "item_id" not in has,
        "impressions": not ({"position", "score"} & has) or bool(called & {"excluded_reason", "candidates"}),
        "changes": "item_id" in has and "member_id" in has,
        "features_offline": "score" in has or "position" in has,
        "requests": not {"request_id", "item_id"} <= has,
        "calls": "item_id" in has or not ({"latency_ms", "error", "fallback", "returned"} & has),
        "members": "member_id" not in has or bool({"item_id", "request_id", "latency_ms"} & has),
    }
    return 1.0 if against[guess.name] else 0.0


def guess_features(guess: Guess) -> list[str]:
    """Numeric columns of impressions that are nothing else: the feature values as served."""
    left = _left_over(guess)
    return [name for name, kind in left.items() if _is_number(kind) and _snake(name) not in NO_FEATURES]


def guess_slices(engine: Engine, guess: Guess) -> list[str]:
    """Text columns of impressions with few values."""
    texts = [name for name, kind in _left_over(guess).items() if kind == "VARCHAR" or kind.startswith("ENUM")]
    if not texts:
        return []
    counted = ", ".join(f"approx_count_distinct({quote(name)})" for name in texts)
    counts = engine.one(f"SELECT {counted} FROM (SELECT * FROM {guess.found.source} LIMIT 200000)")
    return [name for name, count in zip(texts, counts, strict=True) if FEW <= count <= MANY]


def _left_over(guess: Guess) -> dict[str, str]:
    used = set(guess.chosen.values())
    columns = guess.found.columns.items()
    return {name: kind for name, kind in columns if name not in used and not _snake(name).endswith("_id")}


def _is_number(kind: str) -> bool:
    return any(kind.endswith(number) or kind.startswith(number) for number in NUMBERS)
