"""How a table's columns differ from those it had."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from .base import EVERYONE, Series

EMPTY = "empty"  # the type of a column without a value says nothing
WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
NUMBERS = (*WHOLE, "FLOAT", "DOUBLE", "DECIMAL")

Columns = Mapping[str, tuple[str, str]]  # name -> type, and what recsysops.toml calls it


@dataclass(frozen=True)
class Reshaped:
    """What has become of a table's columns."""

    gone: Mapping[str, str]  # name -> what recsysops.toml calls it
    new: Mapping[str, str]
    retyped: Mapping[str, tuple[str, str]]  # name -> the type it had, and has
    missed: tuple[str, ...]  # of those gone, the ones that checks and features use
    unreadable: tuple[str, ...]  # of those retyped: used as numbers, and no numbers now
    used: tuple[str, ...]  # of those retyped
    many: int  # columns now
    usual: int  # columns before
    since: int  # the place of the window in which it began

    @property
    def is_harmful(self) -> bool:
        """Whether checks or features use what has changed."""
        return bool(self.missed or self.used)

    def named(self, name: str) -> str:
        """What recsysops.toml calls a column."""
        return self.gone.get(name, name)


def find_change(series: Sequence[Series], used: Set[str]) -> Reshaped | None:
    """What is different from the window before; of columns in use, from most windows, for as long as it lasts.

    `used` are names as recsysops.toml calls them. None when nothing is, or nothing is known.
    """
    known = next((np.flatnonzero(np.isfinite(one.values)).tolist() for one in series if one.slice == EVERYONE), [])
    if len(known) < 2 or known[-1] != len(series[0].windows) - 1:
        return None
    told = [_columns(series, at) for at in known]
    now, before, usual = told[-1], told[-2], _usual(told[:-1], used)
    gone = {name: logical for name, (_, logical) in {**before, **usual}.items() if name not in now}
    new = {name: logical for name, (_, logical) in now.items() if not any(name in each for each in told[:-1])}
    was = {name: usual.get(name, before.get(name, ("", "")))[0] for name in now}
    retyped = {name: (was[name], kind) for name, (kind, _) in now.items() if _is_other(was[name], kind)}
    if not gone and not new and not retyped:
        return None
    touched = {name for name in retyped if now[name][1] in used}
    return Reshaped(
        gone=gone,
        new=new,
        retyped=retyped,
        missed=tuple(sorted(name for name, logical in gone.items() if logical in used)),
        unreadable=tuple(sorted(name for name in touched if _is_number(was[name]) != _is_number(now[name][0]))),
        used=tuple(sorted(touched)),
        many=len(now),
        usual=len(before),
        since=_since(told, known, set(gone) | set(new) | set(retyped)),
    )


def _columns(series: Sequence[Series], at: int) -> Columns:
    columns = {}
    for one in series:
        parts = dict(one.slice.parts)
        if "column" in parts and np.isfinite(one.values[at]) and one.values[at]:
            columns[parts["column"]] = parts.get("type", ""), parts.get("as", parts["column"])
    return columns


def _usual(told: Sequence[Columns], used: Set[str]) -> Columns:
    """The columns in use that most windows had, with the type they had most often."""
    seen = Counter(name for each in told for name in each)
    logical = {name: each[name][1] for each in told for name in each}
    return {
        name: (_commonest(told, name), logical[name])
        for name, times in seen.items()
        if 2 * times > len(told) and logical[name] in used
    }


def _commonest(told: Sequence[Columns], name: str) -> str:
    kinds = Counter(each[name][0] for each in told if name in each and each[name][0] != EMPTY)
    return kinds.most_common(1)[0][0] if kinds else EMPTY


def _is_other(was: str, now: str) -> bool:
    return bool(was) and EMPTY not in (was, now) and was != now


def _is_number(kind: str) -> bool:
    return kind.startswith(NUMBERS)


def _since(told: Sequence[Columns], known: Sequence[int], names: Set[str]) -> int:
    """The first of the last windows in which these columns have been as they are now."""
    first = len(told) - 1
    while first > 0 and all(told[first - 1].get(name) == told[-1].get(name) for name in names):
        first -= 1
    return known[first]
