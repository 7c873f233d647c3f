"""Which filters will keep a title out: those about its kind, and none about what members did with it before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pandas as pd

from bot.launches.filters import Filters, find_personal
from checks.base import Window
from checks.events import Launch

TODAY = datetime(2026, 3, 2, tzinfo=UTC)
LATELY = Window(TODAY - timedelta(days=28), TODAY)
MEMBERS, KINDS = [f"m{n}" for n in range(10)], {"i1": "war", "i2": "war", "i3": "war", "i4": "drama", "i5": "drama"}
AHEAD = Launch("i9", "A Title", TODAY + timedelta(days=7), {"genre": "war"})


@dataclass
class Outcomes:
    """A warehouse that knows who chose what."""

    chosen: pd.DataFrame

    @property
    def schema(self) -> SimpleNamespace:
        return SimpleNamespace(relations={"outcomes": dict.fromkeys(self.chosen.columns)})

    def rows(self, relation: str, window: Window, *, where: dict[str, list[str]]) -> pd.DataFrame:
        return self.chosen[self.chosen["member_id"].isin(where["member_id"])]


def asked(reason: str) -> pd.DataFrame:
    """Everybody asks for everything, for dramas time and again; half of them are kept from what is about war."""
    rows = [(member, item, KINDS[item] == "war" and at < 5) for at, member in enumerate(MEMBERS) for item in KINDS]
    rows += [row for row in rows if KINDS[row[1]] == "drama"] * 3
    table = pd.DataFrame(rows, columns=["member_id", "item_id", "kept"])
    return table.assign(excluded_reason=table["kept"].map({True: reason, False: None}))


def personal(rows: pd.DataFrame, chosen: pd.DataFrame) -> frozenset[str]:
    recommender: Any = SimpleNamespace(warehouse=Outcomes(chosen))
    return find_personal(recommender, rows, LATELY)


def told(rows: pd.DataFrame, known: frozenset[str]) -> dict[str, float]:
    described = pd.DataFrame({"genre": rows["item_id"].map(KINDS)})
    return Filters(rows, described, pd.DataFrame(), known).keep_out(AHEAD)


def test_a_filter_about_a_kind_will_keep_out_what_is_of_that_kind() -> None:
    rows, nobody = asked("not for children"), pd.DataFrame({"member_id": [], "item_id": []})
    assert told(rows, personal(rows, nobody)) == {"not for children": 0.5}


def test_a_filter_of_what_members_have_seen_keeps_out_nothing_that_is_new() -> None:
    rows = asked("already seen")
    seen = rows.loc[rows["kept"], ["member_id", "item_id"]]
    assert personal(rows, seen) == {"already seen"}
    assert told(rows, personal(rows, seen)) == {}


def test_without_members_in_the_outcomes_nothing_is_known_to_be_personal() -> None:
    rows = asked("already seen")
    assert personal(rows, pd.DataFrame({"item_id": ["i1"]})) == frozenset()
    assert personal(rows.drop(columns="member_id"), rows[["member_id", "item_id"]]) == frozenset()
