"""The serving side obeys what it is told, for as long as it is told, and survives what it cannot read."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sandbox.recommender.world import RunningWorld
from tests.sandbox.recommender.reading import read


def tell(world: RunningWorld, version: str, *, start: datetime, end: datetime, name: str = "fix-1") -> None:
    words = {
        "id": name,
        "kind": "serve_version",
        "params": {"model": "ranker", "version": version},
        "applied_at": start.isoformat(),
        "expires_at": end.isoformat(),
        "reason": "the new one is worse",
    }
    (world.folder / "overrides" / f"{name}.json").write_text(json.dumps(words))


def before(world: RunningWorld) -> str:
    return str(int(world.engine.registry.champion() or 0) - 1)


def served(world: RunningWorld, days: int = 1) -> list[str]:
    return list(read(world, days=days).impressions.sort_values("ts")["model_version"].drop_duplicates())


def test_a_rollback_changes_what_is_served_until_it_expires(lab: RunningWorld) -> None:
    champion = lab.engine.registry.champion()
    tell(lab, before(lab), start=lab.today, end=lab.today + timedelta(days=1))
    assert lab.serve_day().model_version == before(lab)
    assert served(lab) == [before(lab)]
    assert lab.serve_day().model_version == champion


def test_a_rollback_at_noon_is_obeyed_from_noon(lab: RunningWorld) -> None:
    noon = lab.today + timedelta(hours=12)
    tell(lab, before(lab), start=noon, end=noon + timedelta(days=3))
    lab.serve_day()
    assert served(lab) == [lab.engine.registry.champion(), before(lab)]
    switched = read(lab, days=1).impressions.query(f"model_version == '{before(lab)}'")["ts"].min()
    assert switched >= noon.replace(tzinfo=None)


def test_removing_the_file_ends_it(lab: RunningWorld) -> None:
    tell(lab, before(lab), start=lab.today, end=lab.today + timedelta(days=9))
    lab.serve_day()
    (lab.folder / "overrides" / "fix-1.json").unlink()
    assert lab.serve_day().model_version == lab.engine.registry.champion()


def test_the_newest_of_two_wins(lab: RunningWorld) -> None:
    end = lab.today + timedelta(days=2)
    tell(lab, "2", start=lab.today - timedelta(hours=1), end=end, name="older")
    tell(lab, "3", start=lab.today, end=end, name="newer")
    assert lab.serve_day().model_version == "3"


def test_a_corrupt_file_is_passed_over_with_a_note(lab: RunningWorld) -> None:
    (lab.folder / "overrides" / "torn.json").write_text('{"id": "torn", "kind": "serve_v')
    day = lab.serve_day()
    assert day.model_version == lab.engine.registry.champion()
    assert len(day.notes) == 1
    assert day.notes[0].startswith("torn.json is not obeyed")


def test_a_version_that_is_not_there_is_passed_over_with_a_note(lab: RunningWorld) -> None:
    tell(lab, "99", start=lab.today, end=lab.today + timedelta(days=1))
    day = lab.serve_day()
    assert day.model_version == lab.engine.registry.champion()
    assert day.notes == ("fix-1.json is not obeyed: there is no version 99 of ranker",)
