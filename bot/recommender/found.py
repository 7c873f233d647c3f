"""The tables that lie in a folder or a DuckDB file, before anyone has said what they mean."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.recommender.contract import RecommenderFailed
from bot.recommender.dialect import quote, text
from bot.recommender.engine import Engine, StatementFailed


@dataclass(frozen=True)
class Found:
    """A physical table: what to call it, how recsysops.toml would name it, and its columns with their types."""

    name: str
    key: str  # 'path = "..."' or 'table = "..."' of recsysops.toml: the word before the equals sign
    place: str  # ... and what comes after it
    source: str  # SQL for a FROM clause
    columns: Mapping[str, str]


def find_tables(engine: Engine, path: Path) -> list[Found]:
    """Every table of a folder of Parquet files (or of one such file), or of a DuckDB file.

    RecommenderFailed when there is nothing there, or something else.
    """
    if path.is_dir() or path.suffix == ".parquet":
        return _in_folder(engine, path)
    if not path.exists():
        raise RecommenderFailed(f"There is no {path}: name a folder of Parquet files, or a DuckDB file.")
    return _in_database(engine, path)


def _in_database(engine: Engine, path: Path) -> list[Found]:
    sql = (
        "SELECT schema_name, table_name FROM duckdb_tables() UNION ALL "
        "SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal ORDER BY ALL"
    )
    try:
        names = engine.all(sql)
    except StatementFailed as error:
        raise RecommenderFailed(f"{path} is not a DuckDB file that can be read: {error}.") from error
    found = [_of_database(engine, schema, name) for schema, name in names]
    if not found:
        raise RecommenderFailed(f"{path} holds no tables: name the database that your recommender's tables are in.")
    return found


def _of_database(engine: Engine, schema: str, name: str) -> Found:
    source = f"{quote(schema)}.{quote(name)}"
    return Found(name, "table", f"{schema}.{name}", source, engine.columns(source))


def _in_folder(engine: Engine, path: Path) -> list[Found]:
    root, files = (path, sorted(path.rglob("*.parquet"))) if path.is_dir() else (path.parent, [path])
    if not files:
        others = sorted({file.suffix for file in path.rglob("*.*") if file.suffix in (".csv", ".json", ".tsv")})
        hint = f" (there are {', '.join(others)} files: write them as Parquet first)" if others else ""
        raise RecommenderFailed(f"There are no .parquet files below {path}{hint}.")
    by_folder: dict[Path, dict[str, list[Path]]] = defaultdict(lambda: defaultdict(list))
    for file in files:
        if file.exists():
            by_folder[_table_folder(root, file)][_stem(file)].append(file)
    found = [one for folder, stems in sorted(by_folder.items()) for one in _of_folder(engine, root, folder, stems)]
    if not found:
        raise RecommenderFailed(f"There is no {path}: name a folder of Parquet files, or a DuckDB file.")
    return found


def _table_folder(root: Path, file: Path) -> Path:
    """The folder a file's table is in: partition folders such as day=2024-01-01 are part of the table."""
    folder = file.parent
    while folder != root and ("=" in folder.name or re.fullmatch(r"[\d_-]+", folder.name)):
        folder = folder.parent
    return folder


def _stem(file: Path) -> str:
    """A file's name without the date or number that tells it from its siblings."""
    stem = re.sub(r"[-_.]?(\d[\d_.T:-]*|[0-9a-f]{8}-[0-9a-f-]{27,})$", "", file.stem)
    return "" if stem in ("part", "data", "chunk", "day") or stem.startswith("part-") else stem


def _of_folder(engine: Engine, root: Path, folder: Path, stems: Mapping[str, list[Path]]) -> list[Found]:
    """One table when all files have the same columns, else one for each stem."""
    described = {stem: _describe(engine, files[-1]) for stem, files in stems.items()}
    same = len({frozenset(columns) for columns in described.values()}) == 1
    if same and (folder != root or len(stems) > 1):
        stem = next(iter(stems))
        files = [file for group in stems.values() for file in group]
        return [_found(root, folder, folder.name if folder != root else stem, "*", files, described[stem])]
    return [
        _found(root, folder, stem or folder.name, _pattern(stem, files, stems), files, described[stem])
        for stem, files in stems.items()
    ]


def _pattern(stem: str, files: list[Path], stems: Iterable[str]) -> str:
    """The file name without .parquet that names these files and none of their neighbours'."""
    if len(files) == 1:
        return files[0].stem
    crowded = any(other != stem and other.startswith(stem) for other in stems)
    return f"{stem}[-_.0-9]*" if crowded else f"{stem}*"


def _found(root: Path, folder: Path, name: str, pattern: str, files: list[Path], columns: Mapping[str, str]) -> Found:
    deep = "**/" if any(file.parent != folder for file in files) else ""
    place = (folder.relative_to(root) / f"{deep}{pattern}.parquet").as_posix()
    return Found(name, "path", place, f"read_parquet({text(str(root / place))}, union_by_name = true)", columns)


def _describe(engine: Engine, file: Path) -> Mapping[str, str]:
    try:
        return engine.columns(f"read_parquet({text(str(file))})")
    except StatementFailed as error:
        raise RecommenderFailed(
            f"{file} is not a whole Parquet file ({error}): write it again, or move it away, and run init again."
        ) from error
