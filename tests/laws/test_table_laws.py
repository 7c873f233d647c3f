"""Every check at once on each damage to a real table: none breaks, none is silenced, nothing is altered."""

from __future__ import annotations

import pytest

from bot.detection.runner import Detection
from checks.base import NotApplicable
from checks.catalogue import EVERY_CHECK
from checks.judging import Check
from tests.laws.conftest import Room
from tests.laws.damages import (
    PARTITIONED,
    SNAPSHOTS,
    Damage,
    all_null,
    empty,
    new_value,
    one_row,
    twice,
    unreal,
    without,
)

JUDGED = {"quiet", "finding"}
OPTIONAL = {  # columns that an installation may lack
    "impressions": ("request_id", "member_id", "position", "score", "model_version", "arm", "region", "similarity"),
    "outcomes": ("member_id", "request_id", "source", "rank"),
    "requests": ("item_id", "model_version", "score", "position", "excluded_reason", "sampling_weight"),
    "calls": ("latency_ms", "error", "fallback", "returned"),
    "features_offline": ("similarity",),
    "items": ("title", "launch_date", "genres", "audience", "has_artwork", "owner"),
    "members": ("joined_at", "region", "age_group"),
}
OFTEN = (  # the rest are slow
    empty("impressions"),
    without("items", "launch_date"),
    unreal("impressions", "score"),
    new_value("impressions", "surface", "Tir na nÓg & more=1"),
)
SELDOM = (
    *(empty(table) for table in (*PARTITIONED, *SNAPSHOTS) if table != "impressions"),
    *(one_row(table) for table in (*PARTITIONED, *SNAPSHOTS)),
    *(twice(table) for table in ("impressions", "outcomes", "requests", "calls", "items")),
    unreal("impressions", "popularity_7d"),
    *(make(table, name) for table, names in OPTIONAL.items() for name in names for make in (without, all_null)),
)
UNNOTICED = {  # gaps that are known: nobody looks at these alone. Whoever closes one takes its line away
    "one row calls",  # below the least that a rate is judged on
    "one row members",
    "twice calls",  # calls have no key of their own
    "twice items",  # a table without times is counted from the bot's first day on: too young here
    "all null impressions arm",  # the experiment is over
    *(f"all null requests {name}" for name in ("position", "excluded_reason")),  # most candidates have neither
    "all null calls error",  # no error is a good day
    *(f"all null items {name}" for name in ("title", "launch_date", "has_artwork", "owner")),
    *(f"all null members {name}" for name in ("region", "age_group")),
}
GLANCED_AT = {"I05": {"items"}}  # launches: an item that is new has no usual place yet
BENIGN = ("new",)  # of these nothing may be found


def reads(check: Check, room: Room) -> set[str]:
    """The tables a check is measured on, those it only looks at included."""
    mapped, needed = room.recommender.warehouse.schema, {need.split(".")[0] for need in check.about.needs}
    needed |= GLANCED_AT.get(check.about.code, set())
    try:
        relations = {measure.relation for measure in check.measures(mapped)}
    except NotApplicable:  # until the edges of histograms are learned
        return needed | {"impressions"}
    tables = room.recommender.warehouse._tables.now.mapped  # type: ignore[attr-defined]
    return needed | {table for name in relations for table in tables.reads(name)}


def is_one_sentence(words: str) -> bool:
    return words.endswith(".") and "Traceback" not in words and "Error:" not in words and "\n" not in words


def obeys(room: Room, damage: Damage, good: dict[str, str]) -> Detection:
    """Judge the damaged day and hold it against every law."""
    readers = {check.about.code for check in EVERY_CHECK if damage.table in reads(check, room)}
    damage.strike(room.tables)
    files = room.files()
    said = room.judge()
    rows = room.rows()
    assert room.judge() == said, "the same window twice gives the same answer"
    assert room.rows() == rows, "and writes nothing new"
    assert room.files() == files, "and nothing in the user's folder is altered"
    for one in said.outcomes:
        if one.state == "failed":
            assert is_one_sentence(one.words), (one.code, one.words)
            assert damage.table in one.words, (one.code, one.words)
            assert damage.column in one.words, (one.code, one.words)
            assert one.code in readers, (one.code, one.words)
    others = {one.code: one.state for one in said.outcomes if one.code not in readers | {"D04", "D10"}}
    assert others == {code: good[code] for code in others}, "who does not read the table says what it always says"
    return said


def noticed(said: Detection, good: dict[str, str]) -> set[str]:
    """The checks that say something else than on a good day, and not that all is well."""
    return {one.code for one in said.outcomes if one.state not in ("quiet", good[one.code])}


def name_of(damage: Damage) -> str:
    return f"{damage.name} {damage.table} {damage.column}".strip()


@pytest.mark.parametrize("damage", OFTEN, ids=name_of)
def test_a_damaged_table_breaks_no_check_and_is_not_called_well(
    damage: Damage, room: Room, good_day: dict[str, str]
) -> None:
    said = obeys(room, damage, good_day)
    assert bool(noticed(said, good_day)) != damage.name.startswith(BENIGN), said.findings


@pytest.mark.slow
@pytest.mark.parametrize("damage", SELDOM, ids=name_of)
def test_any_table_and_any_optional_column_may_be_damaged(damage: Damage, room: Room, good_day: dict[str, str]) -> None:
    said = obeys(room, damage, good_day)
    assert bool(noticed(said, good_day)) != (name_of(damage) in UNNOTICED)
