"""The pipeline as it is written down: complete, without a loop back to the root, and wrong about nothing obvious."""

from __future__ import annotations

import pytest

from bot.incidents.families import APART, EVERY_FAMILY, FAMILIES, family_of
from bot.incidents.pipeline import LEADS_TO, MEASURING, MIXES, PASSED_ON, leads_to, node_of, steps_from
from bot.incidents.sharing import Placed, explains, extent, placed, reach
from checks.catalogue import EVERY_CHECK

from .faults import BROKEN, CHILD, MOVED, WEST, fewer, now
from .making import SIGHTS, finding, sight

NAMES = {family.name for family in EVERY_FAMILY} | {"logging"}


def test_every_check_has_its_place() -> None:
    by_subject = {"L04"}  # it tells of what other checks look at, ahead of time
    assert {check.about.code for check in EVERY_CHECK} <= set(FAMILIES) | by_subject
    assert set(SIGHTS) <= set(FAMILIES)


def test_every_name_in_the_pipeline_is_a_family_or_a_table() -> None:
    mentioned = {*LEADS_TO, *MIXES, *PASSED_ON, *MEASURING}
    mentioned |= {name for to in (*LEADS_TO.values(), *MIXES.values()) for name in to}
    assert {name for name in mentioned if not name.startswith("table")} <= NAMES


def test_every_family_stands_in_the_pipeline_or_apart() -> None:
    ends = {"items", "other", "schema", "arrival", "delivery", "following", "labels"}  # tables and labels by subject
    alone = {family.name for family in EVERY_FAMILY} - set(LEADS_TO) - {family.name for family in APART}
    assert alone == ends


@pytest.mark.parametrize("code", [code for code in SIGHTS if code not in ("W01", "W02", "W03", "W04")])
def test_nothing_is_its_own_cause_by_a_roundabout_way(code: str) -> None:
    """Two checks may each lead to the other (a loop is broken by rank), but none leads to itself."""
    node = node_of(sight(code))
    assert node not in steps_from(node)


@pytest.mark.parametrize(
    ("cause", "symptom"),
    [
        ("S03", "S01"),
        ("S01", "S02"),
        ("S01", "M02"),
        ("S06", "S02"),
        ("S06", "I06"),
        ("S02", "D01"),
        ("D02", "D07"),
        ("D07", "M04"),
        ("D08", "S03"),
        ("M08", "M05"),
        ("M01", "M07"),
        ("D03", "M07"),
        ("M07", "D06"),
        ("D09", "D03"),
        ("S07", "M09"),
        ("S05", "M02"),
        ("M02", "I01"),
        ("M06", "P05"),
        ("I03", "P02"),
    ],
)
def test_what_is_nearer_the_root_explains_what_follows_and_not_the_other_way_round(cause: str, symptom: str) -> None:
    root, follows = now(cause), fewer(symptom) if symptom in ("D01", "D07") else now(symptom)
    assert explains(root, follows, ())
    assert family_of(root).rank <= family_of(follows).rank or leads_to(follows, root) is None


def test_fewer_titles_may_be_the_cause_of_other_scores_or_their_symptom() -> None:
    assert explains(now("I03"), now("M02"), ())
    assert explains(now("M02"), now("I03"), ())


@pytest.mark.parametrize(
    ("one", "other"),
    [("D07", "S02"), ("D07", "I01"), ("D07", "D03"), ("S07", "I05"), ("D01", "D03"), ("D05", "S03"), ("D10", "S02")],
)
def test_what_only_spoils_a_number_explains_nothing_that_is_served(one: str, other: str) -> None:
    assert not explains(now(one), now(other), ())


def test_a_table_leads_only_to_what_is_read_from_it() -> None:
    offline, calls, items = (now("D02", "", f"table:{name}") for name in ("features_offline", "calls", "items"))
    assert explains(offline, now("M07"), ())
    assert not explains(offline, now("M02"), ())
    assert explains(calls, now("S01"), ())
    assert not explains(calls, now("M06"), ())
    assert explains(items, now("D09"), ())
    assert explains(now("D02", "", "feed:catalogue"), now("D03"), ())


def test_a_label_that_moves_explains_what_is_seen_under_its_values_and_nothing_else() -> None:
    moves = now("D11", CHILD, data={"from": "child", "to": "adult"})
    assert explains(moves, now("D01", "age_group=adult"), ())
    assert explains(moves, now("I06"), ())
    assert not explains(moves, fewer("D01", "age_group=teen"), ())
    assert not explains(moves, now("M06", WEST), ())


def test_a_symptom_is_never_larger_than_what_its_cause_touches() -> None:
    few, many = now("D03", value=0.05, expected=0.0), now("D03", value=0.9, expected=0.0)
    scores = now("M02", data=MOVED)
    assert [reach(few), extent(scores)] == pytest.approx([0.05, 0.3])
    assert not explains(few, scores, ())
    assert explains(many, scores, ())
    assert extent(now("M02", WEST, data=MOVED)) == 0.0, "of everyone's rows nothing is known"


def test_other_people_or_items_move_a_distribution_but_do_not_break_it() -> None:
    assert explains(now("S02"), now("D06", data=MOVED), ())
    assert not explains(now("S02"), now("D06", data=BROKEN), ())


def test_what_shows_elsewhere_or_wider_is_explained_only_where_it_can_be_diluted() -> None:
    west = now("D03", WEST)
    assert placed(west, now("M02")) is Placed.around
    assert explains(west, now("M02"), ())
    assert not explains(west, now("S02"), ())
    assert not explains(west, now("M02", "surface=home"), ())
    assert not explains(west, now("M02", "region=North"), ())


def test_a_version_or_an_arm_is_no_place() -> None:
    assert placed(now("M08", "model_version=9"), now("M02")) is Placed.same
    assert placed(now("M10", "arm=canary"), now("M06")) is Placed.same


@pytest.mark.parametrize(
    ("subject", "family"),
    [
        ("table:items", "delivery"),
        ("feed:catalogue", "delivery"),
        ("feature:x", "shift"),
        ("features", "stale"),
        ("model:ranker", "scores"),
        ("index", "version"),
        ("lists", "coverage"),
        ("choices", "members"),
        ("items", "exposure"),
        ("item:7", "items"),
        ("calls", "latency"),
        ("label:age_group", "labels"),
        ("positions", "position"),
        ("bot", "watch"),
        ("filter:rights", "filters"),
        ("revenue", "other"),
    ],
)
def test_a_users_own_check_finds_its_place_by_what_it_is_about(subject: str, family: str) -> None:
    assert family_of(finding("MINE-1", subject)).name == family


def test_a_users_own_number_is_a_symptom_of_what_is_wrong_and_explains_nothing() -> None:
    assert explains(now("D03"), now("MINE-1", "", "revenue"), ())
    assert not explains(now("MINE-1", "", "revenue"), now("M06"), ())
