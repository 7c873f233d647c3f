"""Every check of this installation: the catalogue, the metrics of recsysops.toml, and the operator's own files."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from bot.settings import ConfigWrong, Settings
from bot.settings.loading import CODE
from bot.settings.sections import MetricPart
from checks.base import About, Described
from checks.catalogue import EVERY_CHECK, EVERY_WATCH
from checks.judging import Check
from checks.metric import Metric, OwnMetric

VERBS = ("measures", "findings")


def line_up(settings: Settings) -> tuple[Check, ...]:
    """The checks there are, those switched off included; ConfigWrong with every own check that cannot be used."""
    metrics = tuple(OwnMetric(_metric(name, part)) for name, part in settings.metrics.items())
    files: list[Check] = []
    problems: list[str] = []
    for path in _own_files(settings, problems):
        try:
            files += list(_checks_in(path))
        except _NoCheck as wrong:
            problems.append(str(wrong))
    known: list[Described] = [*EVERY_CHECK, *EVERY_WATCH, *metrics]
    taken = {check.about.code for check in known}
    for check in files:
        if check.about.code in taken:
            problems.append(f"The code {check.about.code} of your own check is taken: give it another, such as X01.")
        taken.add(check.about.code)
    if problems:
        raise ConfigWrong(problems)
    return (*EVERY_CHECK, *files, *metrics)


def everything_watched(settings: Settings, lined_up: Sequence[Check] | None = None) -> Sequence[Described]:
    """The line-up (read anew where it is not at hand) and the bot's own checks, without those switched off."""
    every: list[Described] = [*(line_up(settings) if lined_up is None else lined_up), *EVERY_WATCH]
    return [each for each in every if each.about.code not in settings.checks.off]


class _NoCheck(Exception):
    """A file that holds no check; the message says why."""


def _metric(name: str, part: MetricPart) -> Metric:
    title = part.title or name.replace("_", " ").capitalize()
    return Metric(
        name, part.relation, part.value, part.n, part.kind, title, part.slices, part.directions, part.floor, part.owner
    )


def _own_files(settings: Settings, problems: list[str]) -> Iterator[Path]:
    for pattern in settings.checks.own:
        found = sorted(settings.source.parent.glob(pattern))
        if not found:
            problems.append(f"[checks] own names {pattern}, and there is no such file beside {settings.source.name}.")
        yield from found


def _checks_in(path: Path) -> Iterator[Check]:
    """The `check` (or `checks`) that a file defines."""
    module = _execute(path)
    found = getattr(module, "checks", None) or [getattr(module, "check", None)]
    for check in found:
        about = getattr(check, "about", None)
        if not isinstance(about, About) or not all(callable(getattr(check, verb, None)) for verb in VERBS):
            raise _NoCheck(f"{path} defines no check: end it with check = YourCheck(), which has about, {_verbs()}.")
        if not re.fullmatch(CODE, about.code):
            raise _NoCheck(f"The code {about.code!r} in {path} is no letter with two digits, such as X01.")
        yield check


def _execute(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"recsysops_own_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise _NoCheck(f"{path} is no Python file: [checks] own names files that end in .py.")
    module: Any = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever is wrong in it, it is the operator's to know
        raise _NoCheck(f"{path} cannot be used: {type(error).__name__}: {error}.") from error
    return module  # type: ignore[no-any-return]


def _verbs() -> str:
    return " and ".join(VERBS)
