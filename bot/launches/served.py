"""What the ranking model really did with titles on their launch day, from the sampled requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.recommender.contract import Recommender
from checks.base import Window
from checks.events import Launch

if TYPE_CHECKING:
    import pandas as pd

DAY = timedelta(days=1)  # after its launch, in which a title's own success has not yet changed its features
FEWEST = 10  # sampled requests of that day, below which a share says nothing
MOST_ROWS = 50_000


def read_launch_days(recommender: Recommender, launches: Sequence[Launch], window: Window) -> pd.DataFrame:
    """Rows of requests of each launch on its first day, of launches whose day lies in the window."""
    import pandas as pd

    ids = [launch.item_id for launch in launches]
    if not ids:
        return pd.DataFrame()
    rows = recommender.warehouse.rows("requests", window, where={"item_id": ids}, limit=MOST_ROWS)
    began = rows["item_id"].astype(str).map({launch.item_id: launch.at for launch in launches})
    since = rows["ts"] - pd.to_datetime(began, utc=True)
    return rows[((since >= timedelta(0)) & (since < DAY)).to_numpy()]


def top_shares(recommender: Recommender, launches: Sequence[Launch], top: int) -> Mapping[str, float]:
    """In which share of the sampled requests of its first day each launch was among the first `top`, by item.

    For launches whose first day is over; those of days with few sampled requests are left out. A request counts once it
    ranked anything at all: where the model did not answer, nobody was ranked.
    """
    dated = {launch.item_id: launch.at for launch in launches if launch.at is not None}
    if not dated:
        return {}
    window = Window(min(dated.values()), max(dated.values()) + DAY)
    first = recommender.warehouse.rows("requests", window, where={"rank": 1})["ts"]
    rows = read_launch_days(recommender, [one for one in launches if one.at is not None], window)
    high = rows[(rows["rank"].astype("Float64") <= top).fillna(False).to_numpy(bool)] if len(rows) else rows
    among = high["item_id"].astype(str).value_counts().to_dict() if len(high) else {}
    told = {}
    for item, at in dated.items():
        asked = int(((first >= at) & (first < at + DAY)).sum())
        if asked >= FEWEST:
            told[item] = min(1.0, among.get(item, 0) / asked)
    return told
