"""The tables of recsysops.toml as far as they can be read now: one that cannot keeps nobody from the others."""

from __future__ import annotations

import glob
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import structlog
from sqlalchemy import ColumnElement

from bot.recommender.contract import RecommenderFailed
from bot.recommender.engine import Engine
from bot.recommender.feeds import feeds_of
from bot.recommender.launches import rules_of
from bot.recommender.mapping import Table, TableUnreadable, find_table, place_of
from bot.recommender.reading import read_table
from bot.recommender.relations.base import Mapped
from bot.recommender.relations.catalogue import EVERY_RELATION, map_relations
from bot.recommender.trouble import explain
from bot.settings import Settings
from bot.settings.sections import TableName
from checks.base import Schema
from checks.limits import Limits

log = structlog.get_logger()
Columns = Mapping[str, ColumnElement[Any]]
Signature = tuple[tuple[str, int, int], ...]  # file, size, time of its last change


@dataclass(frozen=True)
class Opened:
    """What could be opened, and in a sentence each what could not."""

    tables: Mapping[str, Table]
    troubles: Mapping[str, str]
    mapped: Mapped
    schema: Schema


class ReadableRelations(Mapping[str, Columns]):
    """The columns of each relation. One that is mapped and cannot be read is there: asking for its columns says why."""

    def __init__(self, readable: Mapping[str, Columns], troubles: Mapping[str, str]) -> None:
        self._readable = readable
        self._troubles = troubles

    def __getitem__(self, name: str) -> Columns:
        if name in self._troubles:
            raise RecommenderFailed(self._troubles[name])
        return self._readable[name]

    def __contains__(self, name: object) -> bool:
        return name in self._readable or name in self._troubles

    def __iter__(self) -> Iterator[str]:
        return iter(self._readable)

    def __len__(self) -> int:
        return len(self._readable)


class Tables:
    """Opens what can be opened; what cannot is tried again as soon as its files are others. Safe between threads."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self._lock = threading.Lock()
        self._first: int | None = None
        self._seen: dict[str, Signature] = {}
        self._told: dict[str, str] = {}
        self._opened = self._open({}, TableUnreadable)

    @property
    def now(self) -> Opened:
        """What there is; looks again at what could not be read."""
        if self._opened.troubles:
            with self._lock:
                if any(self._is_other(name) for name in self._opened.troubles):
                    self._opened = self._open(self._opened.tables, RecommenderFailed)
        return self._opened

    def _open(self, known: Mapping[str, Table], bearable: type[RecommenderFailed]) -> Opened:
        """What is known, and the rest as far as it can be read; raises what is not bearable: at the start a table that
        can be read and is not as mapped, which is for the operator to correct."""
        tables, troubles = dict(known), dict[str, str]()
        for name in self._settings.tables:
            if name in known:
                continue
            self._seen[name] = self._sign(name)
            try:
                tables[name] = find_table(self._engine, self._settings, name)
            except bearable as unreadable:
                troubles[name] = str(unreadable)
                self._tell(name, str(unreadable))
        part, feeds, rules = self._settings.warehouse, feeds_of(self._settings), rules_of(self._settings)
        limits = Limits(**dict(self._settings.limits))
        mapped = map_relations(tables, part.slices, part.features, feeds, self._find_first_position, rules, limits)
        return Opened(tables, troubles, mapped, _tell_troubles(mapped.schema(), troubles))

    def _tell(self, name: str, sentence: str) -> None:
        """Into the log, once for as long as it stays the same."""
        if self._told.get(name) != sentence:
            self._told[name] = sentence
            log.warning("table not read", table=name, error=sentence)

    def _is_other(self, name: str) -> bool:
        """Whether a table may have been mended. A database tells nothing from outside, so it is asked each time."""
        return self._in_database(name) or self._sign(name) != self._seen[name]

    def _in_database(self, name: str) -> bool:
        return self._settings.tables[cast(TableName, name)].table is not None

    def _sign(self, name: str) -> Signature:
        if self._in_database(name):
            return ()
        signed = []
        for file in sorted(glob.glob(place_of(self._settings, name), recursive=True)):
            try:
                stat = Path(file).stat()
            except FileNotFoundError:  # moved away just now
                continue
            signed.append((file, stat.st_size, stat.st_ctime_ns))
        return tuple(signed)

    def _find_first_position(self) -> int:
        """0 where the user's positions count from 0, else 1: the whole log is asked, once, when it is first needed."""
        if self._first is None:
            with explain(self._engine, "impressions", place_of(self._settings, "impressions")):
                rows = read_table(self._opened.tables["impressions"], None, None)
                self._first = 0 if self._engine.one(f"SELECT min(position) FROM ({rows})")[0] == 0 else 1
        return self._first


def _tell_troubles(schema: Schema, troubles: Mapping[str, str]) -> Schema:
    """The schema, in which a relation made of a table in trouble answers with its sentence."""
    told = dict(troubles)
    for relation in EVERY_RELATION:
        broken = [table for table in relation.reads if table in troubles]
        if broken:
            told[relation.name] = troubles[broken[0]]
    return replace(schema, relations=ReadableRelations(schema.relations, told)) if told else schema
