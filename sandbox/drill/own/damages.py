"""What can be done to recorded tables: each damage is SQL over the rows from its onset on, with its truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from bot.recommender.dialect import quote, text
from bot.recommender.engine import Engine
from sandbox.drill.own.copying import Copy

OFTEN = 0.02  # a slice has at least this share of the rows, else nobody would see it
VALUES = 8  # of a slice column, the most frequent


@dataclass(frozen=True)
class Found:
    """A copy, and what may be damaged in it."""

    copy: Copy
    engine: Engine
    rng: np.random.Generator
    numeric: tuple[str, ...]  # features that are numbers with more than one value

    @property
    def rows(self) -> str:
        """A repeatable number from 0 to 999 for each request, or each row where there are no requests."""
        key = "request_id" if self.copy.has("impressions", "request_id") else "ts, item_id"
        return f"hash({key}, {int(self.rng.integers(1, 2**31))}) % 1000"

    def share(self, low: float, high: float) -> float:
        """How much, drawn evenly."""
        return round(float(self.rng.uniform(low, high)), 3)

    def feature(self) -> str:
        """One of the numeric features."""
        return str(self.rng.choice(np.array(self.numeric, dtype=object)))

    def place(self) -> tuple[str, str]:
        """A slice that is no small one: its key and the SQL condition; everyone where there are no slices."""
        columns = [name for name in self.copy.settings.warehouse.slices if self.copy.has("impressions", name)]
        if not columns:
            return "", "true"
        column = str(self.rng.choice(np.array(columns, dtype=object)))
        name, file = quote(column), text(str(self.copy.file("impressions")))
        sql = (
            f"SELECT CAST({name} AS VARCHAR), count(*) / sum(count(*)) OVER () AS share FROM read_parquet({file}) "
            f"WHERE {name} IS NOT NULL GROUP BY {name} ORDER BY share DESC, 1 LIMIT {VALUES}"
        )
        values = [str(value) for value, share in self.engine.all(sql) if share >= OFTEN]
        if not values:
            return "", "true"
        value = str(self.rng.choice(np.array(values, dtype=object)))
        return f"{column}={value}", f"CAST({name} AS VARCHAR) = {text(value)}"


@dataclass(frozen=True)
class Spoiled:
    """What a damage comes to on one copy: `select` reads the rows since the onset, FROM {rows}."""

    select: str
    damage: str  # in words, with its size
    subject: str
    slice: str = ""


@dataclass(frozen=True)
class Damage:
    """One way in which recorded tables go wrong."""

    name: str
    title: str
    table: str
    cause_class: str
    codes: tuple[str, ...]
    spoil: Callable[[Found], Spoiled] = field(repr=False)
    needs: tuple[str, ...] = ()  # columns of the table
    numeric: bool = False  # whether it needs a numeric feature

    def fits(self, found: Found) -> bool:
        """Whether these tables allow it."""
        return found.copy.has(self.table, *self.needs) and (bool(found.numeric) or not self.numeric)


def lose_rows(found: Found) -> Spoiled:
    """Some of the log is not loaded."""
    share = found.share(0.5, 0.8)
    kept = f"SELECT * FROM {{rows}} WHERE {found.rows} >= {1000 * share:.0f}"
    return Spoiled(kept, f"{share:.0%} of impressions lost", "table:impressions")


def deliver_twice(found: Found) -> Spoiled:
    """A batch is delivered a second time."""
    share = found.share(0.15, 0.35)
    twice = f"SELECT * FROM {{rows}} UNION ALL SELECT * FROM {{rows}} WHERE {found.rows} < {1000 * share:.0f}"
    return Spoiled(twice, f"{share:.0%} of impressions delivered twice", "table:impressions")


def lose_feature(found: Found) -> Spoiled:
    """A feature is null for some requests of one slice."""
    feature, share, (where, inside) = found.feature(), found.share(0.1, 0.4), found.place()
    hit = f"{inside} AND {found.rows} < {1000 * share:.0f}"
    lost = f"CASE WHEN {hit} THEN NULL ELSE {quote(feature)} END"
    words = f"{feature} null in {share:.0%} of {where or 'all requests'}"
    return Spoiled(_replace({feature: lost}), words, f"feature:{feature}", where)


def freeze_feature(found: Found) -> Spoiled:
    """A feature has the same value for everyone."""
    feature = found.feature()
    same = f"CASE WHEN {quote(feature)} IS NULL THEN NULL ELSE (SELECT min({quote(feature)}) FROM {{rows}}) END"
    return Spoiled(_replace({feature: same}), f"{feature} constant", f"feature:{feature}")


def change_unit(found: Found) -> Spoiled:
    """A feature comes in another unit."""
    feature, factor = found.feature(), int(found.rng.choice([60, 100, 1000]))
    scaled = _replace({feature: f"CAST({quote(feature)} AS DOUBLE) * {factor}"})
    return Spoiled(scaled, f"{feature} times {factor}", f"feature:{feature}")


def slip_zone(found: Found) -> Spoiled:
    """Times are written in another zone."""
    hours = int(found.rng.integers(5, 10))
    slipped = _replace({"ts": f"ts + INTERVAL {hours} HOUR"})
    return Spoiled(slipped, f"times {hours} hours late", "table:impressions")


def freeze_scores(found: Found) -> Spoiled:
    """Every score is the same."""
    same = _replace({"score": "CASE WHEN score IS NULL THEN NULL ELSE (SELECT median(score) FROM {rows}) END"})
    return Spoiled(same, "every score the same", _model(found))


def break_scores(found: Found) -> Spoiled:
    """Some scores are no numbers."""
    share = found.share(0.03, 0.15)
    broken = f"CASE WHEN {found.rows} < {1000 * share:.0f} THEN CAST('nan' AS DOUBLE) ELSE score END"
    return Spoiled(_replace({"score": broken}), f"{share:.0%} of scores not a number", _model(found))


def lose_outcomes(found: Found) -> Spoiled:
    """Most outcomes do not arrive."""
    share = found.share(0.5, 0.8)
    salt = int(found.rng.integers(1, 2**31))
    kept = f"SELECT * FROM {{rows}} WHERE hash(ts, item_id, {salt}) % 1000 >= {1000 * share:.0f}"
    return Spoiled(kept, f"{share:.0%} of outcomes lost", "table:outcomes")


def break_join(found: Found) -> Spoiled:
    """Outcomes name requests that nobody knows."""
    share, salt = found.share(0.4, 0.8), int(found.rng.integers(1, 2**31))
    hit = f"request_id IS NOT NULL AND hash(request_id, {salt}) % 1000 < {1000 * share:.0f}"
    broken = f"CASE WHEN {hit} THEN 'lost-' || request_id ELSE request_id END"
    return Spoiled(_replace({"request_id": broken}), f"{share:.0%} of outcomes without their list", "table:outcomes")


def _replace(columns: dict[str, str]) -> str:
    """SELECT everything, with some columns made anew in the type they had."""
    made = ", ".join(f"{sql} AS {quote(name)}" for name, sql in columns.items())
    return f"SELECT * REPLACE ({made}) FROM {{rows}}"


def _model(found: Found) -> str:
    registry = found.copy.settings.registry
    return f"model:{registry.model}" if registry else "model:ranker"


EVERY_DAMAGE: tuple[Damage, ...] = (
    Damage("rows-lost", "Most of the log is lost", "impressions", "systems", ("D01",), lose_rows),
    Damage("rows-twice", "A batch is delivered twice", "impressions", "systems", ("D05",), deliver_twice),
    Damage("feature-missing", "A feature is missing", "impressions", "inputs", ("D03",), lose_feature, numeric=True),
    Damage(
        "feature-constant", "A feature is constant", "impressions", "inputs", ("D06",), freeze_feature, numeric=True
    ),
    Damage("unit-change", "A feature changes its unit", "impressions", "inputs", ("D06",), change_unit, numeric=True),
    Damage("zone-slip", "Times slip by hours", "impressions", "systems", ("D01", "D07", "M01"), slip_zone),
    Damage(
        "scores-constant",
        "Scores are constant",
        "impressions",
        "model",
        ("M02", "M03", "S05"),
        freeze_scores,
        ("score",),
    ),
    Damage("scores-broken", "Scores are not numbers", "impressions", "model", ("M03",), break_scores, ("score",)),
    Damage("outcomes-lost", "Most outcomes are lost", "outcomes", "systems", ("D01",), lose_outcomes),
    Damage("join-broken", "Outcomes lose their lists", "outcomes", "systems", ("D07",), break_join, ("request_id",)),
)
