"""I05: an item that has long been shown is shown no more, or everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import special
from sqlalchemy import func

from checks.base import EVERYONE, About, Finding, History, Measure, Schema, Series, Slice
from checks.evidence import Claim, Judged, find_abnormal, judge_all, make_finding
from checks.falls import STEADY_DAYS, Fall, find_falls
from checks.judging import Chance, Judge
from checks.mix import is_new_version, served_versions, versions_measures
from checks.view import trailing
from checks.wording import count, times

SHOWN = "shown.by_item"
LONG = 14  # windows of history that make an item established ...
OFTEN = 20.0  # ... and the impressions a window it then usually has: of fewer, many more may be chance
LESS, MORE = 0.5, 2.0  # of the usual impressions: most of them lost; three times as many
NAMED = 5  # when more go at once it is no matter of single items: the others have checks for that
LOST = 0.35  # of all impressions
GONE, LARGE = 0.95, 50.0  # a new version may think less of an item, but it drops none altogether that is so large
NEAR = 3  # windows between a new version and a fall it may have brought; a small item's is not seen to the day ...
UNLIKE = 0.01  # ... unless those between are so unlikely, were it so
OTHER = Slice((("item_id", "other"),))


@dataclass(frozen=True)
class Fallen:
    """An item that has lost most of its impressions, and since when."""

    judged: Judged
    fall: Fall


class EstablishedItems:
    """A title everybody knew has vanished, or is everywhere."""

    about = About(
        code="I05",
        title="Established items",
        notices="One of the fifty most shown items has lost most of its share of all impressions: in this window, or, "
        "of a smaller item, in the last two, three or five together. How much items vary is learnt from all of them, "
        "and from what the others do at the same time. Or an item is shown three times as often as usual. With no "
        "change or campaign of its own that would explain it; and what falls when a new model version comes is told "
        "only when a large item is hardly shown at all any more.",
        misses="Items beyond the fifty most shown; items younger than two weeks (see I01); items not shown in each of "
        "the fourteen windows before; slow rises and falls. Of an item with twenty impressions a day it takes two or "
        "three days to tell.",
        needs=("impressions.item_id",),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """Impressions of each of the most shown items, and by model version where that is known."""
        shown = func.sum(schema.column("shown", "impressions"))
        schema.column("shown", "item_id")
        return [Measure(SHOWN, "shown", "count", shown, shown, ("item_id",)), *versions_measures(schema)]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding an item."""
        series = history.series(SHOWN)
        whole = next((one for one in series if one.slice == EVERYONE), None)
        if whole is None or _is_lost(whole, judge):
            return []
        items = [_since_first_shown(one) for one in series if one.slice not in (EVERYONE, OTHER)]
        fallen = [one for one in _find_fallen(history, items, whole, judge) if not _is_fall_explained(history, one)]
        up = find_abnormal(
            judge_all([one for one in items if _is_established(one)], judge, "count", ("up",), MORE, True)
        )
        risen = [one for one in up if not (_is_own_doing(history, one.series) or is_new_version(history))]
        told = [(one.judged, self._tell_fall(history, one)) for one in fallen]
        told += [(one, self._tell_rise(history, one)) for one in risen]
        told.sort(key=lambda pair: (pair[0].judgement.p_value, pair[0].series.slice.key))
        return [finding for _, finding in told[:NAMED]]

    def _tell_fall(self, history: History, one: Fallen) -> Finding:
        verdict, item, fall = one.judged.judgement, _item(one.judged.series), one.fall
        how = "hardly shown any more" if verdict.value else "not shown any more"
        within = f" in {fall.windows} windows" if fall.windows > 1 else ""
        words = f"Item {item} was shown {times(fall.seen)}{within}; its usual share makes {count(fall.expected)}."
        return self._tell(history, one.judged, f"Item {item} is {how}", words)

    def _tell_rise(self, history: History, one: Judged) -> Finding:
        verdict, item = one.judgement, _item(one.series)
        usually = f"{count(verdict.low)} to {count(verdict.high)} times"
        words = f"Item {item} was shown {times(verdict.value)}, usually {usually}."
        return self._tell(history, one, f"Item {item} is shown far more than ever", words)

    def _tell(self, history: History, one: Judged, title: str, words: str) -> Finding:
        everyone = max(history.impact(EVERYONE).impressions, 1)
        touched = abs(one.gap) / max(everyone, one.judgement.expected)
        return make_finding(self.about, history, one, Claim(title, words, f"item:{_item(one.series)}", touched=touched))


