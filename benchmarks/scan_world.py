"""A recommender's tables as Parquet, a file a day or a few, from a fixed seed: what `make bench-scan` scans.

25 features, 6 slice columns, lists of 20, some 3 % of what is shown chosen, 20,000 titles. Every number comes from a
hash of the seed, the column and the row: the same seed gives the same rows, whatever their number.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

FEATURES = tuple(f"f{i:02}" for i in range(25))
SLICES: dict[str, tuple[str, ...]] = {
    "surface": ("home", "search", "detail", "mail"),
    "device": ("phone", "tablet", "laptop", "tv", "console"),
    "country": ("AR", "BR", "CA", "DE", "ES", "FR", "GB", "IN", "JP", "MX", "PL", "US"),
    "language": ("de", "en", "es", "fr", "hi", "ja", "pl", "pt"),
    "age_group": ("child", "teen", "18-29", "30-44", "45-64", "65+"),
    "plan": ("free", "basic", "full"),
}
OF_THE_REQUEST = ("surface", "device")  # the rest belong to the member
LIST = 20
ITEMS = 20_000
THREADS, MEMORY = 2, "700MB"  # of DuckDB, on both sides; the rest of 1 GiB is for Python and what DuckDB does not count
PART = 2_000_000  # rows of a file: what can be put in order in the memory that writing may take
DAY = timedelta(days=1)
LAST_DAY = datetime(2026, 3, 31, tzinfo=UTC)
GENRES = ("drama", "comedy", "crime", "documentary", "family", "action", "romance", "horror")

SETTINGS = """\
[recommender]
name = "bench"
window = "1d"

[warehouse]
url = "duckdb:///:memory:"
root = "data"
slices = [{slices}]
features = [{features}]
memory = "{memory}"
threads = {threads}

[tables.impressions]
path = "impressions/*.parquet"

[tables.outcomes]
path = "outcomes/*.parquet"
lateness = "1h"

[tables.items]
path = "items.parquet"


"""


@dataclass(frozen=True)
class World:
    """Where the tables lie, and how many rows of impressions a day has."""

    folder: Path
    seed: int = 7

    @property
    def config(self) -> Path:
        """Its recsysops.toml."""
        return self.folder / "recsysops.toml"

    def file(self, table: str, day: datetime, part: int = 0) -> Path:
        """Where a table's rows of a day lie, or part of them where there are more than PART."""
        return self.folder / "data" / table / f"{day:%Y-%m-%d}-{part:02}.parquet"

    def files(self, table: str, day: datetime) -> str:
        """A pattern for all the files of a day."""
        return str(self.folder / "data" / table / f"{day:%Y-%m-%d}-*.parquet")

    def found(self) -> None:
        """The folders, the mapping, and the catalogue."""
        for table in ("impressions", "outcomes"):
            (self.folder / "data" / table).mkdir(parents=True, exist_ok=True)
        names = (", ".join(f'"{name}"' for name in columns) for columns in (SLICES, FEATURES))
        told = {"slices": next(names), "features": next(names), "memory": MEMORY, "threads": THREADS}
        self.config.write_text(SETTINGS.format(**told))
        _write(_items(self.seed), self.folder / "data" / "items.parquet")

    def serve(self, day: datetime, rows: int) -> None:
        """One day's impressions, and what was chosen of them; two parts at a time, as each keeps one processor busy."""
        parts = [range(first, min(rows, first + PART)) for first in range(0, rows, PART)]
        with ThreadPoolExecutor(max_workers=2) as pool:
            list(pool.map(lambda part: self._serve_part(day, rows, *part), enumerate(parts)))

    def _serve_part(self, day: datetime, rows: int, number: int, part: range) -> None:
        shown = self.file("impressions", day, number)
        _write(_impressions(self.seed, day, rows, part), shown)
        _write(_outcomes(self.seed, shown), self.file("outcomes", day, number))


def _write(sql: str, path: Path) -> None:
    """A copy of its own connection, so that little memory is held; the rows keep their order."""
    import duckdb

    with duckdb.connect(config={"memory_limit": "1GB", "temp_directory": str(path.parent)}) as connection:
        connection.execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


def _uniform(seed: int, column: str, row: str) -> str:
    """SQL for a number in (0, 1)."""
    return f"(({_hash(seed, column, row)} >> 11) + 0.5) / 9007199254740992.0"


def _hash(seed: int, column: str, row: str) -> str:
    """SQL for 64 bits; hashed twice, since hashes of several values at once are alike in their high bits."""
    return f"hash(xor(hash('{seed} {column}'), hash({row})))"


