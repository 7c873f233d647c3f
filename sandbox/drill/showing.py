"""A drill for people: tables in a terminal, and a bar on stderr while it runs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sandbox.drill.records import Figures
from sandbox.drill.report import SIX, Report
from sandbox.drill.smallest import Search
from sandbox.drill.year import Year

HEADS = ("recall", "delay", "false / 30 d", "per cause", "top 1", "top 3")
SHOWN = 12  # misses, false incidents and wrong names listed; --json has all


def show(report: Report, *, as_json: bool) -> None:
    """Print a drill's figures."""
    if as_json:
        print(json.dumps(report.to_json(), indent=2))
        return
    from rich.console import Console

    console = Console()
    days = report.overall().more["fault_free_days"]
    console.print(f"{report.world}: {report.seeds} seeds, {report.days} days each, {days:.0f} days without a fault")
    for code, why in report.failed().items():
        console.print(f"{code} could not judge: {why}", style="red", highlight=False, markup=False)
    console.print(_table("", {"overall": report.overall()}))
    console.print(_table("check", report.checks()))
    console.print(_table("fault", report.by_name("fault")))
    console.print(_table("benign change", report.by_name("benign")))
    for title, listed in (("Missed", report.missed()), ("False", report.false()), ("Misnamed", report.misnamed())):
        for each in listed[:SHOWN]:
            console.print(f"{title}: {_line(each)}", highlight=False, markup=False)
        if len(listed) > SHOWN:
            console.print(f"... and {len(listed) - SHOWN} more ({title.lower()}; --json has all)")


def show_list(told: Mapping[str, Any], *, as_json: bool) -> None:
    """Print what can be done to a world."""
    if as_json:
        print(json.dumps(told, indent=2))
        return
    for each in (*told["faults"], *told["benign"]):
        print(f"{each['name']:28} {each['kind']:7} {' '.join(each['codes']):20} {each['title']}")


def show_smallest(found: Mapping[str, Search], *, as_json: bool) -> None:
    """Print the smallest damage caught of each fault, in its own unit."""
    if as_json:
        print(json.dumps({"smallest": {name: search.to_json() for name, search in found.items()}}, indent=2))
        return
    for name, search in found.items():
        told = search.to_json()
        least = "not caught at all" if told["damage"] is None else f"{told['damage']:.3g} {told['unit']}"
        print(f"{name:28} {least} (usually {told['usual']:.3g})")


def show_year(year: Year, *, as_json: bool) -> None:
    """Print what was raised in quiet days."""
    told = year.to_json()
    if as_json:
        print(json.dumps(told, indent=2))
        return
    print(f"{told['world']}: {told['days']} quiet days with {told['seeds']} seeds")
    print(f"false incidents: {told['false_incidents']} ({told['false_incidents_per_30_days']} in 30 days)")
    print(f"by quarter: {told['per_quarter']}, by check: {told['per_check']}")
    for each in told["incidents"]:
        again = " (again)" if each["again"] else ""
        print(f"seed {each['seed']} {each['date']} {each['check']} {each['title']}{again}: {each['words']}")


def _line(each: Mapping[str, Any]) -> str:
    """One miss or false incident as a line."""
    told = f"{each['name']} (seed {each['seed']}, severity {each['severity']}, from {each['start']})"
    rest = [str(each[key]) for key in ("damage", "check", "title", "said") if each.get(key)]
    wanted = f", not {each['truth']}" if "truth" in each else ""
    return f"{told}{': ' if rest else ''}{', '.join(rest)}{wanted}"


def _table(head: str, rows: Mapping[str, Figures]) -> Any:
    from rich.table import Table

    table = Table(head, *HEADS, box=None)
    for name, figures in rows.items():
        table.add_row(name, *(_number(getattr(figures, key)) for key in SIX))
    return table


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


@contextmanager
def progress(title: str) -> Iterator[Callable[[str, float], None]]:
    """A bar on stderr; nothing at all where nobody watches a terminal."""
    if not sys.stderr.isatty():
        yield lambda words, share: None
        return
    from sandbox.demo.progress import watched

    with watched(title) as tell:
        yield tell
