"""Opening the store: one engine, short sessions, and no talk to Slack inside a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, create_engine

MIGRATIONS = Path(__file__).parent / "migrations"


class StoreFailed(Exception):
    """The bot's own records cannot be opened; the message says what to do about it."""


class Store:
    """The bot's memory, behind a database URL."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = create_engine(url)
        if make_url(url).get_backend_name() == "sqlite":
            event.listen(self.engine, "connect", _prepare_sqlite)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction: committed at the end, rolled back when anything is raised."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.commit()

    def migrate(self) -> None:
        """Bring the tables up to date; safe to call at every start."""
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["engine"] = self.engine
        command.upgrade(config, "head")

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def open_store(url: str) -> Store:
    """The store at a database URL, with its tables up to date; StoreFailed when there is none and none can be made."""
    from alembic.util import CommandError

    try:
        store = Store(url)
        store.migrate()
    except (SQLAlchemyError, CommandError, ImportError) as error:
        raise StoreFailed(_describe(url, error)) from error
    return store


def _describe(url: str, error: Exception) -> str:
    """Why the bot's own records cannot be opened, and what to do; never with the password that the URL may hold."""
    try:
        parts = make_url(url)
    except SQLAlchemyError:
        return "RECSYSOPS_DATABASE_URL is not a database URL: write it as sqlite:////folder/recsysops.db."
    where = parts.render_as_string(hide_password=True)
    path = Path(parts.database or "")
    if parts.get_backend_name() != "sqlite":
        advice = "correct RECSYSOPS_DATABASE_URL, or start that database"
    elif not path.parent.is_dir():
        return f"There is no folder {path.parent} for the bot's own records: create it, or set RECSYSOPS_DATABASE_URL."
    elif "not a database" in str(error):
        return f"{path} is no SQLite database: move it away (a new one is made), or set RECSYSOPS_DATABASE_URL."
    else:
        advice = "give the bot's user the right to write there, or set RECSYSOPS_DATABASE_URL"
    why = str(getattr(error, "orig", None) or error).split("\n", 1)[0]
    return f"The bot's own records at {where} cannot be opened ({why}): {advice}."


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """WAL, so that readers do not wait for the writer; a busy timeout, so that two writers take turns."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
