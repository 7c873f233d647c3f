"""The real store on SQLite, its tables made once and copied for every story."""

from __future__ import annotations

import functools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.store.sessions import Store, open_store


@functools.cache
def _template() -> Path:
    path = Path(tempfile.mkdtemp()) / "template.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    shutil.copy(_template(), tmp_path / "bot.db")
    store = Store(f"sqlite:///{tmp_path / 'bot.db'}")
    yield store
    store.close()


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.session() as session:
        yield session
