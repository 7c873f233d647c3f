"""Was what the ranker put first what people chose? Ranking quality of scores over logged lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bot.diagnosis.case import ROWS, Case

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from checks.base import Window


def labelled_rows(case: Case, window: Window, shown: pd.DataFrame) -> pd.DataFrame:
    """Impressions with a boolean `chosen`; empty when choices cannot be told apart by request."""
    if case.has("labelled", "chosen"):
        rows = case.rows("labelled", window, ROWS)
        return rows.assign(chosen=rows["chosen"].fillna(False).astype(bool)) if len(rows) else rows
    if not case.has("outcomes", "request_id", "item_id") or shown.empty:
        return shown.iloc[:0]
    taken = case.rows("outcomes", window, 10 * ROWS, request_id=shown["request_id"].unique().tolist())
    pairs = set(zip(taken["request_id"], taken["item_id"], strict=True))
    return shown.assign(chosen=[pair in pairs for pair in zip(shown["request_id"], shown["item_id"], strict=True)])


def pair_quality(lists: Any, scores: NDArray[np.float64], chosen: NDArray[np.bool_]) -> pd.DataFrame:
    """Per list with a choice: `right` of `pairs` (chosen, not chosen) that the scores order rightly; a tie counts half.

    sum(right) / sum(pairs) is the AUC within lists; nothing between lists is compared, so traffic cannot move it.
    """
    import pandas as pd

    rows = pd.DataFrame({"list": np.asarray(lists), "chosen": chosen, "place": 0.0})
    rows["place"] = pd.Series(scores).groupby(rows["list"].to_numpy()).rank().to_numpy()
    size = rows.groupby("list")["place"].size()
    won = rows[rows["chosen"]].groupby("list")["place"].agg(["sum", "size"])
    pairs = won["size"] * (size.reindex(won.index) - won["size"])
    right = won["sum"] - won["size"] * (won["size"] + 1) / 2  # Mann-Whitney U from ranks within the list
    return pd.DataFrame({"right": right, "pairs": pairs})[pairs > 0]


def auc_of(quality: pd.DataFrame) -> tuple[float, float]:
    """AUC within lists and its standard error over lists; (nan, nan) with fewer than 20 lists."""
    if len(quality) < 20:
        return float("nan"), float("nan")
    pairs = quality["pairs"].to_numpy(float)
    auc = quality["right"].sum() / pairs.sum()
    residual = quality["right"].to_numpy(float) - auc * pairs
    return float(auc), float(np.sqrt((residual**2).sum()) / pairs.sum())
