"""I05: an item that has long been shown is shown no more, or everywhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import func

from checks.base import EVERYONE, About, Finding, History, Measure, Schema, Series, Slice
from checks.evidence import Claim, Judged, find_abnormal, judge_all, make_finding
from checks.judging import Judge
from checks.mix import is_new_version
from checks.wording import count, times

SHOWN = "shown.by_item"
LONG = 14  # windows of history that make an item established ...
OFTEN = 20.0  # ... and the impressions a window it then usually has: of fewer, none may be chance
LESS, MORE = 0.75, 2.0  # of the usual impressions: a collapse, an explosion
NAMED = 5  # when more go at once it is no matter of single items: the others have checks for that
LOST = 0.35  # of all impressions
GONE, LARGE = 0.95, 50.0  # a new version may think less of an item, but it drops none altogether that is so large


class EstablishedItems:
    """A title everybody knew has vanished, or is everywhere."""

    about = About(
        code="I05",
        title="Established items",
        notices="One of the fifty most shown items is shown far less than usual (a quarter or less), or three times as "
        "often, with no change or campaign of its own that would explain it. With a new model version only what is "
        "hardly shown at all any more.",
        misses="Items beyond the fifty most shown; items younger than two weeks (see I01); slow rises and falls.",
        needs=("impressions.item_id",),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """Impressions of each of the most shown items."""
        shown = func.sum(schema.column("shown", "impressions"))
        schema.column("shown", "item_id")
        return [Measure(SHOWN, "shown", "count", shown, shown, ("item_id",))]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding an item."""
        series = history.series(SHOWN)
        whole = next((one for one in series if one.slice == EVERYONE), None)
        if whole is None or _is_lost(whole, judge):
            return []
        known = [one for one in series if _is_established(one)]
        down = judge_all(known, judge, "count", ("down",), LESS, True)
        up = judge_all(known, judge, "count", ("up",), MORE, True)
        found = find_abnormal(down) + find_abnormal(up)
        mine = [one for one in found if not _is_explained(history, one)]
        worst = sorted(mine, key=lambda one: (one.judgement.p_value, one.series.slice.key))[:NAMED]
        return [self._tell(history, one) for one in worst]

    def _tell(self, history: History, one: Judged) -> Finding:
        verdict, item = one.judgement, one.series.slice.parts[0][1]
        how = "hardly shown any more" if verdict.direction == "down" else "shown far more than ever"
        if not verdict.value:
            how = "not shown any more"
        words = (
            f"Item {item} was shown {times(verdict.value)}, usually {count(verdict.low)} to "
            f"{count(verdict.high)} times."
        )
        everyone = max(history.impact(EVERYONE).impressions, 1)
        touched = abs(one.gap) / max(everyone, verdict.expected)
        claim = Claim(f"Item {item} is {how}", words, f"item:{item}", touched=touched)
        return make_finding(self.about, history, one, claim)


def _is_lost(whole: Series, judge: Judge) -> bool:
    """Whether rows are missing of all items: then none can be told to have lost its own (see D01)."""
    verdict = judge.judge(whole, "count", directions=("down",), floor=LOST)
    return verdict is not None and verdict.abnormal


def _is_established(one: Series) -> bool:
    if one.slice == EVERYONE or one.slice == Slice((("item_id", "other"),)):
        return False
    past = one.values[:-1][np.isfinite(one.values[:-1])]
    return len(past) >= LONG and float(np.median(past)) >= OFTEN


def _is_explained(history: History, one: Judged) -> bool:
    """Whether somebody did something to this item, or a new version merely thinks otherwise of it."""
    subject = f"item:{one.series.slice.parts[0][1]}"
    if any(change.subject == subject or change.kind == "campaign" for change in history.happenings()):
        return True
    lost = 1 - one.judgement.value / max(one.judgement.expected, 1e-9)
    return is_new_version(history) and (lost < GONE or one.judgement.expected < LARGE)
