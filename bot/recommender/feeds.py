"""Feeds: files that are delivered whole, again and again. Each is read once, and only its shape is remembered."""

from __future__ import annotations

import glob
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.recommender.contract import Deliveries, Delivery, RecommenderFailed
from bot.recommender.dialect import quote, text
from bot.recommender.engine import Engine, StatementFailed
from bot.settings import Settings
from bot.settings.sections import FeedPart
from checks.base import Feed, Window
from checks.feeds.arrival import LEAST_DELIVERIES, overdue

Signature = tuple[str, int, int]  # file, size, time of its last change
STAMP = re.compile(r"(20\d\d)-?(\d\d)-?(\d\d)(?:[T_ -]?(\d\d)[:-]?(\d\d)(?:[:-]?(\d\d))?)?")
REMEMBERED = 400  # periods whose past is watched
GAPS = 20  # the last so many deliveries make the habit
BEGINNING = 60  # characters of what is no table
SEPARATOR = "\x1f"


def feeds_of(settings: Settings) -> tuple[Feed, ...]:
    """The feeds of recsysops.toml, as checks see them."""
    return tuple(Feed(name, part.key, part.period, part.owner) for name, part in settings.feeds.items())


@dataclass(frozen=True)
class Arrived:
    """A file, and when it came."""

    at: datetime
    signature: Signature


