"""backtest: a series of one's own before the judge of fine windows, one row at a time."""

from __future__ import annotations

import csv
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Annotated

import typer

from bot.cli.series_picture import Outline
from bot.cli.series_rows import SeriesFile, SeriesWrong
from bot.cli.shell import Json, fail

SHOWN = 10  # alarms listed in the words


@dataclass
class Told:
    """What there is to say at the end."""

    rows: int = 0
    alarms: int = 0
    first: list[str] = field(default_factory=list)  # times of the first alarms, as they were written
    outline: Outline = field(default_factory=Outline)

    def words(self, path: Path) -> str:
        """In a sentence or two."""
        at = "".join(f"\n  {time}" for time in self.first)
        more = f"\n  and {self.alarms - SHOWN} more" if self.alarms > SHOWN else ""
        return f"{path}: {self.rows:,} rows judged, alarms: {self.alarms:,}.{at}{more}"


def backtest(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="One row a point, oldest first; .csv or .csv.gz.")],
    time: Annotated[str, typer.Option("--time", help="The column of times: ISO, or seconds since 1970.")],
    value: Annotated[str, typer.Option("--value", help="The column of numbers; empty where there is none.")],
    out: Annotated[Path | None, typer.Option("--out", help="Where the rows go (default: here, on stdout).")] = None,
    picture: Annotated[Path | None, typer.Option("--picture", help="A PNG (default: beside --out).")] = None,
    as_json: Json = False,
) -> None:
    """Judge any series as the bot would have, row by row, each by what came before it alone."""
    if as_json and out is None:
        fail("--json prints a summary where the rows would go: say with --out where to write those.", as_json=True)
    try:
        with _written(out) as lines:
            told = _judge_rows(SeriesFile(file, time, value), lines)
        drawn = picture or (out.with_suffix(".png") if out else None)
        if drawn:
            drawn.write_bytes(told.outline.draw(f"{value} of {file.name}: {told.alarms} alarms in {told.rows:,} rows"))
    except SeriesWrong as wrong:
        fail(str(wrong), as_json=as_json)
    except BrokenPipeError:
        _stop_quietly()
    except OSError as error:
        fail(f"{error.filename or out} cannot be written: {error.strerror or error}.", as_json=as_json)
    if as_json:
        typer.echo(json.dumps({"rows": told.rows, "alarms": told.alarms, "first_alarms": told.first}, indent=2))
    else:
        typer.echo(told.words(file), err=out is None)


def _judge_rows(series: SeriesFile, lines: IO[str]) -> Told:
    """A row out for each row in, block by block."""
    from checks.stream.judge import StreamJudge

    judge, told, writer = StreamJudge(), Told(), csv.writer(lines, lineterminator="\n")
    for rows in series.blocks():
        if not told.rows:  # not before the file is known to be one
            writer.writerow([series.time, series.value, "score", "alarm"])
        said = judge.judge(rows.times, rows.values)
        words = ("false", "true")
        each = zip(rows.texts, said.scores.tolist(), said.alarms.tolist(), strict=True)
        writer.writerows([*text, f"{score:g}", words[alarm]] for text, score, alarm in each)
        told.rows, told.alarms = told.rows + len(rows.texts), told.alarms + int(said.alarms.sum())
        told.first += [rows.texts[i][0] for i in said.alarms.nonzero()[0][: SHOWN - len(told.first)]]
        told.outline.add(rows.times, rows.values, said.scores, said.alarms)
    return told


@contextmanager
def _written(out: Path | None) -> Iterator[IO[str]]:
    """Where the rows go; a file is there whole or not at all."""
    if out is None:
        yield sys.stdout
        return
    number, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
            yield file
        Path(name).chmod(0o644)
        Path(name).replace(out)
    finally:
        Path(name).unlink(missing_ok=True)


def _stop_quietly() -> None:
    """Whoever read the rows has heard enough."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise typer.Exit(0)
