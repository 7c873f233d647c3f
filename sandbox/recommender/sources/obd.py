"""Open Bandit as a world: a real fashion site's log under two policies, read from the obp wheel. Nothing simulated."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.recommender.config import write_config
from sandbox.recommender.sources.wheels import read_members

if TYPE_CHECKING:
    import pandas as pd

    from sandbox.recommender.tables.parquet import ParquetWriter

WHEEL = "obp==0.4.1"
FOLDER = "obp/dataset/obd"
POLICIES = ("random", "bts")  # uniformly at random; Bernoulli Thompson sampling
MEMBER = [f"user_feature_{n}" for n in range(4)]  # all the log says of who was there
TABLES = ("impressions", "outcomes", "items")
WINDOW = "6h"  # a week of data is too short for days


def write_world(folder: Path, writer: ParquetWriter) -> pd.Timestamp:
    """Put the log's tables and recsysops.toml into `folder`; returns the time of the last row. Raises DataMissing."""
    import pandas as pd

    files = read_members(WHEEL, (*(_log_path(policy) for policy in POLICIES), _items_path()))
    log = pd.concat([read_log(files[_log_path(policy)], policy) for policy in POLICIES])
    log = log.sort_values("ts", kind="stable", ignore_index=True)
    clicks = log.loc[log["click"] == 1, ["ts", "member_id", "item_id", "request_id"]].assign(source="list")
    for name, rows in {"impressions": log.drop(columns="click"), "outcomes": clicks}.items():
        for date, part in rows.groupby(rows["ts"].dt.date):
            writer.write(part.reset_index(drop=True), folder / "tables" / name / f"{date}.parquet")
    writer.write(read_items(files[_items_path()]), folder / "tables" / "items" / "items.parquet")
    text = write_config("obd", TABLES, (), ("policy",), window=WINDOW, serving=False)
    (folder / "recsysops.toml").write_text(text)
    last: pd.Timestamp = log["ts"].iloc[-1]
    return last


def read_log(text: str, policy: str) -> pd.DataFrame:
    """One policy's rows in the contract's names. A row is an impression; the log does not say which came together."""
    import pandas as pd

    rows = pd.read_csv(io.StringIO(text), index_col=0)
    who = rows[MEMBER].agg("-".join, axis=1)
    return pd.DataFrame(
        {
            "ts": pd.to_datetime(rows["timestamp"], format="ISO8601", utc=True),
            "request_id": [f"{policy}-{row}" for row in rows.index],
            "member_id": [hashlib.sha256(text.encode()).hexdigest()[:12] for text in who],
            "item_id": rows["item_id"].astype(str),
            "position": rows["position"],
            "explored": policy == "random",
            "propensity": rows["propensity_score"],
            "policy": policy,
            "click": rows["click"],
        }
    )


def read_items(text: str) -> pd.DataFrame:
    """The 80 items with their hashed features; the log gives no titles and no launch dates."""
    import pandas as pd

    rows = pd.read_csv(io.StringIO(text), index_col=0)
    return rows.assign(item_id=rows["item_id"].astype(str))


def _log_path(policy: str) -> str:
    return f"{FOLDER}/{policy}/all/all.csv"


def _items_path() -> str:
    return f"{FOLDER}/random/all/item_context.csv"