class Feeds:
    """Reads what is delivered. A file that was read is not read again until it changes."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self._read: dict[Signature, Delivery | str] = {}

    def deliveries(self, name: str, window: Window) -> Deliveries:
        """What came in a window; RecommenderFailed for a feed that recsysops.toml does not name."""
        if name not in self._settings.feeds:
            raise RecommenderFailed(f"There is no feed {name} in recsysops.toml: add [feeds.{name}].")
        part = self._settings.feeds[name]
        arrived = [one for one in self._arrived(part) if one.at < window.end]
        came = [self._look(part, one) for one in arrived if one.at >= window.start]
        earlier = (self._look(part, one) for one in reversed(arrived))
        return Deliveries(
            whole=tuple(one for one in came if isinstance(one, Delivery)),
            broken=tuple(one for one in came if isinstance(one, str)),
            newest=next((one for one in earlier if isinstance(one, Delivery)), None),
            usual_gap=self._habit(part, arrived),
        )

    def _habit(self, part: FeedPart, arrived: Sequence[Arrived]) -> tuple[float, float] | None:
        """The usual seconds between deliveries and when the next is overdue; None with too few to tell.

        What is delivered again within a day, or brings no new period, makes no habit.
        """
        if part.every is not None:
            return overdue([part.every.total_seconds()])
        first: dict[object, float] = {}
        for one in arrived[-3 * GAPS :]:
            looked = self._look(part, one)
            if isinstance(looked, Delivery):
                first.setdefault(looked.newest or one.at.date(), one.at.timestamp())
        moments = list(first.values())[-GAPS - 1 :]
        if len(moments) < LEAST_DELIVERIES:
            return None
        return overdue([later - sooner for sooner, later in itertools.pairwise(moments)])

    def _arrived(self, part: FeedPart) -> list[Arrived]:
        """Every file of a feed, oldest delivery first."""
        place = str(self._settings.resolve(self._settings.warehouse.root) / part.path)
        found = []
        for file in glob.glob(place, recursive=True):
            try:
                stat = Path(file).stat()
            except FileNotFoundError:  # moved away just now
                continue
            at = _named(file) if part.delivered == "name" else datetime.fromtimestamp(stat.st_mtime, UTC)
            found.append(Arrived(at, (file, stat.st_size, stat.st_mtime_ns)))
        return sorted(found, key=lambda one: (one.at, one.signature))

    def _look(self, part: FeedPart, one: Arrived) -> Delivery | str:
        """The delivery, or how the file begins when it is no table."""
        if one.signature not in self._read:
            self._read[one.signature] = self._examine(part, one)
        return self._read[one.signature]

    def _examine(self, part: FeedPart, one: Arrived) -> Delivery | str:
        source = _source(one.signature[0])
        try:
            found = list(self._engine.columns(source))
            rows, kinds = self._describe(source, found)
            if not rows or not _is_table(part, found):
                return _beginning(one.signature[0])
            delivery = Delivery(one.at, rows, self._repeats(part, source, found, rows), kinds)
            return self._with_past(part, source, delivery) if part.period in found else delivery
        except StatementFailed:
            return _beginning(one.signature[0])

    def _describe(self, source: str, columns: Sequence[str]) -> tuple[int, dict[str, str]]:
        """Rows, and for each column what all its values are."""
        told = ", ".join(
            f"count({value}), count(try_cast({value} AS DOUBLE)), count(try_cast({value} AS TIMESTAMP))"
            for value in map(_value, columns)
        )
        rows, *counts = self._engine.one(f"SELECT count(*), {told} FROM {source}")
        triples = zip(columns, counts[::3], counts[1::3], counts[2::3], strict=True)
        return int(rows), {name: _kind(filled, numbers, dates) for name, filled, numbers, dates in triples}

    def _repeats(self, part: FeedPart, source: str, columns: Sequence[str], rows: int) -> int:
        if not part.key or not set(part.key) <= set(columns):
            return 0
        return rows - int(self._engine.one(f"SELECT count(DISTINCT {_joined(part.key)}) FROM {source}")[0])

    def _with_past(self, part: FeedPart, source: str, delivery: Delivery) -> Delivery:
        """With the newest period, and a checksum of each column over each period that is settled.

        The checksum is a sum over the rows, so that their order does not matter, of md5 (the same in every version).
        """
        period, key = _value(part.period or ""), [name for name in part.key if name in delivery.columns]
        sums = ", ".join(
            f"sum(CAST(md5_number_lower({_joined([*key, name])}) AS HUGEINT)) % 4503599627370496"
            for name in delivery.columns
        )
        sql = f"SELECT {period}, try_cast({period} AS TIMESTAMP), count(*), {sums} FROM {source} GROUP BY ALL"
        found = sorted((row for row in self._engine.all(sql) if row[0] is not None), key=lambda row: str(row[0]))
        times = [row[1].replace(tzinfo=UTC) for row in found if row[1] is not None]
        settled = [row for row in found[-REMEMBERED:] if _is_settled(part, delivery.at, row[1])]
        past = {
            (str(row[0]), name): (int(row[2]), float(total))
            for row in settled
            for name, total in zip(delivery.columns, row[3:], strict=True)
        }
        return replace(delivery, newest=max(times, default=None), past=past)


def _is_table(part: FeedPart, columns: Sequence[str]) -> bool:
    """Whether a file that parses looks like this feed: several columns, and not all that is asked for missing."""
    asked = {*part.key, *([part.period] if part.period else [])}
    return len(columns) > 1 and (not asked or not asked.isdisjoint(columns))


def _is_settled(part: FeedPart, at: datetime, period: Any) -> bool:
    return period is None or period.replace(tzinfo=UTC) + part.lateness <= at


def _named(file: str) -> datetime:
    """The time in a file's name, UTC; RecommenderFailed when there is none."""
    found = STAMP.search(Path(file).name)
    if found is None:
        raise RecommenderFailed(
            f"{file} has no time in its name such as 2026-02-20T06-00: leave "
            'delivered = "name" out of its part of recsysops.toml.'
        )
    return datetime(*(int(part or 0) for part in found.groups()), tzinfo=UTC)  # type: ignore[misc, arg-type]


def _source(file: str) -> str:
    """Every value as text, as it was written, except in Parquet."""
    if file.endswith(".parquet"):
        return f"read_parquet({text(file)})"
    how = "delim = '\t', quote = '', " if file.endswith((".tsv", ".tsv.gz")) else ""
    return f"read_csv({text(file)}, {how}header = true, all_varchar = true)"


def _value(name: str) -> str:
    return f"nullif(CAST({quote(name)} AS VARCHAR), '')"


def _joined(names: Iterable[str]) -> str:
    return f"concat_ws('{SEPARATOR}', {', '.join(f'coalesce({_value(name)}, chr(0))' for name in names)})"


def _kind(filled: int, numbers: int, dates: int) -> str:
    if not filled:
        return "empty"
    if numbers == filled:
        return "number"
    return "date" if dates == filled else "text"


def _beginning(file: str) -> str:
    """How a file begins, as one line that can stand in a sentence."""
    with Path(file).open("rb") as opened:
        words = opened.read(4 * BEGINNING).decode("utf-8", "replace")
    return " ".join(words.replace("&", "+").split())[:BEGINNING] or "nothing"
