"""A judged series as a picture: its values, its scores, and a mark at each alarm; no larger for a million rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

MOST = 2000  # stretches drawn: more than the picture has room for
MARKS = 500  # alarms marked


class Outline:
    """The least and the largest value of each stretch, and its highest score: peaks are never lost by thinning."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._stretches: list[tuple[float, float, float]] = []  # least, largest, score
        self._length = 1  # rows in a stretch
        self._rows = 0
        self._alarms: list[float] = []

    def add(self, times: Numbers, values: Numbers, scores: Numbers, alarms: NDArray[np.bool_]) -> None:
        """Takes note of the next rows."""
        self._alarms += times[alarms].tolist()[: MARKS - len(self._alarms)]
        for time, value, score in zip(times.tolist(), values.tolist(), scores.tolist(), strict=True):
            if self._rows % self._length:
                self._stretches[-1] = _join(self._stretches[-1], (value, value, score))
            else:
                self._begin(time, (value, value, score))
            self._rows += 1

    def _begin(self, time: float, stretch: tuple[float, float, float]) -> None:
        if len(self._times) == MOST:
            pairs = zip(self._stretches[::2], self._stretches[1::2], strict=True)
            self._times, self._stretches = self._times[::2], [_join(*pair) for pair in pairs]
            self._length *= 2
        self._times.append(time)
        self._stretches.append(stretch)

    def draw(self, title: str) -> bytes:
        """The picture, as PNG."""
        from bot.slack.charts.canvas import BLUE, GREY, INK, ORANGE, make_figure, set_title, show_dates, to_png

        figure, above = make_figure(4.0)
        grid = figure.add_gridspec(2, 1, height_ratios=(3, 1))
        above.set_subplotspec(grid[0])
        below = figure.add_subplot(grid[1], sharex=above)
        at: list[Any] = [datetime.fromtimestamp(time, UTC) for time in self._times]
        least, largest, scores = zip(*self._stretches, strict=True)
        above.fill_between(at, least, largest, color=BLUE, linewidth=0.8)
        below.fill_between(at, scores, color=GREY, step="post")
        below.axhline(0.5, color=ORANGE, linewidth=0.8, linestyle="--")
        below.set(ylim=(0, 1))
        for side in ("top", "right"):
            below.spines[side].set_visible(False)
        below.set_ylabel("score", fontsize=9, color=INK)
        for alarm in self._alarms:
            moment: Any = datetime.fromtimestamp(alarm, UTC)
            above.axvline(moment, color=ORANGE, linewidth=1.2, alpha=0.7)
        above.tick_params(labelbottom=False)
        show_dates(below)
        set_title(above, title)
        return to_png(figure)


def _join(first: tuple[float, float, float], second: tuple[float, float, float]) -> tuple[float, float, float]:
    """Two stretches as one; no number (NaN) gives way to any."""
    least = first[0] if not second[0] < first[0] and first[0] == first[0] else second[0]
    largest = first[1] if not second[1] > first[1] and first[1] == first[1] else second[1]
    return least, largest, max(first[2], second[2])
