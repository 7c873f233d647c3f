"""What all pictures share: size, colours, and the way from a figure to a PNG. Drawn without pyplot: safe in threads."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette: told apart by people with any common kind of colour blindness.
BLUE, ORANGE, GREEN, GREY, INK = "#0072B2", "#D55E00", "#009E73", "#9AA3AB", "#24292F"
WIDE, DPI = 6.0, 200  # inches; 1200 pixels wide, drawn at half size


def make_figure(height: float = 3.0) -> tuple[Figure, Axes]:
    """An empty figure six inches wide with quiet axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDE, height), dpi=DPI, layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(GREY)
    axes.tick_params(colors=INK, labelsize=10)
    return figure, axes


def show_dates(axes: Axes) -> None:
    """Few and short dates along the bottom."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=3, maxticks=6)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    names = ConciseDateFormatter(  # type: ignore[no-untyped-call]
        locator,
        formats=["%Y", "%b", "%d %b", "%H:%M", "%H:%M", "%S.%f"],
        zero_formats=["", "%Y", "%d %b", "%d %b", "%H:%M", "%H:%M"],
        offset_formats=["", "%Y", "%Y", "%d %b %Y", "%d %b %Y", "%d %b %Y %H:%M"],
    )
    axes.xaxis.set_major_formatter(names)


def set_title(axes: Axes, title: str) -> None:
    """The title, at the left, in as many lines as it needs."""
    words = fold(title.replace("$", r"\$"), 66)
    axes.figure.suptitle(words, x=0.01, ha="left", fontsize=11, color=INK)


def fold(words: str, width: int) -> str:
    """The words in lines of at most so many letters."""
    import textwrap

    return "\n".join(textwrap.wrap(words, width))


def to_png(figure: Figure) -> bytes:
    """The figure as PNG bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    out = io.BytesIO()
    FigureCanvasAgg(figure).print_png(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def number(value: float) -> str:
    """A number as an axis or alt text says it: three figures that matter, thousands set apart."""
    return f"{value:,.0f}" if abs(value) >= 1000 or abs(value) < 1e-6 else f"{value:.3g}"
