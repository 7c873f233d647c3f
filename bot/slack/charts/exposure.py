"""An item's picture: how often it is shown by days since launch, against comparable items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.slack.charts.canvas import BLUE, GREY, ORANGE, make_figure, number, set_title, to_png
from bot.slack.messages import Picture


@dataclass(frozen=True)
class Comparable:
    """A like item and how often it was shown, one number a day."""

    item_id: str
    title: str
    exposure: tuple[float, ...]


def exposure_chart(title: str, exposure: Sequence[float], comparables: Sequence[Comparable], by: str) -> Picture:
    """The item's exposure as a thick line over the comparables' thin ones and the band most of them lie in.

    `exposure` holds a number per day; day i of a comparable stands beside day i of the item. `by` names the days, such
    as "days since launch".
    """
    figure, axes = make_figure()
    days = len(exposure)
    others = _table(comparables, days)
    for row in others:
        axes.plot(range(days), row, color=GREY, linewidth=0.8, alpha=0.7)
    if len(others):
        low, middle, high = np.nanpercentile(others, [10, 50, 90], axis=0)
        axes.fill_between(range(days), low, high, color=GREY, alpha=0.25, linewidth=0, label="most comparables")
        axes.plot(range(days), middle, color=BLUE, linewidth=1.6, linestyle="--", label="usual")
    axes.plot(range(days), exposure, color=ORANGE, linewidth=2.6, marker="o", markersize=3.5, label="this item")
    axes.set_xlabel(by, fontsize=10)
    axes.set_ylim(bottom=0)
    axes.legend(fontsize=9, frameon=False, loc="best")
    set_title(axes, f"How often {title} is shown a day")
    return Picture(to_png(figure), f"Exposure of {title}", _alt(title, exposure, others, by))


def _table(comparables: Sequence[Comparable], days: int) -> np.ndarray:
    """Exposures of the comparables, shape (items, days); NaN where one has no day yet, days nobody has left at 0."""
    rows = [np.array([*one.exposure[:days], *[np.nan] * (days - len(one.exposure))], float) for one in comparables]
    table = np.array(rows, float).reshape(len(rows), days)
    if len(rows):
        table[0, np.isnan(table).all(axis=0)] = 0.0
    return table


def _alt(title: str, exposure: Sequence[float], others: np.ndarray, by: str) -> str:
    now = exposure[-1] if len(exposure) else 0.0
    usual = (
        f" {len(others)} comparable items: usually {number(float(np.nanmedian(others[:, -1])))}." if len(others) else ""
    )
    return f"Line chart of impressions a day by {by}, {len(exposure)} days. {title} is at {number(now)}.{usual}"
