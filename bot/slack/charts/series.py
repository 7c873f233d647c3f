"""A finding's picture: the value against what was expected, with the onset marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.slack.charts.axes import Axis, axis_of
from bot.slack.charts.canvas import BLUE, GREY, INK, ORANGE, fold, make_figure, number, set_title, show_dates, to_png
from bot.slack.messages import Picture
from checks.base import Finding, Point

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def series_chart(finding: Finding) -> Picture:
    """The judged value over time, the expected band behind it, and a line where it began."""
    points = finding.points or (
        Point(finding.window.start, finding.value, finding.expected, finding.low, finding.high),
    )
    figure, axes = make_figure()
    axis = axis_of(finding.measure, max(point.value for point in points))
    _draw_band(axes, points, axis.factor)
    at: list[Any] = [point.at for point in points]
    axes.plot(
        at,
        [axis.factor * point.value for point in points],
        color=BLUE,
        linewidth=2,
        marker="o",
        markersize=3.5,
        label="seen",
    )
    bad = [point for point in points if point.at >= finding.onset or point is points[-1]]
    bad_at: list[Any] = [point.at for point in bad]
    axes.plot(
        bad_at,
        [axis.factor * p.value for p in bad],
        color=ORANGE,
        linewidth=0,
        marker="D",
        markersize=6,
        label="abnormal",
    )
    onset: Any = finding.onset
    axes.axvline(onset, color=ORANGE, linewidth=1.2, linestyle="--")
    show_dates(axes)
    axes.set_ylabel(fold(axis.words, 38), fontsize=9, color=INK)
    axes.legend(fontsize=9, frameon=False, loc="lower right", bbox_to_anchor=(1.0, 0.99), ncols=3, borderpad=0)
    where = f" ({finding.slice})" if finding.slice.parts else ""
    set_title(axes, f"{finding.title}{where}")
    return Picture(to_png(figure), f"{finding.title}{where}", _alt(finding, points, axis))


def _draw_band(axes: Axes, points: tuple[Point, ...], factor: float) -> None:
    known = [point for point in points if point.low is not None and point.high is not None]
    if not known:
        return
    at: list[Any] = [point.at for point in known]
    low, high = [factor * float(p.low or 0.0) for p in known], [factor * float(p.high or 0.0) for p in known]
    axes.fill_between(at, low, high, color=GREY, alpha=0.3, linewidth=0, label="expected")


def _alt(finding: Finding, points: tuple[Point, ...], axis: Axis) -> str:
    value, expected, low, high = (
        number(axis.factor * each) for each in (finding.value, finding.expected, finding.low, finding.high)
    )
    return (
        f"Line chart of {len(points)} windows from {points[0].at:%d %b} to {points[-1].at:%d %b}: {finding.title}. "
        f"Shown: {axis.words}. The newest value is {value}, expected {expected} (between {low} and {high}); "
        f"outside since {finding.onset:%d %b %H:%M} UTC."
    )
