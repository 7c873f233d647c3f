"""`recsysops init`: a first recsysops.toml from the tables that are there, with its doubts as comments."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.recommender.contract import RecommenderFailed
from bot.recommender.engine import Engine
from bot.recommender.found import Found, find_tables
from bot.recommender.guessing import Guess, guess_features, guess_slices, guess_tables
from bot.recommender.mapping import REQUIRED
from bot.recommender.registry import FolderRegistry

WITHOUT = {  # what is lost without a column, in the operator's words
    "request_id": "no lists: ranking quality, short lists and whole-request replay are not applicable",
    "member_id": "no member counts: impact is told in impressions only",
    "position": "no ranking quality by position",
    "score": "no score checks, no replay",
    "model_version": "no staleness and no comparison of versions",
    "source": "choices from search cannot be told from choices from the lists",
    "rank": "low-ranked and not-retrieved choices are not applicable",
    "title": "items are called by their ids",
    "launch_date": "cold start and launches are not applicable",
    "latency_ms": "slow answers are not noticed",
    "error": "failed calls are not noticed",
    "fallback": "fallback lists are not told from real ones",
    "returned": "short and empty answers are not noticed",
    "joined_at": "new members cannot be told from old ones",
}


@dataclass(frozen=True)
class Proposal:
    """What `recsysops init` found: the text to write, and which found table stands behind each logical one."""

    text: str
    tables: Mapping[str, Guess]

    @property
    def lacks_impressions(self) -> bool:
        """Whether nothing looked like a log of what was shown: until it is named, the text is no configuration."""
        return "impressions" not in self.tables

    def to_json(self) -> dict[str, Any]:
        """For scripts: where each table was found, its columns, and those it must have and has not."""
        return {
            "tables": {
                name: {
                    guess.found.key: guess.found.place,
                    "columns": dict(guess.chosen),
                    "missing": [column for column in REQUIRED[name] if column not in guess.chosen],
                }
                for name, guess in self.tables.items()
            },
            "missing_tables": [name for name in REQUIRED if name not in self.tables],
        }


def propose(folder_or_db: Path) -> Proposal:
    """A recsysops.toml for a folder of Parquet files or a DuckDB file; RecommenderFailed for neither.

    What was guessed, what else it might be, and which needed column was not found stand in comments.
    """
    path = folder_or_db.resolve()
    engine = Engine(path if path.is_file() and path.suffix != ".parquet" else None)
    found = find_tables(engine, path)
    guesses = guess_tables(found)
    sections = [_head(engine, path, guesses), *(_table(guess) for guess in guesses.values())]
    sections += [_missing_tables(guesses, found), _serving(path), TAIL]
    return Proposal("\n".join(section for section in sections if section), guesses)


def _head(engine: Engine, path: Path, guesses: Mapping[str, Guess]) -> str:
    impressions = guesses.get("impressions")
    features = _features(path, impressions) if impressions else []
    slices = guess_slices(engine, impressions) if impressions else []
    if path.is_file() and path.suffix != ".parquet":
        place = f"url = {_text(f'duckdb:///{path}')}"
    else:
        root = _text(str(path if path.is_dir() else path.parent))
        place = f'url = "duckdb://"            # Parquet files\nroot = {root}   # may be relative to this file'
    return f"""\
# Proposed by `recsysops init` from the tables in {path}.
# Read each line, correct what is wrong, then prove it with `recsysops doctor`.
[recommender]
name = {_text(path.stem)}
window = "1d"                # how often to look: "1d", "6h", "1h" or "5m"
timezone = "UTC"             # of times that carry no zone

