"""Faults that come with a release of the app: what it logs, and what it shows of the list it was given."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.ranking import list_length
from sandbox.recommender.engine.requests import Requests
from sandbox.recommender.engine.scene import Ints
from sandbox.recommender.faults.base import Damage, Dose, Fault, Injected
from sandbox.recommender.faults.places import lots, shards

SURFACES = ("genre_row", "home")
PAGE = 10  # items on a page of the app


def log_other_ids(engine: Engine, amount: float, dose: Dose) -> None:
    """The released builds write the shop system's item numbers into both logs, where the catalogue's belong."""
    seed = dose.seed()

    def rename(name: str, rows: pd.DataFrame) -> pd.DataFrame:
        if name not in ("impressions", "outcomes"):
            return rows
        released = shards(rows["request_id"].fillna("00000"), seed) < amount
        return rows.assign(item_id=rows["item_id"].where(~released, "sku-" + rows["item_id"]))

    engine.hooks.log.append(rename)


def forget_clicks(engine: Engine, amount: float, dose: Dose) -> Injected:
    """The released builds no longer send what is taken on one surface."""
    surface, seed = dose.pick(SURFACES, SURFACES[0]), dose.seed()
    silent: set[str] = set()

    def forget(name: str, rows: pd.DataFrame) -> pd.DataFrame:
        if name == "impressions":
            there = (rows["surface"] == surface) & (shards(rows["request_id"], seed) < amount)
            silent.update(rows.loc[there, "request_id"])
        return rows[~rows["request_id"].isin(silent)].reset_index(drop=True) if name == "outcomes" else rows

    engine.hooks.log.append(forget)
    return Injected(slice=f"surface={surface}")


def skip_first_page(engine: Engine, amount: float, dose: Dose) -> None:
    """The released builds count pages from one where the list counts from zero: they show the second page first."""
    released = lots(engine, dose.seed()) < amount

    def skip(requests: Requests, _: Ints, order: Ints) -> Ints:
        return np.where(released[requests.member][:, None], np.maximum(order - PAGE, 0), order)

    engine.hooks.pages.append(skip)


def turn_around(engine: Engine, amount: float, dose: Dose) -> None:
    """The released builds draw lists from the last item to the first."""
    released = lots(engine, dose.seed()) < amount

    def turn(requests: Requests, _: Ints, order: Ints) -> Ints:
        length = np.minimum(list_length(engine.state, requests), order.max(axis=1, keepdims=True))
        turned = np.where((order > 0) & (order <= length), length + 1 - order, order)
        return np.where(released[requests.member][:, None], turned, order)

    engine.hooks.pages.append(turn)


FOREIGN_IDS = Fault(
    name="foreign-ids",
    number=27,
    title="The log has item ids of another system",
    cause="An app release writes the shop system's item numbers into the logs, and the catalogue knows none of them.",
    cause_class="inputs",
    subject="table:impressions",
    codes=("D09",),
    damage=Damage("share of lists", 0.3, most=1.0),
    injection=log_other_ids,
)
FIRST_PAGE_SKIPPED = Fault(
    name="first-page-skipped",
    number=34,
    title="The app shows the second page first",
    cause="An app release counts pages from one where the list counts from zero, so the first ten items are skipped.",
    cause_class="systems",
    subject="lists",
    codes=("P01", "M02", "M06"),
    damage=Damage("share of members", 1.0, most=1.0),
    injection=skip_first_page,
)
CLICKS_LOST = Fault(
    name="clicks-lost",
    number=35,
    title="Clicks on one surface are no longer logged",
    cause="An app release no longer sends what members take on the genre rows.",
    cause_class="systems",
    subject="table:outcomes",
    slice=f"surface={SURFACES[0]}",
    codes=("P03", "M04"),
    damage=Damage("share of the surface's lists", 0.9, most=1.0),
    injection=forget_clicks,
)
LISTS_TURNED_AROUND = Fault(
    name="lists-turned-around",
    number=40,
    title="The app draws lists from the end",
    cause="An app release draws each list from its last item to its first, so the best stand where few look.",
    cause_class="systems",
    subject="lists",
    codes=("M06", "M09", "S05", "S07"),
    damage=Damage("share of members", 1.0, most=1.0),
    injection=turn_around,
    days=7,
)
