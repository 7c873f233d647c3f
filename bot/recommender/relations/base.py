"""What a derived relation is, and what it may know of the installation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import column
from sqlalchemy.types import TypeEngine

from bot.recommender.mapping import Table
from bot.recommender.reading import Bounds, read_table
from checks.base import Feed, Schema
from checks.limits import Limits
from checks.upcoming import LaunchRules

Types = dict[str, TypeEngine[Any]]


class Relation(Protocol):
    """A subquery over the user's tables that measures are built on. Bound in time inside, on the tables it reads."""

    @property
    def name(self) -> str:
        """What checks call it."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The tables it is made of, the one to look at first when it cannot be read in front."""

    def columns(self, mapped: Mapped) -> Types:
        """Its columns on this installation; {} where it cannot be made of what is mapped."""

    def sql(self, mapped: Mapped, bounds: Bounds) -> str:
        """SELECT of exactly those columns within bounds."""


@dataclass(frozen=True)
class Mapped:
    """What this installation maps, and the SQL of every relation it can have."""

    tables: Mapping[str, Table]
    slices: tuple[str, ...]
    features: tuple[str, ...]
    relations: Mapping[str, Relation]
    feeds: tuple[Feed, ...] = ()
    launches: LaunchRules = field(default_factory=LaunchRules)
    limits: Limits = field(default_factory=Limits)
    find_first: Callable[[], int] = lambda: 1  # number of the first position; may take a look at the whole log

    def has(self, table: str, *names: str) -> bool:
        """Whether a table is mapped and has all these columns."""
        return table in self.tables and set(names) <= self.tables[table].columns.keys()

    def types(self, table: str) -> Types:
        """The columns of a table with their types; {} where it is not mapped, or cannot be read now."""
        return {name: found.type for name, found in self.tables[table].columns.items()} if table in self.tables else {}

    def slices_of(self, table: str) -> tuple[str, ...]:
        """The slice columns that a table has itself."""
        return tuple(name for name in self.slices if self.has(table, name))

    @property
    def has_labels(self) -> bool:
        """Whether it is known which shown item was chosen."""
        joined = self.has("impressions", "request_id") and self.has("outcomes", "request_id")
        return joined or self.has("impressions", "chosen")

    @property
    def wider(self) -> Mapping[str, str]:
        """Relations that another one has every row and column of, unchanged, once each."""
        alike = self.has_labels and not self.has("impressions", "chosen")
        return {"impressions": "labelled"} if alike else {}

    def sql(self, name: str, bounds: Bounds) -> str:
        """SELECT ... of a table or relation within bounds; a table without ts is read whole."""
        if name in self.relations:
            return self.relations[name].sql(self, bounds)
        return read_table(self.tables[name], bounds.start, bounds.end)

    def reads(self, name: str) -> tuple[str, ...]:
        """The tables that a table or relation is made of."""
        return self.relations[name].reads if name in self.relations else (name,)

    def schema(self) -> Schema:
        """The tables and relations with their columns, as checks see them."""
        relations = {
            name: {known: found.element for known, found in table.columns.items()}
            for name, table in self.tables.items()
        }
        for name, relation in self.relations.items():
            columns = relation.columns(self)
            if columns:
                relations[name] = {known: column(known, kind) for known, kind in columns.items()}
        launches, limits = self.launches, self.limits
        return Schema(relations, self.features, self.slices, feeds=self.feeds, launches=launches, limits=limits)
