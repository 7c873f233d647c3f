"""A launch's picture: what was expected of it day by day, in its interval, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.slack.charts.canvas import BLUE, GREY, INK, ORANGE, make_figure, set_title, show_dates, to_png
from bot.slack.messages import Picture


@dataclass(frozen=True)
class Expectation:
    """What was expected at a moment: shares of requests; void once another version of the model served."""

    at: datetime
    value: float
    low: float
    high: float
    is_void: bool = False


def outlook_chart(
    title: str, told: Sequence[Expectation], usual: float, launches_at: datetime, outcome: float | None, top: int
) -> Picture:
    """The line of expectations with their intervals, what is usual, the launch day, and what came of it."""
    from matplotlib.dates import date2num
    from matplotlib.ticker import PercentFormatter

    figure, axes = make_figure()
    days = [float(date2num(one.at)) for one in told]  # type: ignore[no-untyped-call]
    launch = float(date2num(launches_at))  # type: ignore[no-untyped-call]
    axes.fill_between(
        days, [100 * one.low for one in told], [100 * one.high for one in told], color=BLUE, alpha=0.2, linewidth=0,
        label="four in five launches lie here",
    )  # fmt: skip
    line = [100 * one.value for one in told]
    axes.plot(days, line, color=BLUE, linewidth=2.2, marker="o", markersize=4, label="expected")
    void = [one for one in told if one.is_void]
    if void:
        then = [day for day, one in zip(days, told, strict=True) if one.is_void]
        axes.plot(
            then, [100 * one.value for one in void], "o", color="white", markeredgecolor=BLUE, markersize=5,
            label="void: an older model",
        )  # fmt: skip
    axes.axhline(100 * usual, color=GREY, linestyle="--", linewidth=1.4, label="launches usually")
    axes.axvline(launch, color=INK, linewidth=1, linestyle=":")
    if outcome is not None:
        axes.plot([launch], [100 * outcome], "D", color=ORANGE, markersize=8, label="came of it")
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(PercentFormatter(decimals=0))
    axes.legend(fontsize=8, frameon=False, loc="best")
    show_dates(axes)
    set_title(axes, f"{title}: requests that will have it among the first {top} on its launch day")
    came = f" It came to {outcome:.1%}." if outcome is not None else ""
    last = told[-1]
    alt = (
        f"Line chart of {len(told)} predictions. Expected last: {last.value:.1%}, between {last.low:.1%} and "
        f"{last.high:.1%}; launches usually {usual:.1%}.{came}"
    )
    return Picture(to_png(figure), f"Outlook of {title}", alt)
