"""Many trials on all cores: quiet days first, each seed's trials as soon as its quiet days are there."""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any

import structlog

from sandbox.drill.history import prepare
from sandbox.drill.keeping import kept_folder
from sandbox.drill.records import Trial
from sandbox.drill.trials import Plan, run

Progress = Callable[[str, float], None]


What = Plan | tuple[str, int]  # a trial, or the quiet days of a world's seed


def run_all(
    plans: Sequence[Plan], progress: Progress, *, jobs: int | None = None, diagnosed: bool = False
) -> list[Trial]:
    """The trial of plain quiet days of each seed, then every plan's, in the order of the plans."""
    kept = kept_folder()
    by_seed: dict[tuple[str, int], list[Plan]] = {}
    for plan in plans:
        by_seed.setdefault((plan.world, plan.seed), []).append(plan)
    tell = _counter(len(plans) + len(by_seed), progress)
    with workers(jobs) as pool:
        quiet = {
            seed: _watched(pool.submit(prepare, *seed, max(each.onset for each in of_seed), kept), seed, tell)
            for seed, of_seed in by_seed.items()
        }
        futures: dict[Plan, Future[Trial]] = {}
        for seed in _as_they_come(quiet):
            for each in by_seed[seed]:
                futures[each] = _watched(pool.submit(run, each, kept, diagnosed=diagnosed), each, tell)
        return [future.result() for future in (*quiet.values(), *(futures[each] for each in plans))]


def _as_they_come(quiet: dict[tuple[str, int], Future[Trial]]) -> Iterator[tuple[str, int]]:
    """Seeds whose quiet days have been lived through; whatever one of them raised is raised."""
    names = {future: seed for seed, future in quiet.items()}
    for future in as_completed(names):
        future.result()
        yield names[future]


def _watched(future: Future[Trial], what: What, tell: Callable[[What], None]) -> Future[Trial]:
    future.add_done_callback(lambda _: tell(what))
    return future


def _counter(total: int, progress: Progress) -> Callable[[What], None]:
    done = itertools.count(1)
    return lambda what: progress(_words(what), next(done) / total)


def _words(what: What) -> str:
    return f"Seed {what[1]}: quiet days" if isinstance(what, tuple) else f"Seed {what.seed}: {what.name}"


@contextmanager
def workers(jobs: int | None) -> Iterator[Executor]:
    """As many processes as asked for (default: one a core); with one, everything is done in this process."""
    count = jobs or os.cpu_count() or 1
    if count == 1:
        yield Here()
        return
    os.environ["OMP_NUM_THREADS"] = "1"  # two processes with two threads each on two cores fight for minutes
    # A forked child would inherit the threads of libraries that do not survive it.
    spawning = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(count, mp_context=spawning, initializer=silence)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class Here(Executor):
    """Does what it is given at once, in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The result of calling it, or what it raised, as a future that is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


def silence() -> None:
    """The bot's log is for whoever runs the bot: here the report tells what was found and which check failed."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


@contextmanager
def silenced() -> Iterator[None]:
    """Silence for as long as a drill takes; whoever called it logs as before afterwards."""
    before = structlog.get_config()
    silence()
    try:
        yield
    finally:
        structlog.configure(**before)
