"""Every entry of the gallery, from worlds that are really broken and really watched."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.gallery.ailing import CAUSES, ailing
from sandbox.gallery.feeds import every_mishap, live_feed
from sandbox.gallery.living import DAYS, SEED, Shown, judged, live
from sandbox.gallery.page import Entry
from sandbox.gallery.scenes import Scene, every_scene


def make_entries(codes: Sequence[str] = ()) -> list[Entry]:
    """In code order; of these checks, or of all. Takes minutes: each fault is lived through once."""
    scenes = [scene for scene in every_scene() if not codes or scene.code in codes]
    shown, well = _live_all(scenes), ailing()
    entries: list[Entry] = []
    for scene in scenes:
        if scene.fault is None:
            told = "Made up: the bot's own records were written so."
            entries.append(Entry(scene.about, CAUSES[scene.code], told, well[scene.code]))
            continue
        entries.append(_entry(scene, shown[scene.code]))
        entries += [
            Entry(
                scene.about,
                mishap.cause,
                "A feed with seven quiet weeks.",
                live_feed(mishap),
                name=f"{scene.code}-feed",
            )
            for mishap in every_mishap()
            if mishap.code == scene.code
        ]
    return entries


def _live_all(scenes: Sequence[Scene]) -> dict[str, Shown]:
    """What was said of each scene's fault: each world judged once while quiet, each fault lived through once."""
    shown: dict[str, Shown] = {}
    broken = [scene for scene in scenes if scene.fault is not None]
    for world in sorted({scene.world for scene in broken}):
        with judged(world) as quiet:
            wanted: dict[str, list[Scene]] = {}
            for scene in broken:
                if scene.world == world and scene.fault is not None:
                    wanted.setdefault(scene.fault.name, []).append(scene)
            for group in wanted.values():
                if group[0].fault is not None:
                    shown |= live(quiet, world, group[0].fault, [scene.code for scene in group])
    return shown


def _entry(scene: Scene, shown: Shown) -> Entry:
    fault = shown.fault
    amount = "" if fault.amount is None else f" ({fault.damage.unit}: {fault.amount:.3g})"
    where = f"{scene.world.capitalize()}, seed {SEED}, fault `{fault.name}`{amount}"
    when = f"said on day {shown.day}" if shown.finding else f"watched for {max(DAYS, fault.days)} days"
    return Entry(scene.about, fault.cause, f"{where}, {when}.", shown.finding)
