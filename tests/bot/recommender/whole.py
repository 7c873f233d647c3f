"""The shop with everything mapped: genres, sampled requests and members; and days with nothing but given lists."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bot.recommender.warehouse import DuckDBWarehouse
from tests.bot.recommender.shop import DAY, START, TOML, make_movies, make_shown, open_shop, write_parquet

MORE = (
    TOML
    + """genres = "kinds"
[tables.requests]
path = "ranked/*.parquet"
[tables.requests.columns]
ts = "event_time"
request_id = "visit"
member_id = "user"
item_id = "movie"
score = "p_click"
[tables.members]
path = "users.parquet"
[tables.members.columns]
member_id = "user"
joined_at = "since"
"""
)
KINDS = ["Drama", "Drama, Horror", "Comedy|Drama"]


def make_ranked(shown: pd.DataFrame) -> pd.DataFrame:
    """Every second visit whole: what was shown, with the score as emitted, and one candidate that was not shown."""
    sampled = shown[shown["visit"].str.rsplit("-").str[-1].astype(int) % 2 == 0]
    ranked = sampled[["event_time", "visit", "user", "movie", "p_click", "country"]]
    unshown = ranked.drop_duplicates("visit").assign(movie=99, p_click=0.01)
    return pd.concat([ranked, unshown], ignore_index=True)


def write_whole(folder: Path) -> DuckDBWarehouse:
    """Users from 4 on joined on the first day, the others long ago; nobody knows of user 7."""
    write_parquet(make_movies().assign(kinds=[KINDS[n % 3] for n in range(30)]), folder / "logs/movies.parquet")
    for day in range(3):
        write_parquet(make_ranked(make_shown(day)), folder / f"logs/ranked/{day:03}.parquet")
    since = [pd.Timestamp(START) - (400 if user < 4 else 0) * DAY for user in range(7)]
    write_parquet(pd.DataFrame({"user": range(7), "since": since}), folder / "logs/users.parquet")
    return open_shop(folder, MORE)


def one_list(day: int, movies: list[int], user: int = 1, model: int = 7, country: str = "DE") -> pd.DataFrame:
    """One visit of one user with these movies."""
    count = len(movies)
    return pd.DataFrame(
        {
            "event_time": [pd.Timestamp(START) + day * DAY + pd.Timedelta(hours=9)] * count,
            "visit": f"w{day}-{user}",
            "user": user,
            "movie": movies,
            "slot": range(count),
            "p_click": 0.5,
            "model": model,
            "country": country,
            "affinity": 0.0,
            "days_old": 1,
        }
    )


def write_lists(folder: Path, *lists: pd.DataFrame) -> DuckDBWarehouse:
    """The shop with nothing shown but these lists."""
    for path in (folder / "logs/shown").glob("*.parquet"):
        path.unlink()
    write_parquet(pd.concat(lists, ignore_index=True), folder / "logs/shown/000.parquet")
    return open_shop(folder, MORE)
