"""Where does it sit: in which combination of slices is more or less shown, or more or less of it taken?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.diagnosis.case import Case
from bot.diagnosis.localising.leaves import read_leaves
from bot.diagnosis.localising.search import Cause, localise
from bot.diagnosis.verdict import Answer, Evidence
from checks.base import Window

if TYPE_CHECKING:
    import pandas as pd

MOST_CELLS = 50_000
NAMED = 3


def weigh_place(case: Case) -> Answer:
    """The places, by slices taken together, where the window is unlike the ones before."""
    shown, taken = find_where_shown(case), find_where_taken(case)
    evidence = [
        Evidence(title, f"{verb} {_tell(causes)}; elsewhere about as before.", "place", _data(causes))
        for title, verb, causes in (
            ("Where it was shown", "Shown", shown),
            ("Where it was taken", "Of what was shown, taken", taken),
        )
        if causes
    ]
    return Answer(tuple(evidence))


def find_where_shown(case: Case) -> list[Cause]:
    """Where more or fewer impressions were made, the surest place first; [] where that is everywhere, or nowhere."""
    both = _both(case, "impressions")
    if both is None:
        return []
    share = (case.window.end - case.window.start) / (case.last_good.end - case.last_good.start)
    expected = both["rows__before"] * share
    return localise(read_leaves(both[list(_columns(case))].assign(actual=both["rows_"], expected=expected)))


def find_where_taken(case: Case) -> list[Cause]:
    """Where more or less of what was shown was chosen, the surest place first."""
    both = _both(case, "labelled")
    if both is None:
        return []
    numbers = {
        "actual_num": both["chosen_"],
        "actual_den": both["rows_"],
        "expected_num": both["chosen__before"],
        "expected_den": both["rows__before"],
    }
    return localise(read_leaves(both[list(_columns(case))].assign(**numbers)))


def name_place(cause: Cause) -> str:
    """A place in words: "region=North and surface=row"."""
    return " and ".join(f"{column}={value}" for column, value in cause.where.items())


def _both(case: Case, relation: str) -> pd.DataFrame | None:
    """The cells of the bad window and of the last good one side by side; None where they cannot be compared."""
    columns = _columns(case)
    if not columns or not case.has(relation, "ts", *columns):
        return None
    now, before = (_cells(case, relation, window) for window in (case.window, case.last_good))
    if now.empty or before.empty or max(len(now), len(before)) > MOST_CELLS:
        return None
    both = now.merge(before, how="outer", on=list(columns), suffixes=("", "_before"))
    return both.fillna({name: 0.0 for name in both if name not in columns})


def _cells(case: Case, relation: str, window: Window) -> pd.DataFrame:
    return case.recommender.warehouse.cells(relation, window, _columns(case))


def _columns(case: Case) -> tuple[str, ...]:
    schema = case.recommender.warehouse.schema
    return tuple(name for name in schema.slices if name in schema.relations.get("impressions", {}))


def _tell(causes: list[Cause]) -> str:
    return "; ".join(f"{'more' if one.shift > 0 else 'less'} where {name_place(one)}" for one in causes[:NAMED])


def _data(causes: list[Cause]) -> dict[str, float]:
    return {name_place(one): one.shift for one in causes[:NAMED]}
