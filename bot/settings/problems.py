"""Mistakes in recsysops.toml and the environment, in words: where, what is wrong, what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from bot.settings.sections import Part, TableName

EXAMPLES = {
    "recommender": '[recommender]\nname = "movielens"',
    "recommender.name": 'name = "movielens"',
    "recommender.window": 'window = "1d"',
    "recommender.timezone": 'timezone = "Europe/Berlin"',
    "warehouse.url": 'url = "duckdb://" for Parquet files, or url = "duckdb:///file.duckdb"',
    "warehouse.root": 'root = "tables"',
    "warehouse.features": 'features = ["genre_affinity"]',
    "warehouse.slices": 'slices = ["region"]',
    "tables": '[tables.impressions] with path = "impressions/*.parquet"',
    "tables.*": '[tables.impressions] with path = "impressions/*.parquet"',
    "tables.*.path": 'path = "impressions/*.parquet"',
    "tables.*.table": 'table = "main.impressions"',
    "tables.*.lateness": 'lateness = "2h"',
    "tables.*.columns": '[tables.impressions.columns] with ts = "event_time"',
    "tables.*.columns.*": 'ts = "event_time"',
    "feeds": '[feeds.ranking] with path = "ranking/*.csv"',
    "feeds.*": '[feeds.ranking] with path = "ranking/*.csv"',
    "feeds.*.path": 'path = "ranking/*.csv"',
    "feeds.*.key": 'key = ["week", "rank"]',
    "feeds.*.period": 'period = "week"',
    "feeds.*.delivered": 'delivered = "name"',
    "feeds.*.every": 'every = "7d"',
    "feeds.*.lateness": 'lateness = "2d"',
    "registry.kind": 'kind = "folder"',
    "registry.path": 'path = "registry"',
    "registry.model": 'model = "ranker"',
    "overrides.kind": 'kind = "folder"',
    "overrides.path": 'path = "overrides"',
    "slack.channel": 'channel = "#recsys-alerts"',
    "slack.fallback": 'fallback = "#recsys-operators"',
    "roles.approver": 'approver = ["T0123:U0123"]',
    "roles.operator": 'operator = ["T0123:U0123"]',
    "budget.false_incidents_per_30_days": "false_incidents_per_30_days = 1.0",
    "budget.warm_up_windows": "warm_up_windows = 14",
    "store.keep_days": "keep_days = 120",
    "store.keep_weeks": "keep_weeks = 104",
    "checks.own": 'own = ["my_checks/*.py"]',
    "ml_test_score.manual": 'manual = ["data-2"]',
    "ml_test_score.automated": 'automated = ["infrastructure-1"]',
    "launches": '[launches] with required = ["has_artwork"]',
    "launches.required": 'required = ["has_artwork", "language"]',
    "launches.not_before": 'not_before = ["artwork_from"]',
    "launches.not_after": 'not_after = ["rights_until"]',
    "launches.listed": 'listed = { markets = "region" }',
    "launches.only": 'only = { has_trailer = "surface=hero" }',
    "launches.horizon": 'horizon = "28d"',
    "launches.warn": 'warn = "10d"',
    "launches.ready": 'ready = "2d"',
    "metrics": '[metrics.dwell] with value = "avg(dwell_seconds)"',
    "metrics.*": '[metrics.dwell] with value = "avg(dwell_seconds)"',
    "metrics.*.value": 'value = "avg(dwell_seconds)"',
    "metrics.*.kind": 'kind = "mean"',
    "metrics.*.directions": 'directions = ["down"]',
    "metrics.*.floor": "floor = 0.1",
    "checks.off": 'off = ["M06"]',
    "checks.*.owner": '[checks.D01] with owner = "data platform"',
    "SLACK_BOT_TOKEN": "SLACK_BOT_TOKEN=xoxb-...",
    "SLACK_APP_TOKEN": "SLACK_APP_TOKEN=xapp-...",
    "SLACK_API_URL": "SLACK_API_URL=https://slack.com/api/",
    "RECSYSOPS_HTTP_PORT": "RECSYSOPS_HTTP_PORT=3000",
}


def describe_problems(error: ValidationError, model: type[BaseModel], where: str) -> list[str]:
    """One sentence a mistake: file, key, what is wrong, an example of right (or the nearest known key)."""
    return [_describe(dict(problem), model, where) for problem in error.errors()]


def _describe(problem: dict[str, Any], model: type[BaseModel], where: str) -> str:
    path = tuple(str(step) for step in problem["loc"] if step != "by_code")
    unknown = problem["type"] == "extra_forbidden" or path[-1] == "[key]"
    if unknown:
        path = tuple(step for step in path if step != "[key]")
        return f"{where}: {_name(path)} is not a key that is known{_suggest(path, model)}"
    key = tuple(step for step in path if not step.isdigit())
    return f"{where}: {_name(key)} {_say(problem)}.{_example(key)}"


def _name(path: Sequence[str]) -> str:
    """("tables", "impressions", "path") as an operator finds it in the file: [tables.impressions] path."""
    return f"[{'.'.join(path[:-1])}] {path[-1]}" if len(path) > 1 else path[0]


def _say(problem: dict[str, Any]) -> str:
    """What pydantic found, in words that end no sentence."""
    kind, given = problem["type"], problem.get("input")
    if kind == "value_error":
        return str(problem["ctx"]["error"])
    if kind == "missing":
        return "is missing"
    if kind == "string_pattern_mismatch":
        return f"is not of the right form: {given!r}"
    return f"is {given!r}: {problem['msg'][:1].lower()}{problem['msg'][1:]}"


def _example(key: Sequence[str]) -> str:
    """An example of right for this key; table and check names stand for one another."""
    wild = [key[0], "*", *key[2:]] if len(key) > 1 and key[0] in ("tables", "checks", "feeds", "metrics") else list(key)
    if wild[:3] == ["tables", "*", "columns"] and len(wild) > 3:
        wild[3:] = ["*"]
    for name in (".".join(wild), ".".join(key)):
        if name in EXAMPLES:
            return f" For example: {EXAMPLES[name]}."
    return ""


def _suggest(path: Sequence[str], model: type[BaseModel]) -> str:
    known = _known_keys(path[:-1], model)
    nearest = difflib.get_close_matches(path[-1], known, n=1, cutoff=0.5)
    return f"; did you mean {nearest[0]}?" if nearest else f"; known here: {', '.join(known)}."


def _known_keys(path: Sequence[str], model: type[BaseModel]) -> list[str]:
    """The keys that may stand at this place of recsysops.toml."""
    if not path:
        return [name for name in model.model_fields if name not in ("source", "environment")]
    if tuple(path) == ("tables",):
        return list(get_args(TableName))
    part = model.model_fields[path[0]].annotation
    return [name for name in _part_of(part, len(path)).model_fields if name != "by_code"]


def _part_of(annotation: Any, depth: int) -> type[Part]:
    """The section's class behind an annotation such as `RegistryPart | None` or `dict[str, TablePart]`."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        deeper = annotation.model_fields.get("by_code") if depth > 1 else None
        return annotation if deeper is None else _part_of(deeper.annotation, 1)
    found = [part for part in get_args(annotation) if part is not type(None)]
    return _part_of(found[-1], depth)
