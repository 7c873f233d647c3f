"""The drill of somebody's own installation: which damages its copy is given, and what its own settings make of them."""

from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from bot.detection.policy import Policy
from bot.recommender.dialect import quote, text
from bot.recommender.engine import Engine
from bot.settings import Settings
from checks.catalogue import EVERY_CHECK
from sandbox.drill.keeping import copy_store
from sandbox.drill.own.copying import Copy, NothingToDrill, copy_tables, demand_history, needed_days, rewrite
from sandbox.drill.own.damages import EVERY_DAMAGE, Damage, Found
from sandbox.drill.records import NOTHING, Trial, Truth
from sandbox.drill.report import Report
from sandbox.drill.watching import watching_settings
from sandbox.drill.working import Progress, workers

OWN = "own"
QUIET_DAYS = 28  # at most, of the copy as it is, that are watched
LAST_ONSETS = 7  # damages begin on one of so many days, as late as there is time to watch


@dataclass(frozen=True)
class OwnPlan:
    """One damage to a copy, on one day of it."""

    copy: Copy
    name: str
    seed: int
    onset: int  # number of the copy's day
    watched: int  # days


def drill_own(
    settings: Settings,
    names: Sequence[str],
    seeds: int,
    watched: int,
    folder: Path,
    progress: Progress,
    jobs: int | None,
) -> Report:
    """Copy the last days into `folder`, damage them in every way that fits, and score what is said of it."""
    progress("Copying the last days of your tables", 0.0)
    copy = copy_tables(settings, folder)
    demand_history(copy, settings, watched)
    damages = choose(copy, names)
    learned, last = needed_days(settings, watched) - watched, len(copy.days) - watched
    onsets = range(max(last - LAST_ONSETS + 1, learned), last + 1)
    progress("Watching them as they are", 0.05)
    quiet, not_applicable = live_through(copy, max(len(copy.days) - QUIET_DAYS, learned), onsets)
    plans = [
        OwnPlan(copy, damage.name, seed, int(_rng(seed, damage.name, 1).choice(onsets)), watched)
        for seed in range(seeds)
        for damage in damages
    ]
    trials = [quiet]
    with workers(jobs) as pool:
        for number, trial in enumerate(pool.map(run_damage, plans), 1):
            trials.append(trial)
            progress(f"Damaged: {trial.truth.name}", 0.1 + 0.9 * number / len(plans))
    codes = [check.about.code for check in EVERY_CHECK]
    report = Report.of(OWN, seeds, watched, trials, codes)
    return replace(report, not_applicable=not_applicable)


def choose(copy: Copy, names: Sequence[str]) -> list[Damage]:
    """The damages of these names (default: all) that these tables allow; NothingToDrill when none is left."""
    known = {damage.name: damage for damage in EVERY_DAMAGE}
    for name in names:
        if name not in known:
            raise NothingToDrill(f"There is no damage called {name!r} for your own tables: {', '.join(known)}.")
    found = look(copy, np.random.default_rng(0))
    fitting = [known[name] for name in names or known if known[name].fits(found)]
    if not fitting:
        raise NothingToDrill(
            "Your tables lack the columns that these damages need: map more of them, or choose others."
        )
    return fitting


def look(copy: Copy, rng: np.random.Generator) -> Found:
    """What may be damaged in a copy: its features that are numbers of more than one value."""
    engine = Engine()
    rows = f"read_parquet({text(str(copy.file('impressions')))})"
    kinds = engine.columns(rows)
    numbers = [name for name in copy.settings.warehouse.features if kinds.get(name, "").startswith(NUMBERS)]
    varied = [name for name in numbers if engine.one(f"SELECT count(DISTINCT {quote(name)}) > 1 FROM {rows}")[0]]
    return Found(copy, engine, rng, tuple(varied))


NUMBERS = ("DOUBLE", "FLOAT", "DECIMAL", "BIGINT", "INTEGER", "SMALLINT", "HUGEINT")


def live_through(copy: Copy, first: int, onsets: range) -> tuple[Trial, dict[str, str]]:
    """Watch the copy as it is from its day `first` on, and keep the bot's memory at every onset.

    Also which checks are not applicable, and why.
    """
    late = Policy.from_settings(copy.settings).lateness
    start = _at(copy, first - 1)
    with watching_settings(copy.settings, start + late) as watch:
        watch.until(start + late)  # the first look learns from all days before
        before, seen = watch.cards(), []
        for number in range(first, len(copy.days) + 1):
            seen += watch.until(_at(copy, number) + late)
            if number in onsets:
                copy_store(copy.folder / "bot.db", copy.folder / f"day-{number}.db")
        return Trial(NOTHING, OWN, 0, 0.0, start, watch.mate.window, before, tuple(seen)), watch.not_applicable


def run_damage(plan: OwnPlan) -> Trial:
    """One trial on a branch of the copy: the damaged table is written anew, the others are the copy's own files."""
    folder = plan.copy.folder / f"{plan.name}-{plan.seed}"
    damage = next(each for each in EVERY_DAMAGE if each.name == plan.name)
    start, late = _at(plan.copy, plan.onset), Policy.from_settings(plan.copy.settings).lateness
    try:
        branch = _branch(plan.copy, folder, plan.onset, damage.table)
        done = damage.spoil(look(plan.copy, _rng(plan.seed, plan.name, 2)))
        damage_table(plan.copy, branch, damage.table, done.select, start)
        with watching_settings(branch.settings, start + late) as watch:
            before = watch.cards()
            seen = [
                each
                for day in range(1, plan.watched + 1)
                for each in watch.until(_at(plan.copy, plan.onset + day) + late)
            ]
            truth = Truth(damage.name, "fault", done.subject, done.slice, damage.cause_class, damage.codes)
            window = watch.mate.window
            return Trial(truth, OWN, plan.seed, 1.0, start, window, before, tuple(seen), damage=done.damage)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _branch(copy: Copy, folder: Path, onset: int, damaged: str) -> Copy:
    """The copy's files under another folder, without the table to be damaged, and the bot's memory of that day."""
    for name in copy.columns:
        if name != damaged:
            (folder / "tables" / name).mkdir(parents=True)
            os.link(copy.file(name), folder / "tables" / name / "whole.parquet")
    (folder / "tables" / damaged).mkdir(parents=True)
    shutil.copy(copy.folder / f"day-{onset}.db", folder / "bot.db")
    warehouse = copy.settings.warehouse.model_copy(update={"root": str(folder / "tables")})
    environment = copy.settings.environment.model_copy(update={"database_url": f"sqlite:///{folder / 'bot.db'}"})
    changed = {"source": folder / "recsysops.toml", "warehouse": warehouse, "environment": environment}
    return replace(copy, folder=folder, settings=copy.settings.model_copy(update=changed))


def damage_table(copy: Copy, branch: Copy, table: str, select: str, start: datetime) -> None:
    """Write the table with its rows from `start` on damaged."""
    moment = f"TIMESTAMPTZ {text(start.isoformat())}"
    whole = f"read_parquet({text(str(copy.file(table)))})"
    spoiled = select.replace("{rows}", f"(SELECT * FROM {whole} WHERE ts >= {moment})")
    rewrite(Engine(), f"SELECT * FROM {whole} WHERE ts < {moment} UNION ALL BY NAME ({spoiled})", branch.file(table))


def _at(copy: Copy, number: int) -> datetime:
    """The start of the copy's day of that number; the end of the last for one more."""
    return copy.days[number] if number < len(copy.days) else copy.end


def _rng(seed: int, name: str, stream: int) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(name.encode()), stream])
