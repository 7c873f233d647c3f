"""Writes the kept results into docs/benchmarks.md: `python -m benchmarks.report`.

What is between `<!-- NAME -->` and `<!-- end of NAME -->` is the result of that name; the words around it are ours.
"""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.result import RESULTS, Result, Table, written

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def write_section(result: Result) -> str:
    """One result in Markdown: its tables, its remarks, and how to run it again."""
    parts = [f"    {result.command}", *map(_write_table, result.tables)]
    if result.notes:
        parts.append("\n".join(f"* {note}" for note in result.notes))
    parts.append(f"Measured on {result.date}: {result.machine}.")
    return "\n\n".join(parts)


def fill_page(page: str, results: dict[str, Result]) -> str:
    """The page with each result in its place; KeyError for a place whose result was never kept."""

    def fill(place: re.Match[str]) -> str:
        name = place[1]
        return f"<!-- {name} -->\n\n{write_section(results[name])}\n\n<!-- end of {name} -->"

    return re.sub(r"<!-- (\w+) -->\n.*?<!-- end of \1 -->", fill, page, flags=re.DOTALL)


def read_results(folder: Path = RESULTS) -> dict[str, Result]:
    """Every kept result, by name."""
    return {path.stem: Result.load(path) for path in sorted(folder.glob("*.json"))}


def _write_table(table: Table) -> str:
    lines = [table.columns, tuple("---" if i == 0 else "---:" for i, _ in enumerate(table.columns))]
    rows = [tuple(map(written, row)) for row in table.rows]
    drawn = "\n".join(f"| {' | '.join(row)} |" for row in [*lines, *rows])
    return f"**{table.title}**\n\n{drawn}"


def main() -> None:
    """Bring the page up to date."""
    PAGE.write_text(fill_page(PAGE.read_text(), read_results()))


if __name__ == "__main__":
    main()
