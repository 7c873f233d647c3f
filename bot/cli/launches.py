"""launches: what is foretold of launches, and how good that is."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.shell import AsOf, Config, Json, fail, show, teammate

if TYPE_CHECKING:
    import pandas as pd

    from bot.launches.backtest import Backtest, Quality

launches = typer.Typer(
    help="The launches ahead, and how good what is foretold of them is.", invoke_without_command=True
)
NAMES = {
    "predictor": "predictor",
    "group_mean": "mean of alike launches",
    "global_mean": "mean of all",
    "nearest": "nearest",
}
COLUMNS = ("Spearman", "MAE", "AUC", "precision", "coverage", "width")


@launches.callback()
def ahead(context: typer.Context, config: Config = None, as_of: AsOf = None, as_json: Json = False) -> None:
    """The launches ahead: which are ready, which are at risk, and why."""
    if context.invoked_subcommand is not None:
        return
    from bot.cards.launches import launches_said, launches_to_json
    from bot.launches.calendar import find_ahead

    with teammate(config, as_of, as_json=as_json) as mate:
        coming = find_ahead(mate.store, mate.recommender, mate.clock.now())
        said = launches_said(coming, mate.settings.launches.horizon.days)
        show(launches_to_json(coming), said, as_json=as_json)


def launch(
    words: Annotated[str, typer.Argument(help="An item id, a title, or a part of one.")],
    config: Config = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """How one launch stands: what is expected of it, why, what to do."""
    from bot.cards.launch import launch_said, launch_to_json, which_launch_said
    from bot.launches.outlook import find_outlook

    with teammate(config, as_of, as_json=as_json) as mate:
        found = find_outlook(mate.store, mate.recommender, words, mate.clock.now())
        said = which_launch_said(found, words) if isinstance(found, list) else launch_said(found)
        show(launch_to_json(found), said, as_json=as_json)


@launches.command()
def backtest(
    file: Annotated[Path, typer.Argument(help="CSV of past launches, a row each, with what was known before them.")],
    launched_at: Annotated[str, typer.Option("--launched-at", help="The column with the launch date.")],
    target: Annotated[str, typer.Option("--target", help="The column to foretell, known only afterwards.")],
    train_until: Annotated[
        str | None, typer.Option("--train-until", help="Learn from launches before this date, foretell the others.")
    ] = None,
    as_json: Json = False,
) -> None:
    """How good the predictor would have been: learning from earlier launches, foretelling later ones.

    A launch before the date counts as known with its target, so leave out columns that are known only after a launch,
    and launches whose outcome was still open.
    """
    from bot.launches.backtest import NoBacktest
    from bot.launches.backtest import backtest as walk
    from bot.launches.predictor import TooFewLaunches

    try:
        done = walk(_read(file, as_json), launched_at, target, _date(train_until, as_json))
    except (NoBacktest, TooFewLaunches) as wrong:
        fail(f"{file}: {wrong}", as_json=as_json)
    if as_json:
        typer.echo(json.dumps(_as_dict(done), indent=2))
    else:
        _tell(done, target)


def _read(file: Path, as_json: bool) -> pd.DataFrame:
    import pandas as pd

    try:
        return pd.read_csv(file)
    except FileNotFoundError:
        fail(f"There is no file {file}.", as_json=as_json)
    except pd.errors.EmptyDataError:
        fail(f"{file} is empty: the first line names the columns.", as_json=as_json)
    except (OSError, EOFError, UnicodeDecodeError, pd.errors.ParserError) as unreadable:
        fail(f"{file} cannot be read as CSV: {str(unreadable).strip().splitlines()[0]}.", as_json=as_json)


def _date(text: str | None, as_json: bool) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(f"--train-until {text!r} is not a date: write it as 2026-02-20.", as_json=as_json)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _as_dict(done: Backtest) -> dict[str, object]:
    return {
        "predictor": asdict(done.predictor),
        "baselines": {name: asdict(quality) for name, quality in done.baselines.items()},
        "launches": done.launches,
        "parts": done.parts,
        "warnings": list(done.warnings),
    }


def _tell(done: Backtest, target: str) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("", *COLUMNS)
    for name, quality in {"predictor": done.predictor, **done.baselines}.items():
        table.add_row(NAMES[name], *_row(quality))
    Console().print(table)
    stretches = "one stretch" if done.parts == 1 else f"{done.parts} stretches, each from all launches before it"
    typer.echo(
        f"{done.launches} launches were foretold in {stretches}. “Lowest” is the quarter with the lowest {target}."
    )
    typer.echo("Coverage is how many outcomes lay in their interval; 80 % should.")
    for warning in done.warnings:
        typer.secho(f"Look at this: {warning}", fg="yellow")


def _row(quality: Quality) -> list[str]:
    return ["-" if value is None else f"{value:.3f}" for value in asdict(quality).values()]
