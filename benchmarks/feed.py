"""Real deliveries, one by one, through the ordinary checks: what would have been raised, and when.

    python -m benchmarks.feed DELIVERIES.jsonl.xz --period week --key week,category,weekly_rank [--json]

Each line of the file is one delivery: {"delivered_at": ISO time, "body": text}. They are put into a folder as they
came, the bot is set up by an ordinary recsysops.toml with one [feeds] part, and lives through every day from the first
delivery to the last, seeing only what had come by then.
"""

from __future__ import annotations

import json
import lzma
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

DAY = timedelta(days=1)
CONFIG = """
[recommender]
name = "feed"

[feeds.{name}]
path = "deliveries/*.tsv"
delivered = "name"
key = [{key}]
period = "{period}"

[slack]
channel = "#feeds"
"""


@dataclass
class SetClock:
    """Shows what it is set to."""

    at: datetime

    def now(self) -> datetime:
        """What it was set to."""
        return self.at


def read_deliveries(path: Path) -> list[tuple[datetime, str]]:
    """Every delivery, oldest first."""
    written = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
    found = [json.loads(line) for line in written.decode().splitlines()]
    return sorted((datetime.fromisoformat(one["delivered_at"]), one["body"]) for one in found)


def live_through(folder: Path, deliveries: list[tuple[datetime, str]]) -> Iterator[dict[str, Any]]:
    """What each day's checks found, as one dictionary a finding."""
    from bot.flow import notice
    from bot.settings import load
    from bot.teammate import assemble

    clock = SetClock(deliveries[0][0])
    mate = assemble(load(folder / "recsysops.toml", {}), clock)
    at = deliveries[0][0].replace(hour=0, minute=0, second=0, microsecond=0)
    waiting = list(deliveries)
    while at <= deliveries[-1][0] + DAY:
        while waiting and waiting[0][0] < at:
            moment, body = waiting.pop(0)
            (folder / "deliveries" / f"{moment:%Y-%m-%dT%H-%M-%S}.tsv").write_text(body, encoding="utf-8")
        clock.at = at
        for finding in notice(mate, at).findings if len(waiting) < len(deliveries) else ():
            day = finding.window.start.date().isoformat()
            yield {"day": day, "code": finding.code, "title": finding.title, "words": finding.words,
                   "severity": finding.severity.name}  # fmt: skip
        at += DAY


def main(
    path: Path,
    period: Annotated[str, typer.Option(help="The column that says what time a row is about.")],
    key: Annotated[str, typer.Option(help="The columns that make a row unique, separated by commas.")] = "",
    name: Annotated[str, typer.Option(help="What to call the feed.")] = "feed",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a finding.")] = False,
) -> None:
    """Print what was raised; a finding that goes on for days is printed on its first day."""
    deliveries = read_deliveries(path)
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        (folder / "deliveries").mkdir()
        quoted = ", ".join(f'"{column}"' for column in key.split(",") if column)
        (folder / "recsysops.toml").write_text(CONFIG.format(name=name, key=quoted, period=period))
        last: dict[str, str] = {}
        raised = 0
        for found in live_through(folder, deliveries):
            going_on = last.get(found["code"] + found["title"], "") >= _day_before(found["day"])
            last[found["code"] + found["title"]] = found["day"]
            if going_on:
                continue
            raised += 1
            print(
                json.dumps(found)
                if as_json
                else f"{found['day']}  {found['code']}  {found['severity']:8} {found['words']}"
            )
    if not as_json:
        print(f"{len(deliveries)} deliveries, {raised} raised")


def _day_before(day: str) -> str:
    return (datetime.fromisoformat(day) - DAY).date().isoformat()


if __name__ == "__main__":
    typer.run(main)
