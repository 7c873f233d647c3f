"""One launch ahead: how it stands, why, what to do, what is expected of it, and how far to believe that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.launches import keeping
from bot.launches.calendar import Ahead, find_ahead
from bot.launches.keeping import TrackRecord
from bot.recommender.contract import Recommender, RecommenderFailed
from bot.recommender.launches import find_launches
from bot.slack.charts import Expectation, outlook_chart
from bot.slack.messages import Picture
from bot.store.sessions import Store
from bot.store.tables import LaunchPrediction
from checks.base import Window
from checks.events import Launch

LIKE = 5  # past launches to compare with
LATELY = timedelta(days=30)  # launched since: what came of it is still told


@dataclass(frozen=True)
class Outlook:
    """Everything that is known of one launch. A launch that is over has no `ahead`."""

    launch: Launch
    now: datetime
    ahead: Ahead | None
    history: tuple[LaunchPrediction, ...]  # what was expected of it, oldest first, void ones too
    comparables: tuple[tuple[str, float], ...]  # past launches most like it, and what came of each: a share of requests
    record: TrackRecord | None
    reasons: tuple[str, ...]
    how_to_fix: tuple[str, ...]

    @property
    def last(self) -> LaunchPrediction | None:
        """What holds now; of a launch that is over, what held a week ahead of it."""
        if self.ahead is None:
            return keeping.a_week_ahead(self.history).get(self.launch.item_id)
        standing = [one for one in self.history if one.voided_at is None]
        return standing[-1] if standing else None


def find_outlook(store: Store, recommender: Recommender, words: str, now: datetime) -> Outlook | list[Launch]:
    """The outlook of a launch asked for by id or title; several that fit are given back to choose from.

    Raises RecommenderFailed where no launch ahead, and none of the last month, fits.
    """
    ahead = {one.launch.item_id: one for one in find_ahead(store, recommender, now)}
    lately = find_launches(recommender, Window(now - LATELY, now))
    launches = {one.item_id: one for one in lately} | {item: one.launch for item, one in ahead.items()}
    found = _fitting(list(launches.values()), words)
    if not found:
        raise RecommenderFailed(
            f"No launch ahead, and none of the last {LATELY.days} days, is called {words!r}: "
            "`/recsys launches` lists them, and `/recsys item ID` knows every title."
        )
    if len(found) > 1:
        return found
    launch = found[0]
    with store.session() as session:
        history = keeping.history_of(session, launch.item_id)
        past = keeping.launched_since(session, now - keeping.LATELY)
        record = keeping.track_record(session, now)
    mine = ahead.get(launch.item_id)
    return Outlook(
        launch,
        now,
        mine,
        tuple(history),
        tuple(_comparables(launch, past)),
        record,
        tuple(_reasons(mine)) if mine else (),
        tuple(_how_to_fix(mine)) if mine else (),
    )


def draw(outlook: Outlook) -> Picture | None:
    """What was expected of it, and what came of it; None where nothing was."""
    told = [
        Expectation(one.as_of, one.value, one.low, one.high, one.voided_at is not None)
        for one in outlook.history
        if one.value is not None and one.low is not None and one.high is not None
    ]
    last = outlook.last
    if last is None or last.usual is None or not told:
        return None
    name, at = outlook.launch.title or outlook.launch.item_id, outlook.launch.at or outlook.now
    return outlook_chart(name, told, last.usual, at, last.outcome, last.top)


def _fitting(launches: Sequence[Launch], words: str) -> list[Launch]:
    asked = words.strip().lower()
    exact = [one for one in launches if asked in (one.item_id.lower(), one.title.lower())]
    return exact or [one for one in launches if asked and asked in one.title.lower()]


def _comparables(launch: Launch, past: Sequence[LaunchPrediction]) -> list[tuple[str, float]]:
    """Past launches that the catalogue describes most alike, the latest of equals first."""
    known = {one.item_id: one for one in past if one.outcome is not None and one.item_id != launch.item_id}
    told = {name: str(value) for name, value in launch.facts.items() if name not in ("item_id", "title", "launch_date")}

    def alike(one: LaunchPrediction) -> tuple[int, datetime]:
        return sum(str(one.facts.get(name)) == value for name, value in told.items()), one.launches_at

    nearest = sorted(known.values(), key=alike, reverse=True)[:LIKE]
    return [(str(one.facts.get("title") or one.item_id), one.outcome) for one in nearest if one.outcome is not None]


def _reasons(ahead: Ahead) -> list[str]:
    told = [gap.words[0].upper() + gap.words[1:] + "." for gap in ahead.gaps]
    if ahead.foretold is not None:
        told += [f"{reason[0].upper()}{reason[1:]}." for reason in ahead.foretold.reasons]
        if ahead.foretold.is_at_risk and not ahead.foretold.reasons:
            told.append("The ranking model itself puts it low: its features are like those of titles that few choose.")
    return told


def _how_to_fix(ahead: Ahead) -> list[str]:
    """What to do, in words for who prepares the launch."""
    by = f"by {ahead.ready_by:%-d %B}"
    told = [f"Have {gap.words.removeprefix('no ')} put right in the catalogue {by}." for gap in ahead.gaps]
    foretold = ahead.foretold
    if foretold is None:
        return told
    if foretold.missing:
        told.append(f"Ask who owns {', '.join(foretold.missing)} to see that this title has a value of it {by}.")
    if foretold.is_at_risk and foretold.reasons:
        told.append("Check that the catalogue describes it rightly (language, audience, rights): filters go by that.")
    elif foretold.is_at_risk:
        told.append("Book a launch slot for it, or ask the ranking team for a boost for its first week.")
    return told
