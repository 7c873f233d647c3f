"""init and doctor: from the tables somebody has to a config that is proved line by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.shell import Config, Json, fail

if TYPE_CHECKING:
    from bot.doctor import Line
    from bot.recommender.proposal import Proposal

SIGNS = {"ok": "✓", "problem": "✗", "not applicable": "–", "unknown": "?"}


def init(
    tables: Annotated[Path, typer.Argument(help="A folder of Parquet tables, or a DuckDB file.")] = Path(),
    out: Annotated[Path, typer.Option("--out", "-o", help="Where to write it.")] = Path("recsysops.toml"),
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
    as_json: Json = False,
) -> None:
    """Propose a recsysops.toml from the tables found.

    The exit status is 1 when no log of what was shown was among them: it has to be named first.
    """
    from bot.recommender.contract import RecommenderFailed
    from bot.recommender.proposal import propose

    if out.exists() and not force:
        words = f"{out} exists already: nothing was written. Use --force to write over it, or --out for another name."
        fail(words, as_json=as_json)
    try:
        proposal = propose(tables)
        out.write_text(proposal.text, encoding="utf-8")
    except RecommenderFailed as wrong:
        fail(str(wrong), as_json=as_json)
    except OSError as error:
        fail(f"{out} cannot be written ({error.strerror}): name another place with --out.", as_json=as_json)
    if as_json:
        typer.echo(json.dumps({"written": str(out), **proposal.to_json()}, indent=2))
    else:
        _tell(proposal, out)
    if proposal.lacks_impressions:
        raise typer.Exit(1)


def _tell(proposal: Proposal, out: Path) -> None:
    """What was written, and what is to be done with it."""
    for name, guess in proposal.tables.items():
        typer.echo(f"{name}: {guess.found.place}")
    if proposal.lacks_impressions:
        what = "No table looked like a log of what was shown (impressions), and nothing works without it."
        typer.secho(f"{what} Name yours under [tables.impressions] in {out}, where its lines wait.", err=True, fg="red")
    typer.echo(f"Wrote {out}. Read its comments, then prove it: recsysops doctor --config {out}")


def doctor(config: Config = None, as_json: Json = False) -> None:
    """Prove every line of the config: tables, columns, registry, overrides, Slack, and which checks cannot run."""
    from bot.detection.lineup import line_up
    from bot.doctor import examine
    from bot.settings import ConfigWrong, load
    from bot.slack.probe import probe_from

    try:
        settings = load(config)
        checks = line_up(settings)
    except ConfigWrong as wrong:
        fail(str(wrong), as_json=as_json)
    lines = examine(settings, checks, lambda: probe_from(settings))
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
