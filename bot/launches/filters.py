"""Which filters will keep a title out of requests, from how often they kept titles of its kind out."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.recommender.contract import Recommender
from checks.base import Window
from checks.events import Launch
from checks.upcoming import is_lacking

if TYPE_CHECKING:
    import pandas as pd

PAIR = ["member_id", "item_id"]
SOME = 3  # titles, before anything is learnt from them
FEW = 2  # titles of a kind, where the one asked about has a kind of its own
MET = 0.5  # of those whom a filter keeps titles from have chosen that very title: it is about that
UNLIKE = 2.0  # times as often is a reason given for titles of one kind as for all: it is about the kind


def find_personal(recommender: Recommender, rows: pd.DataFrame, lately: Window) -> frozenset[str]:
    """The reasons that are about what a member did with a title before, as its outcomes of late tell: "already seen".

    They cannot touch a title that nobody has met.
    """
    outcomes = recommender.warehouse.schema.relations.get("outcomes", {})
    if "member_id" not in outcomes or not {"excluded_reason", "member_id"} <= set(rows.columns):
        return frozenset()
    kept = rows.loc[rows["excluded_reason"].notna(), ["excluded_reason", *PAIR]].astype(str)
    if kept.empty:
        return frozenset()
    members = kept["member_id"].unique().tolist()
    chosen = recommender.warehouse.rows("outcomes", lately, where={"member_id": members})
    met = chosen[PAIR].astype(str).drop_duplicates().assign(met=True)
    told = kept.merge(met, on=PAIR, how="left")
    share = told["met"].notna().groupby(told["excluded_reason"]).mean()
    return frozenset(share.index[share >= MET])


class Filters:
    """The filters of logged requests, ready to be asked about any title.

    `described` holds what the catalogue says of the item of each row of `rows`, a category each; `starts` are rows of
    launches on their first day. Filters that are `personal` (about what members did with a title before) keep out no
    title ahead.
    """

    def __init__(
        self, rows: pd.DataFrame, described: pd.DataFrame, starts: pd.DataFrame, personal: Collection[str]
    ) -> None:
        import pandas as pd

        self._described = described
        self._items = pd.factorize(rows["item_id"])[0]
        reasons = rows["excluded_reason"] if "excluded_reason" in rows else pd.Series(dtype=object)
        told = sorted(set(map(str, reasons.dropna().unique())) - set(personal))
        self._said = {reason: (reasons == reason).to_numpy() for reason in told}
        self._usual = {reason: _usual_share(starts, reason) for reason in told}

    def keep_out(self, launch: Launch) -> dict[str, float]:
        """The share of requests in which each filter will keep the title out, by its reason.

        As often as launches before it, or as often as titles of its kind, where the filter is about their kind. Of a
        kind that no other title is of, the worst is expected that happens to any kind.
        """
        if not self._said:
            return {}
        kin, told = [self._kin(launch, name) for name in map(str, self._described)], {}
        for reason, said in self._said.items():
            shares = [max((float(said[of].mean()) for of in kinds), default=0.0) for kinds in kin]
            about = [share for share in shares if share >= UNLIKE * said.mean()]
            told[reason] = max([self._usual[reason], *about])
        return {reason: share for reason, share in told.items() if share > 0}

    def _kin(self, launch: Launch, name: str) -> list[NDArray[np.bool_]]:
        """Which rows are of titles of the same kind; where there are hardly any, the rows of each other kind."""
        kinds = self._described[name]
        same = (kinds == str(launch.facts.get(name))).to_numpy(bool)
        many = self._titles(same)
        if many >= SOME:
            return [same]
        if many or is_lacking(launch.facts.get(name)):
            return []
        others = [(kinds == other).to_numpy(bool) for other in kinds.dropna().unique()]
        return [of for of in others if self._titles(of) >= FEW]

    def _titles(self, of: NDArray[np.bool_]) -> int:
        """How many titles these rows are about."""
        return len(np.unique(self._items[of]))


def _usual_share(starts: pd.DataFrame, reason: str) -> float:
    """The median over launches: one of them that was set up wrongly says nothing of the others."""
    if starts.empty:
        return 0.0
    said = starts["excluded_reason"] == reason
    return float(said.groupby(starts["item_id"].astype(str)).mean().median())
