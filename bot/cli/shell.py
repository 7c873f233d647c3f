"""What every verb in the shell shares: where the config is, JSON or words, and errors that say what to do."""

from __future__ import annotations

import getpass
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from bot.clock import Clock, ReplayClock, SystemClock
from bot.slack.messages import Person, Said

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.sessions import Store
    from bot.teammate import Teammate

Config = Annotated[
    Path | None, typer.Option("--config", "-c", help="recsysops.toml (default: RECSYSOPS_CONFIG, or here).")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object, for scripts.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Look as if it were this time (ISO), to replay a history.")]


@contextmanager
def teammate(config: Path | None, as_of: str | None = None, *, as_json: bool = False) -> Iterator[Teammate]:
    """The bot's parts, for one verb; whatever is wrong is said in one sentence and the exit status is 2."""
    from bot.answers.expected import EXPECTED
    from bot.settings import ConfigWrong, load
    from bot.teammate import assemble

    try:
        mate = assemble(load(config), clock_at(as_of))
        try:
            yield mate
        finally:
            mate.store.close()
    except (ConfigWrong, *EXPECTED) as wrong:
        fail(str(wrong), as_json=as_json)


@contextmanager
def memory(config: Path | None, *, as_json: bool = False) -> Iterator[tuple[Settings, Store]]:
    """What the bot remembers, and no table of the recommender: an answer also while those cannot be read."""
    from bot.answers.expected import EXPECTED
    from bot.settings import ConfigWrong, load
    from bot.teammate import remember

    try:
        settings = load(config)
        store = remember(settings)
        try:
            yield settings, store
        finally:
            store.close()
    except (ConfigWrong, *EXPECTED) as wrong:
        fail(str(wrong), as_json=as_json)


def clock_at(as_of: str | None) -> Clock:
    """The machine's clock, or one that starts at an ISO time (UTC when it names no zone)."""
    if as_of is None:
        return SystemClock()
    try:
        moment = datetime.fromisoformat(as_of)
    except ValueError:
        fail(f"--as-of {as_of!r} is not a time: write it as 2026-02-20 or 2026-02-20T06:00:00+00:00.")
    return ReplayClock(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def fail(words: str, *, as_json: bool = False) -> NoReturn:
    """Say what is wrong and what to do; exit status 2."""
    if as_json:
        print(json.dumps({"error": words}))
    else:
        typer.secho(words, err=True, fg="red")
    raise typer.Exit(2)


def show(data: Any, said: Said, *, as_json: bool) -> None:
    """Data for a script, or the same words as in Slack."""
    if as_json:
        print(json.dumps(data, default=str, indent=2))
    else:
        sys.stdout.write(plain(said) + "\n")


def whoever() -> Person:
    """Who works in this shell, as roles in recsysops.toml name them: "cli:name".

    The name of the process's own user, never LOGNAME or USER: those are what anybody says they are.
    """
    try:
        import pwd
    except ImportError:  # a system without a password database
        return Person("cli", getpass.getuser())
    try:
        return Person("cli", pwd.getpwuid(os.getuid()).pw_name)
    except KeyError:  # a container's user may have a number and no name
        return Person("cli", str(os.getuid()))


def plain(said: Said) -> str:
    """A message as text for a terminal."""
    lines = [text for block in said.blocks for text in _texts(block)]
    return "\n".join(_unformat(line) for line in lines) if lines else _unformat(said.text)


def _texts(block: dict[str, Any]) -> Iterator[str]:
    """The readable parts of a block, in order; buttons are for Slack only."""
    if block["type"] in ("section", "header"):
        yield from (part["text"] for part in [block.get("text"), *block.get("fields", [])] if part)
    elif block["type"] == "context":
        yield from (part["text"] for part in block["elements"] if "text" in part)
    elif block["type"] == "actions":  # a menu's choices can be read and typed, a button cannot be pressed here
        yield from (f"• {each['text']['text']}" for part in block["elements"] for each in part.get("options", ()))


def _unformat(text: str) -> str:
    text = re.sub(r"<!date\^-?\d+\^[^|>]*\|([^>]*)>", r"\1", text)
    text = re.sub(r"<[^|>]+\|([^>]*)>", r"\1", text)
    text = re.sub(r":[a-z_]+: ?", "", re.sub(r"\*([^*\n]+)\*", r"\1", text))
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
