"""Where a trouble sits, by all slices together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from bot.diagnosis.case import Case
from bot.diagnosis.places import find_where_shown, find_where_taken, weigh_place
from bot.diagnosis.traffic import weigh_traffic
from bot.recommender.contract import Recommender
from checks.base import Schema, Window
from tests.bot.diagnosis.fakes import DAY, DAYS, NOW, ONSET, START, TinyWarehouse

REGIONS, DEVICES, SURFACES = ("North", "South", "East", "West"), ("tv", "phone", "web"), ("home", "row")
SLICES = ("region", "device", "surface")
Where = Mapping[str, str]


class Sliced(TinyWarehouse):
    """The tiny warehouse with three slice columns."""

    @property
    def schema(self) -> Schema:
        return replace(super().schema, slices=SLICES)


def case(where: Where, *, shown: float = 1.0, taken: float = 1.0) -> Case:
    """Twelve days of impressions, some of them taken; on the last day one place has so many times as many."""
    rng, rows = np.random.default_rng(3), []
    for day in range(DAYS):
        for region in REGIONS:
            for device in DEVICES:
                for surface in SURFACES:
                    here = {"region": region, "device": device, "surface": surface}
                    struck = day == DAYS - 1 and where.items() <= here.items()
                    many = rng.poisson(60 * (shown if struck else 1.0))
                    chosen = rng.random(many) < 0.3 * (taken if struck else 1.0)
                    ts = START + day * DAY + DAY / 2
                    rows.append(pd.DataFrame({**here, "ts": ts, "chosen": chosen.astype(int)}, index=range(many)))
    table = pd.concat(rows).assign(item_id="i1")
    warehouse = Sliced({"impressions": table.drop(columns="chosen"), "labelled": table})
    return Case(Recommender("tiny", warehouse, None, None), Window(ONSET, NOW), Window(ONSET - 7 * DAY, ONSET), ONSET)


def test_a_fault_of_two_attributes_is_named_by_both_and_one_of_one_by_one() -> None:
    for where in ({"region": "South", "device": "tv"}, {"region": "South"}):
        [cause] = find_where_shown(case(where, shown=0.3))
        assert dict(cause.where) == where
        [cause] = find_where_taken(case(where, taken=0.3))
        assert dict(cause.where) == where


def test_the_evidence_says_in_words_what_is_less_and_where() -> None:
    [evidence] = weigh_place(case({"region": "South", "device": "tv"}, taken=0.2)).evidence
    assert evidence.title == "Where it was taken"
    assert evidence.words == (
        "Of what was shown, taken less where region=South and device=tv; elsewhere about as before."
    )


def test_nothing_is_said_of_places_where_all_are_alike() -> None:
    for times in (1.0, 0.4):
        answer = weigh_place(case({}, shown=times))
        assert answer.evidence == ()
        assert answer.suspicions == ()


def test_a_volume_that_fell_in_one_place_is_suspected_there() -> None:
    assert weigh_traffic(case({"region": "South"}, shown=0.0)).suspicions == ()  # a quarter is not a lot of everything
    [suspicion] = weigh_traffic(case({"surface": "row"}, shown=0.05)).suspicions
    assert suspicion.cause.endswith(", where surface=row")