[warehouse]
{place}
# Feature values as served: what the champion reads, else every numeric column of impressions that is left over.
features = {_texts(features)}
# Text columns of impressions with few values: every check is also run on each value.
slices = {_texts(slices)}
"""


def _table(guess: Guess) -> str:
    lines = [f"[tables.{guess.name}]", f"{guess.found.key} = {_text(guess.found.place)}"]
    if guess.name in ("impressions", "outcomes"):
        lines.append('lateness = "0h"              # how long after a window\'s end its rows may still arrive')
    lines.append(f"[tables.{guess.name}.columns]")
    lines += [_column(guess, name, fits) for name, fits in guess.columns.items()]
    return "\n".join(lines) + "\n"


def _column(guess: Guess, name: str, fits: Sequence[str]) -> str:
    """logical = "physical", what else could be meant; a comment where nothing fits."""
    if not fits:
        must = name in REQUIRED[guess.name]
        lost = "it must be there" if must else f"without it {WITHOUT.get(name, 'some checks are not applicable')}"
        return f'# {name} = "?"   # {"REQUIRED, and " if must else ""}not found: {lost}. Columns: {_rest(guess)}'
    mapped = f"{name} = {_text(fits[0])}"
    told = [guess.found.columns[fits[0]]] if name != fits[0] else []
    told += [f"unsure: or is it {' or '.join(fits[1:])}?"] if len(fits) > 1 else []
    return f"{mapped:<28} # {'; '.join(told)}" if told else mapped


def _rest(guess: Guess) -> str:
    used = set(guess.chosen.values())
    return ", ".join(name for name in guess.found.columns if name not in used) or "none are left"


def _missing_tables(guesses: Mapping[str, Guess], found: Iterable[Found]) -> str:
    """The logical tables that nothing looked like, and the found tables that looked like nothing."""
    used = {guess.found.place for guess in guesses.values()}
    unused = [table for table in found if table.place not in used]
    lines = []
    if "impressions" not in guesses:
        lines.append(NO_IMPRESSIONS)
    missing = [name for name in REQUIRED if name not in guesses and name != "impressions"]
    if missing:
        lines.append(f"# Not found: {', '.join(missing)}. See docs/your-recommender.md for what each makes possible.")
    lines += [f"# Not used: {table.key} = {_text(table.place)} ({', '.join(table.columns)})" for table in unused]
    return "\n".join(lines) + "\n" if lines else ""


def _features(path: Path, impressions: Guess) -> list[str]:
    """What the champion says it reads, when it says so and impressions has it; else the numeric columns left over."""
    aliases = _find_registry(path)
    guessed = guess_features(impressions)
    if aliases is None:
        return guessed
    try:
        read = FolderRegistry(aliases.parent.parent, aliases.parent.name).champion().features
    except RecommenderFailed:  # a proposal does without; doctor will name what is wrong with the registry
        return guessed
    return [name for name in read if name in impressions.found.columns] or guessed


def _find_registry(path: Path) -> Path | None:
    """The aliases.json of a model registry inside the folder of tables or beside it."""
    bases = [path, path.parent] if path.is_dir() else [path.parent]
    return next((file for base in bases for file in sorted(base.glob("*/*/aliases.json"))), None)


def _serving(path: Path) -> str:
    """The registry, when one lies beside the tables; else as a comment."""
    aliases = _find_registry(path)
    if aliases is None:
        return NO_REGISTRY
    model, registry = aliases.parent.name, aliases.parent.parent
    return f'[registry]\nkind = "folder"\npath = {_text(str(registry))}\nmodel = {_text(model)}\n'


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _texts(values: Iterable[str]) -> str:
    return "[" + ", ".join(map(_text, values)) + "]"


NO_IMPRESSIONS = """\
# REQUIRED, and not found: [tables.impressions], one row per item shown. Name yours, and take the marks away:
# [tables.impressions]
# path = "impressions/*.parquet"   # or table = "main.impressions" in a database
# lateness = "0h"
# [tables.impressions.columns]
# ts = "?"                     # when it was shown: must be there
# item_id = "?"                # what was shown: must be there
# request_id = "?"             # the list it was shown in
# member_id = "?"              # to whom
# position = "?"               # where in the list
# score = "?"                  # what the model said
# model_version = "?"          # which model it was
"""

NO_REGISTRY = """\
# [registry]                 # numbered models in folders
# kind = "folder"
# path = "registry"
# model = "ranker"
"""

TAIL = """\
# [overrides]                # what the bot tells the serving side, one JSON file an instruction
# kind = "folder"
# path = "overrides"

[slack]
channel = "#recsys-alerts"

[roles]
approver = []                # "TEAM_ID:USER_ID"; `/recsys whoami` shows yours
operator = []

[budget]
false_incidents_per_30_days = 1.0
warm_up_windows = 14
"""
