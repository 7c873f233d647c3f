"""What the bot tells the serving side: whole, once, until it expires."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.recommender.contract import Override, RecommenderFailed
from bot.recommender.overrides import FolderOverrides

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROLLBACK = Override(
    "rollback-7", "serve_version", {"model": "ranker", "version": "5"}, NOON, NOON + 24 * HOUR, "version 6 is worse"
)


@pytest.fixture
def overrides(tmp_path: Path) -> FolderOverrides:
    """An empty folder that serving reads."""
    return FolderOverrides(tmp_path / "overrides")


def test_an_override_is_in_force_from_its_moment_until_it_expires(overrides: FolderOverrides) -> None:
    overrides.apply(ROLLBACK)
    assert overrides.in_force(NOON - HOUR) == []
    assert overrides.in_force(NOON) == [ROLLBACK]
    assert overrides.in_force(NOON + 23 * HOUR) == [ROLLBACK]
    assert overrides.in_force(NOON + 24 * HOUR) == []


def test_the_file_says_what_serving_must_know(overrides: FolderOverrides) -> None:
    overrides.apply(ROLLBACK)
    assert json.loads((overrides.path / "rollback-7.json").read_text()) == {
        "id": "rollback-7",
        "kind": "serve_version",
        "params": {"model": "ranker", "version": "5"},
        "applied_at": "2024-03-01T12:00:00+00:00",
        "expires_at": "2024-03-02T12:00:00+00:00",
        "reason": "version 6 is worse",
    }


def test_applying_and_removing_twice_changes_nothing(overrides: FolderOverrides) -> None:
    overrides.apply(ROLLBACK)
    before = os.stat(overrides.path / "rollback-7.json").st_mtime_ns
    overrides.apply(ROLLBACK)
    assert os.stat(overrides.path / "rollback-7.json").st_mtime_ns == before
    overrides.remove("rollback-7")
    overrides.remove("rollback-7")
    assert overrides.in_force(NOON) == []


def test_applying_again_with_other_content_replaces_it(overrides: FolderOverrides) -> None:
    longer = replace(ROLLBACK, expires_at=NOON + 48 * HOUR)
    overrides.apply(ROLLBACK)
    overrides.apply(longer)
    assert overrides.in_force(NOON) == [longer]


def test_nothing_is_left_beside_the_file(overrides: FolderOverrides) -> None:
    overrides.apply(ROLLBACK)
    assert [path.name for path in overrides.path.iterdir()] == ["rollback-7.json"]


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"id": "x", "applied_at": "soon", "expires_at": "later"}'])
def test_a_corrupt_file_does_not_hide_the_others(overrides: FolderOverrides, content: str) -> None:
    overrides.apply(ROLLBACK)
    (overrides.path / "broken.json").write_text(content)
    assert overrides.in_force(NOON) == [ROLLBACK]
    overrides.apply(replace(ROLLBACK, id="broken"))
    assert len(overrides.in_force(NOON)) == 2  # applying writes it whole again


def test_older_ones_come_first(overrides: FolderOverrides) -> None:
    second = replace(ROLLBACK, id="a", applied_at=NOON + HOUR)
    overrides.apply(second)
    overrides.apply(ROLLBACK)
    assert overrides.in_force(NOON + HOUR) == [ROLLBACK, second]


@pytest.mark.parametrize("wrong", ["../elsewhere", "", "a/b", ".hidden"])
def test_an_id_that_is_no_file_name_is_refused(overrides: FolderOverrides, wrong: str) -> None:
    with pytest.raises(ValueError, match="an override's id names a file"):
        overrides.apply(replace(ROLLBACK, id=wrong))
    with pytest.raises(ValueError, match="an override's id names a file"):
        overrides.remove(wrong)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "overrides").write_text("a file where the folder ought to be")
    with pytest.raises(RecommenderFailed, match=r"rollback-7.json cannot be written .*give the bot the right"):
        FolderOverrides(tmp_path / "overrides").apply(ROLLBACK)


moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@settings(max_examples=30, deadline=None)
@given(applied=moments, lasts=st.timedeltas(timedelta(seconds=1), timedelta(days=9)), reason=st.text(max_size=20))
def test_what_is_read_is_what_was_applied(
    tmp_path_factory: pytest.TempPathFactory, applied: datetime, lasts: timedelta, reason: str
) -> None:
    overrides = FolderOverrides(tmp_path_factory.getbasetemp() / "read-back")
    override = replace(ROLLBACK, applied_at=applied, expires_at=applied + lasts, reason=reason)
    overrides.apply(override)
    assert overrides.in_force(applied) == [override]
