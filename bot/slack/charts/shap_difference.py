"""The SHAP difference's picture: which features' parts in the score changed, and which way."""

from __future__ import annotations

from collections.abc import Mapping

from bot.slack.charts.canvas import BLUE, GREY, INK, ORANGE, make_figure, number, set_title, to_png
from bot.slack.messages import Picture

MOST = 8


def shap_difference_chart(change: Mapping[str, float], title: str) -> Picture:
    """Horizontal bars, the largest change on top: orange lowers the scores, blue raises them.

    `change` is a mean contribution's change per feature, in the unit of the model's output. Eight are drawn.
    """
    top = sorted(change.items(), key=lambda pair: -abs(pair[1]))[:MOST]
    figure, axes = make_figure(0.9 + 0.3 * max(len(top), 3))
    names, values = [name for name, _ in reversed(top)], [value for _, value in reversed(top)]
    bars = axes.barh(names, values, color=[BLUE if value >= 0 else ORANGE for value in values], height=0.7)
    axes.bar_label(bars, [f"{value:+.3g}" for value in values], padding=3, fontsize=9, color=INK)
    axes.axvline(0, color=GREY, linewidth=1)
    axes.margins(x=0.18)
    set_title(axes, title)
    return Picture(to_png(figure), title, _alt(top, title))


def _alt(top: list[tuple[str, float]], title: str) -> str:
    said = ", ".join(
        f"{name} {'raises' if value >= 0 else 'lowers'} by {number(abs(value))}" for name, value in top[:5]
    )
    return f"Bar chart. {title}. Largest first: {said or 'nothing changed'}."