def _one_of(values: tuple[str, ...], seed: int, column: str, row: str) -> str:
    """SQL for one of these values, the first ones more often."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"[{listed}][1 + CAST(floor({len(values)} * pow({_uniform(seed, column, row)}, 1.5)) AS INTEGER)]"


def _feature(seed: int, i: int) -> str:
    """Bell-shaped, skewed, or a share, in turn; 1 to 3 % missing, and in every fifth many zeros."""
    u, v = _uniform(seed, f"u{i}", "r"), _uniform(seed, f"v{i}", "r")
    normal = f"sqrt(-2 * ln({u})) * cos(2 * pi() * {v})"
    shape = (normal, f"-ln({u})", u)[i % 3]
    value = f"CASE WHEN {_uniform(seed, f'z{i}', 'r')} < 0.3 THEN 0 ELSE {shape} END" if i % 5 == 4 else shape
    return (
        f"CASE WHEN {_hash(seed, f'n{i}', 'r')} % 100 >= {1 + i % 3} THEN CAST({value} AS FLOAT) END AS {FEATURES[i]}"
    )


def _slice(seed: int, name: str) -> str:
    """The request's or the member's; most members speak one of the two first languages of their country."""
    row = "q" if name in OF_THE_REQUEST else "m"
    chosen = _one_of(SLICES[name], seed, name, row)
    if name != "language":
        return chosen
    usual = f"hash(country) % {len(SLICES[name])} + {_hash(seed, 'second', row)} % 2"
    listed = ", ".join(f"'{value}'" for value in SLICES[name])
    at_home = f"[{listed}][1 + CAST(({usual}) % {len(SLICES[name])} AS INTEGER)]"
    return f"CASE WHEN {_hash(seed, 'abroad', row)} % 20 = 0 THEN {chosen} ELSE {at_home} END"


def _impressions(seed: int, day: datetime, rows: int, part: range) -> str:
    """Those in that part of the day's rows."""
    began, members = int(day.timestamp()), max(10, rows // 50)
    base = (
        f"SELECT range AS r, range // {LIST} AS q, range % {LIST} AS p, "
        f"{_hash(seed + began, 'member', f'range // {LIST}')} % {members} AS m FROM range({part.start}, {part.stop})"
    )
    moment = f"make_timestamp(CAST(({began} + 86400.0 * q / {max(1, rows // LIST)}) * 1000000 AS BIGINT))"
    slices = ", ".join(f"{_slice(seed, name)} AS {name}" for name in SLICES)
    stratum = f"((p * 7 + q) % {LIST} + {_uniform(seed, 'item', 'r')}) / {LIST}"  # no item twice in a list
    item = f"CAST(floor({ITEMS} * pow({stratum}, 2)) AS BIGINT)"
    features = ", ".join(_feature(seed + began, i) for i in range(len(FEATURES)))
    score = f"CAST(1 / (1 + exp(3 - 2 * {_uniform(seed + began, 'score', 'r')} + 0.1 * p)) AS FLOAT)"
    return (
        f"SELECT {moment} AS ts, printf('r%x-%x', {began}, q) AS request_id, 'm' || m AS member_id, "
        f"'i' || {item} AS item_id, CAST(p + 1 AS SMALLINT) AS position, {score} AS score, "
        f"CASE WHEN q % 10 = 0 THEN '8' ELSE '7' END AS model_version, {slices}, {features} FROM ({base}) ORDER BY r"
    )


def _outcomes(seed: int, shown: Path) -> str:
    chosen = f"{_uniform(seed, 'chosen', 'request_id || item_id')} < score"
    return (
        "SELECT ts + INTERVAL 1 MINUTE AS ts, member_id, item_id, request_id, 'list' AS source, position AS rank "
        f"FROM read_parquet('{shown}') WHERE {chosen} UNION ALL "
        "SELECT ts + INTERVAL 2 MINUTE, member_id, item_id, NULL, 'search', "
        f"CASE WHEN hash(item_id) % 3 > 0 THEN 40 END FROM read_parquet('{shown}') "
        f"WHERE {_hash(seed, 'search', 'request_id || item_id')} % 500 = 0 ORDER BY ts"
    )


def _items(seed: int) -> str:
    """One title a day is launched, the newest ones just before the last day; the rest are older."""
    age = f"CASE WHEN range < 400 THEN range ELSE 400 + {_hash(seed, 'age', 'range')} % 4000 END"
    launched = f"DATE '{LAST_DAY:%Y-%m-%d}' - CAST({age} AS INTEGER)"
    genre = _one_of(GENRES, seed, "genre", "range")
    language = _one_of(SLICES["language"], seed, "language", "range")
    return (
        f"SELECT 'i' || range AS item_id, 'Title ' || range AS title, {launched} AS launch_date, "
        f"{genre} AS genre, {language} AS language FROM range({ITEMS})"
    )
