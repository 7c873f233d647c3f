"""docs/gallery.md and its pictures, from what the bot said."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.slack.charts.canvas import BLUE, GREY, INK, ORANGE
from bot.telling import draw
from checks.base import About, Finding

DOCS = Path(__file__).parents[2] / "docs"
PAGE, PICTURES = DOCS / "gallery.md", DOCS / "images" / "gallery"
STEPS = 10  # of each colour of a picture towards white
WIDE = 900  # pixels
OPENING = """# Gallery: what each check says

One broken world for every check. Each world below was really broken (a fault of the lab, see [sandbox.md](sandbox.md),
or what is said beside it), the ordinary detector with all its checks really watched it, and what stands here is what it
said on the first day it said anything, in the words and with the picture that open the incident's thread. In the
pictures the grey band is what was expected, the dashed line is where it began, and the diamonds are the windows found
abnormal. What each check misses is told in [checks.md](checks.md).

Written by `python -m sandbox.gallery`; do not edit by hand.
"""


@dataclass(frozen=True)
class Entry:
    """One broken world, and what the check said of it; no finding: it said nothing."""

    about: About
    cause: str  # one sentence
    told: str  # where and when: "Lab, seed 7, fault `unit-change`, found on day 1."
    finding: Finding | None
    name: str = ""  # of a second world for the same check, such as "D04-feed"

    @property
    def key(self) -> str:
        """The picture's name without its ending."""
        return self.name or self.about.code


def write_page(entries: Sequence[Entry]) -> None:
    """The whole page, and a picture for every finding that has a history."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    drawn = [(entry, draw_entry(entry)) for entry in entries]
    for entry, png in drawn:
        if png is not None:
            (PICTURES / f"{entry.key}.png").write_bytes(png)
    kept = {f"{entry.key}.png" for entry, png in drawn if png is not None}
    for old in PICTURES.glob("*.png"):
        if old.name not in kept:
            old.unlink()
    PAGE.write_text(OPENING + "".join(describe(entry) for entry in entries), encoding="utf-8")


def describe(entry: Entry) -> str:
    """One entry in Markdown."""
    heading = f"\n## {entry.about.code} {entry.about.title}{' (a feed)' if entry.name else ''}\n"
    parts = [heading, f"**Broken.** {entry.cause} {entry.told}\n", *_said(entry)]
    return "\n".join(parts)


def _said(entry: Entry) -> list[str]:
    finding = entry.finding
    if finding is None:
        return ["**Says** nothing here.\n"]
    where = f"in `{finding.slice}`" if finding.slice.parts else "for everyone"
    said = [f"> **{finding.title}** ({finding.severity.name}, {where})", ">", f"> {finding.words}\n"]
    picture = draw((finding,))
    if picture is None:
        return [*said, "No picture: it compares what is there with what ought to be, not with a history of its own.\n"]
    return [*said, f"![{picture.alt}](images/gallery/{entry.key}.png)\n"]


def draw_entry(entry: Entry) -> bytes | None:
    """The picture that the thread would have, with few colours; None where there is none."""
    picture = draw((entry.finding,)) if entry.finding is not None else None
    return None if picture is None else shrink(picture.png)


def shrink(png: bytes) -> bytes:
    """The same picture, smaller and in the few colours that pictures have: a page of forty of them has to load."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        rgb = image.convert("RGB")
        small = rgb.resize((WIDE, round(rgb.height * WIDE / rgb.width)), Image.Resampling.LANCZOS)
    colours = Image.new("P", (1, 1))
    colours.putpalette([part for colour in (BLUE, ORANGE, GREY, INK) for part in _towards_white(colour)])
    out = io.BytesIO()
    small.quantize(palette=colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _towards_white(colour: str) -> list[int]:
    """Red, green and blue of a colour "#RRGGBB" in STEPS from itself to white."""
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return [round(part + (255 - part) * step / (STEPS - 1)) for step in range(STEPS) for part in parts]
