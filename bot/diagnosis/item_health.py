"""Is my title shown? If not, why not, and what do I do? For people who are no engineers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.diagnosis.case import DAY, Case, good_before
from bot.diagnosis.comparables import launched_on
from bot.diagnosis.exposures import Exposures, find_exposures
from bot.diagnosis.fate import Fate, find_fate
from bot.diagnosis.setup import catalogue, missing_fields
from bot.diagnosis.verdict import percent
from bot.recommender.contract import Recommender, UnknownItem
from bot.slack.charts import Comparable, exposure_chart
from bot.slack.messages import Picture
from checks.base import Window

RECENT = 3  # days that "now" is the mean of
FRESH = 2  # windows, of a day at least: with an older log nothing can be said of today
OFTEN = 0.5  # below this share of the lowest usual exposure, a title is plainly under-served


@dataclass(frozen=True)
class Choices:
    """Several items fit what was asked: which one is meant?"""

    words: str
    items: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class ItemHealth:
    """One item's state, for its launch manager."""

    item: Mapping[str, Any]
    healthy: bool | None  # None: the log is too old, or the title too new, to tell
    headline: str
    reasons: tuple[str, ...]  # why not; () when healthy
    how_to_fix: tuple[str, ...]  # what to do, and who
    comparables: tuple[Comparable, ...]
    exposure: float  # impressions a day, now
    expected: tuple[float, float, float] | None  # usual, low, high; None without comparables
    launch_day: int | None  # days since launch, negative before it; None without a launch date
    picture: Picture | None
    fresh_at: datetime | None  # the newest impression: how far the numbers go


def title_of(item: Mapping[str, Any]) -> str:
    """What people call it: its title, else its id."""
    return str(item.get("title") or item["item_id"])


def item_health(recommender: Recommender, words: str, now: datetime, window: timedelta) -> ItemHealth | Choices:
    """The health of the item that `words` name by id or title; choices when several fit; UnknownItem when none does."""
    found = _find(recommender, words)
    if len(found) > 1:
        return Choices(words, tuple(found))
    item = found[0]
    items = catalogue(recommender)
    exposures = find_exposures(recommender, item, items, now, window)
    recent = Window(now - window, now)
    case = Case(recommender, recent, good_before(recent.start, recent), recent.start, item=str(item["item_id"]))
    fate = find_fate(case, str(item["item_id"]))
    lacks = missing_fields(recommender, str(item["item_id"]), now)
    launched = launched_on(item)
    fresh_at = recommender.warehouse.newest("impressions", now)
    unknown = _why_unknown(title_of(item), fresh_at, launched, now, FRESH * max(window, DAY))
    return _judged(item, exposures, fate, lacks, launched, now, fresh_at, unknown)


