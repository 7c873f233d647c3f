"""The items and members tables: one file each, rewritten daily, with everything announced and everyone so far."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sandbox.recommender.engine.scene import START
from sandbox.recommender.engine.state import Change, State

ANNOUNCED_DAYS = 21  # how long before its launch a title enters the catalogue


def item_rows(state: State) -> pd.DataFrame:
    """Every title launched or announced, as the catalogue describes it."""
    catalogue = state.scene.catalogue
    known = np.flatnonzero(~(state.launch_day > state.day + ANNOUNCED_DAYS))
    launch = state.launch_day[known]
    return pd.DataFrame(
        {
            "item_id": catalogue.ids[known],
            "title": catalogue.titles[known],
            "launch_date": START + pd.to_timedelta(pd.Series(launch), unit="D"),
            "release_year": pd.array(catalogue.release_year[known], dtype="Float64").astype("Int32"),
            "genres": catalogue.genres[known],
            "genre": catalogue.main_genre[known],
            "language": catalogue.language[known],
            "audience": pd.array(catalogue.audience[known], dtype="string"),
            "has_artwork": state.lacks_artwork[known] == 0,
            "owner": catalogue.owner[known],
        }
    )


def member_rows(state: State) -> pd.DataFrame:
    """Everyone who has ever joined, with what their profile says today."""
    members = state.scene.members
    known = np.flatnonzero(members.join_day < state.day)
    return pd.DataFrame(
        {
            "member_id": members.ids[known],
            "joined_at": START + pd.to_timedelta(pd.Series(members.join_day[known]), unit="D"),
            "region": members.region[known],
            "age_group": members.age_group[known],
        }
    )


def change_rows(changes: list[Change]) -> pd.DataFrame:
    """The changes table's rows, oldest first."""
    rows = pd.DataFrame([vars(change) for change in changes], columns=["ts", "kind", "subject", "words"])
    return rows.sort_values("ts", kind="stable", ignore_index=True)