def _item(one: Series) -> str:
    return one.slice.parts[0][1]


def _since_first_shown(one: Series) -> Series:
    """Without the windows before there was such an item: that it was shown to nobody then says nothing."""
    return replace(one, values=np.where(np.cumsum(np.nan_to_num(one.values)) > 0, one.values, np.nan))


def _is_lost(whole: Series, judge: Judge) -> bool:
    """Whether rows are missing of all items: then none can be told to have lost its own (see D01)."""
    verdict = judge.judge(whole, "count", directions=("down",), floor=LOST)
    return verdict is not None and verdict.abnormal


def _is_established(one: Series) -> bool:
    past = one.values[:-1][np.isfinite(one.values[:-1])]
    return len(past) >= LONG and float(np.median(past)) >= OFTEN


def _find_fallen(history: History, items: Sequence[Series], whole: Series, judge: Judge) -> list[Fallen]:
    """The items that have lost most of what they had, by more than items ever lose."""
    if not items:
        return []
    counts = np.array([np.nan_to_num(one.values) for one in items])
    usual = np.array([judge.usual(one, "count") for one in items]) & _is_grown_up(history, items)
    falls = find_falls(counts, np.nan_to_num(whole.values), usual, history.window.end - history.window.start)
    found = []
    for one, fall in zip(items, falls, strict=True):
        if fall is None or fall.seen > (1 - LESS) * fall.expected:
            continue
        verdict = judge.weigh(one, "count", Chance(fall.chance, "down", _low_for(one, fall)), floor=LESS)
        if verdict is not None and verdict.abnormal:
            found.append(Fallen(Judged(one, verdict), fall))
    return found


def _low_for(one: Series, fall: Fall) -> int:
    """How many of the windows that tell of a fall, the last included, are low by themselves."""
    low = one.values[-fall.windows :] <= (1 - LESS) * fall.expected / fall.windows
    return max(1, trailing(low | ~np.isfinite(one.values[-fall.windows :])))


def _is_grown_up(history: History, items: Sequence[Series]) -> NDArray[np.bool_]:
    """In which windows (t) each item (s) is no new launch any more, which everybody is shown for a while."""
    launched = {launch.item_id: launch.at for launch in history.launches() if launch.at is not None}
    young = timedelta(days=STEADY_DAYS)
    return np.array(
        [
            [(at := launched.get(_item(one))) is None or window.start >= at + young for window in one.windows]
            for one in items
        ]
    )


def _is_own_doing(history: History, one: Series, back: int = 1) -> bool:
    """Whether somebody did something to this item, or runs a campaign."""
    own = any(change.subject == f"item:{_item(one)}" for change in history.happenings(back))
    return own or any(change.kind == "campaign" for change in history.happenings())


def _is_fall_explained(history: History, one: Fallen) -> bool:
    """Whether somebody did something to this item, or a new version merely thinks less of it."""
    fall = one.fall
    if _is_own_doing(history, one.judged.series, fall.windows):
        return True
    is_gone = fall.seen <= (1 - GONE) * fall.expected and fall.expected >= LARGE * fall.windows
    return not is_gone and any(_fell_with(one, came) for came in _new_versions(history))


def _new_versions(history: History) -> list[int]:
    """The windows from which on another version served most."""
    served = [(at, version) for at, version in enumerate(served_versions(history)) if version is not None]
    return [at for (_, before), (at, version) in pairwise(served) if version != before]


def _fell_with(one: Fallen, came: int) -> bool:
    """Whether the item may have fallen when a version came: its windows between that and its fall tell neither that the
    version had shown it as ever before, nor that it had fallen already.
    """
    fall, counts = one.fall, np.nan_to_num(one.judged.series.values)
    usual, left = fall.expected / fall.windows, max(fall.seen, 1.0) / fall.windows
    fell = len(counts) - trailing(counts <= (1 - LESS) * usual)
    if abs(came - fell) > NEAR:
        return False
    between = counts[min(came, fell) : max(came, fell)]
    if came > fell:
        return float(special.pdtr(between.sum(), usual * len(between))) >= UNLIKE
    return came == fell or float(special.pdtrc(between.sum() - 1, left * len(between))) >= UNLIKE