def _why_unknown(
    title: str, fresh_at: datetime | None, launched: datetime | None, now: datetime, longest: timedelta
) -> str | None:
    """Why nobody can say whether a title is shown, in a sentence; None where the log tells."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if launched is not None and launched > now:
        return None  # its set-up is what there is to judge, and the catalogue tells that
    if fresh_at is None:
        return f"I cannot tell whether people see {title}: nothing has ever been logged as shown."
    if now - fresh_at > longest:
        since = f"{fresh_at:%Y-%m-%d %H:%M} UTC"
        return f"I cannot tell whether people see {title}: nothing has been logged as shown since {since}."
    if launched is not None and launched >= midnight:
        return f"I cannot tell yet whether people see {title}: it launched today, and only whole days are counted."
    return None


def _find(recommender: Recommender, words: str) -> list[Mapping[str, Any]]:
    """The items meant: an exact id or title alone, else all whose title contains the words."""
    found = recommender.warehouse.find_items(words.strip())
    if not found:
        recommender.warehouse.item(words.strip())  # raises UnknownItem, naming the nearest
        raise UnknownItem(f"No item has the id {words!r} or a title with these words in it.")
    exact = [item for item in found if str(item["item_id"]) == words.strip()]
    exact = exact or [item for item in found if title_of(item).lower() == words.strip().lower()]
    return exact if len(exact) == 1 else found


def _judged(
    item: Mapping[str, Any], exposures: Exposures, fate: Fate | None, lacks: list[str],
    launched: datetime | None, now: datetime, fresh_at: datetime | None, unknown: str | None,
) -> ItemHealth:  # fmt: skip
    exposure, expected = exposures.now(RECENT), exposures.expected(RECENT)
    day = (now - launched) // DAY if launched else None
    reasons, fixes = _gaps(item, lacks)
    if unknown is None and (day is None or day >= 0):
        _explain_exposure(item, exposure, expected, fate, reasons, fixes)
    by = "days since launch" if exposures.since_launch else "days, the newest at the right"
    drawn = exposures.item and unknown is None and (day is None or day >= 0)
    return ItemHealth(
        item=item,
        healthy=not reasons if unknown is None else None,
        headline=unknown or _headline(item, exposure, expected, day, not reasons, bool(lacks)),
        reasons=tuple(reasons),
        how_to_fix=tuple(fixes),
        comparables=exposures.comparables if unknown is None else (),
        exposure=exposure,
        expected=expected if unknown is None else None,
        launch_day=day,
        picture=exposure_chart(title_of(item), exposures.item, exposures.comparables, by) if drawn else None,
        fresh_at=fresh_at,
    )


def _headline(
    item: Mapping[str, Any], exposure: float, expected: tuple[float, float, float] | None, day: int | None,
    healthy: bool, gap: bool,
) -> str:  # fmt: skip
    title = title_of(item)
    if day is not None and day < 0:
        when = f"{title} launches in {-day} day{'' if day == -1 else 's'}"
        return when + (", but its set-up has a gap." if gap else " and its set-up is complete.")
    usual = (
        f"; comparable titles {expected[0]:,.0f} (mostly {expected[1]:,.0f} to {expected[2]:,.0f})" if expected else ""
    )
    state = "is doing fine" if healthy else ("is not shown at all" if exposure == 0 else "needs attention")
    return f"{title} {state}: people see it {exposure:,.0f} times a day{usual}."


def _gaps(item: Mapping[str, Any], lacks: list[str]) -> tuple[list[str], list[str]]:
    """What its set-up lacks, and who adds it: the first thing told, because it is the most common."""
    reasons = [f"It has no {field} in the catalogue." for field in lacks]
    fixes = [
        f"Ask {_owner(item)} to add the {field}; it can be shown from the next refresh of the catalogue on."
        for field in lacks
    ]
    return reasons, fixes


def _explain_exposure(
    item: Mapping[str, Any], exposure: float, expected: tuple[float, float, float] | None, fate: Fate | None,
    reasons: list[str], fixes: list[str],
) -> None:  # fmt: skip
    """Adds why it is shown less than it should be. What nobody sees is never fine, however little is usual."""
    gap = bool(reasons)
    if expected is not None and exposure < OFTEN * expected[1] and expected[0] >= 5:
        usual = f"{expected[1]:,.0f} to {expected[2]:,.0f}"
        reasons.append(f"It is shown {exposure:,.0f} times a day, comparable titles {usual} times.")
    elif exposure == 0:
        reasons.append("It was shown to nobody in the last days.")
    else:
        return
    reasons_of_fate, fixes_of_fate = _of_fate(fate, _owner(item), gap)
    reasons += reasons_of_fate
    fixes += fixes_of_fate


def _owner(item: Mapping[str, Any]) -> str:
    return str(item.get("owner") or "the catalogue team")


def _of_fate(fate: Fate | None, owner: str, gap: bool) -> tuple[list[str], list[str]]:
    if fate is None:
        return [], [
            "Ask the recommender on call: whole requests are not logged here, so I cannot see where it drops out."
        ]
    if fate.reason:
        share = percent(fate.excluded[fate.reason] / fate.retrieved)
        fix = [] if gap else [f"Ask {owner} whether the filter is right about it."]
        return [f"The filter “{fate.reason}” keeps it out of {share} of the requests it was a candidate for."], fix
    if fate.retrieved == 0:
        return ["It is never among the candidates."], [
            "Ask the recommender on call to look for it in the candidate index."
        ]
    rank = f" at rank {fate.rank:.0f}" if fate.rank is not None else ""
    words = f"It is a candidate, but the model puts it low{rank}."
    return [words], [
        "Ask the recommender on call to run /diagnose item for it: its features may be wrong or too young."
    ]
