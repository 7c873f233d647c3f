"""init and doctor: from the tables somebody has to a config that is proved line by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.shell import Config, Json, fail

if TYPE_CHECKING:
    from bot.doctor import Line

SIGNS = {"ok": "✓", "problem": "✗", "not applicable": "–", "unknown": "?"}


def init(
    tables: Annotated[Path, typer.Argument(help="A folder of Parquet tables, or a DuckDB file.")] = Path(),
    out: Annotated[Path, typer.Option("--out", "-o", help="Where to write it.")] = Path("recsysops.toml"),
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
) -> None:
    """Propose a recsysops.toml from the tables found."""
    from bot.recommender.contract import RecommenderFailed
    from bot.recommender.proposal import propose

    if out.exists() and not force:
        fail(f"{out} exists already: nothing was written. Use --force to write over it, or --out for another name.")
    try:
        text = propose(tables)
    except RecommenderFailed as wrong:
        fail(str(wrong))
    out.write_text(text, encoding="utf-8")
    typer.echo(f"Wrote {out}. Read its comments, then prove it: recsysops doctor --config {out}")


def doctor(config: Config = None, as_json: Json = False) -> None:
    """Prove every line of the config: tables, columns, registry, overrides, Slack, and which checks cannot run."""
    from bot.doctor import examine
    from bot.settings import ConfigWrong, load
    from bot.slack.probe import probe_from
    from checks.catalogue import EVERY_CHECK

    try:
        settings = load(config)
    except ConfigWrong as wrong:
        fail(str(wrong), as_json=as_json)
    lines = examine(settings, EVERY_CHECK, lambda: probe_from(settings))
    if as_json:
        typer.echo(json.dumps({"lines": [line.__dict__ for line in lines]}, indent=2))
    else:
        _print(lines)
    if any(line.state == "problem" for line in lines):
        raise typer.Exit(1)


def _print(lines: list[Line]) -> None:
    for line in lines:
        typer.echo(f"{SIGNS[line.state]} {line.subject}: {line.words}")
        if line.what_to_do:
            typer.echo(f"    → {line.what_to_do}")
