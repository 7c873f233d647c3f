"""Records that cannot be opened: one sentence that says what to do, never a traceback or a password."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.store.sessions import StoreFailed, open_store


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "recsysops.db").write_bytes(b"a shopping list, and a long one at that " * 100)
    with pytest.raises(StoreFailed, match=r"recsysops.db is no SQLite database: move it away"):
        open_store(f"sqlite:///{tmp_path / 'recsysops.db'}")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match=r"There is no folder .*nowhere for the bot's own records: create it"):
        open_store(f"sqlite:///{tmp_path / 'nowhere' / 'recsysops.db'}")


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(StoreFailed, match=r"correct RECSYSOPS_DATABASE_URL") as failed:
        open_store("postgresql+psycopg://bot:topsecret@127.0.0.1:1/records")
    assert "topsecret" not in str(failed.value)


def test_what_is_no_address_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="is not a database URL"):
        open_store("recsysops.db")
