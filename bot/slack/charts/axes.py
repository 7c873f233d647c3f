"""What stands beside a picture's numbers: the measure in words, and in a unit that people read."""

from __future__ import annotations

from dataclasses import dataclass

PERCENT = 100.0
HOUR, DAY = 3600.0, 86_400.0
LONG = 3 * DAY  # ages beyond are told in days


@dataclass(frozen=True)
class Axis:
    """The name of an axis with its unit, and what stored values are multiplied by to be in it."""

    words: str
    factor: float = 1.0
    is_age: bool = False  # in seconds as stored; told in hours or in days


# By how a measure's name begins; the longest beginning wins.
AXES: dict[str, Axis] = {
    "feed.age:": Axis("age of the newest delivery", is_age=True),
    "feed.rows:": Axis("rows of a delivery"),
    "rows:": Axis("rows a window"),
    "hours:": Axis("distance from the usual hours (0 to 1)"),
    "newest:": Axis("age of the newest row", is_age=True),
    "features.age": Axis("age of the features served", is_age=True),
    "feature.null_share:": Axis("rows where it is missing, %", PERCENT),
    "feature.zero_share:": Axis("rows where it is zero, %", PERCENT),
    "feature.stray_share:": Axis("rows far outside its range, %", PERCENT),
    "feature.unreal:": Axis("rows where it is no number, %", PERCENT),
    "feature.histogram:": Axis("distance from the last weeks (0 to 1)"),
    "candidates.histogram:": Axis("distance from the last weeks (0 to 1)"),
    "feature.values:": Axis("different values"),
    "values:": Axis("different values"),
    "repeated:": Axis("rows that repeat another, %", PERCENT),
    "joins.joined": Axis("outcomes that find their impression, %", PERCENT),
    "joins.claimed": Axis("outcomes that name a request, %", PERCENT),
    "activity.busiest": Axis("requests of the ten busiest members, %", PERCENT),
    "activity.fruitless": Axis("requests of busy members who choose nothing, %", PERCENT),
    "items.unknown": Axis("impressions of unknown items, %", PERCENT),
    "flips:": Axis("members whose attribute flipped, %", PERCENT),
    "profile:": Axis("members whose attribute flipped, %", PERCENT),
    "score.histogram": Axis("distance from the last weeks (0 to 1)"),
    "arm.scores": Axis("distance from the control's scores (PSI)"),
    "score.unreal": Axis("scores that are no numbers, %", PERCENT),
    "score.flat_lists": Axis("lists with one score for every item, %", PERCENT),
    "score.spread": Axis("standard deviation of the scores"),
    "calibration.ratio": Axis("choices foretold for each one made"),
    "quality.entropy": Axis("log loss, as a share of that of the mean rate"),
    "quality.ndcg": Axis("NDCG of the lists that led to something"),
    "quality.auc": Axis("AUC of the score against what was chosen"),
    "quality.recall": Axis("choices that came from a list, %", PERCENT),
    "skew.": Axis("rows where it is not as recomputed offline, %", PERCENT),
    "versions.": Axis("impressions, %", PERCENT),
    "index.served": Axis("impressions, %", PERCENT),
    "shadow.gap": Axis("NDCG: served less popular order"),
    "arm.hits": Axis("lists that led to a choice, %", PERCENT),
    "arm.ndcg": Axis("NDCG of the lists that led to something"),
    "arm.errors": Axis("calls that failed, %", PERCENT),
    "arm.fallbacks": Axis("calls answered by a fallback, %", PERCENT),
    "calls.fallback": Axis("calls answered by a fallback, %", PERCENT),
    "calls.errors": Axis("calls that failed, %", PERCENT),
    "calls.empty": Axis("calls that brought no item, %", PERCENT),
    "calls.latency": Axis("latency of the calls, ms"),
    "lists.sizes": Axis("lists shorter than usual, %", PERCENT),
    "repeats.": Axis("overlap with the member's last list, %", PERCENT),
    "passed.differs": Axis("items shown that the ranker did not emit so, %", PERCENT),
    "passed.inverted": Axis("items right below one with a lower score, %", PERCENT),
    "candidates.excluded": Axis("candidates excluded, %", PERCENT),
    "positions.first": Axis("lists that begin elsewhere, %", PERCENT),
    "positions.curve": Axis("distance from the usual curve (0 to 1)"),
    "positions.gaps": Axis("lists that lack positions in between, %", PERCENT),
    "choices.ranked_low": Axis("choices of items ranked low, %", PERCENT),
    "choices.not_retrieved": Axis("choices that were not retrieved, %", PERCENT),
    "choices.low_or_not_retrieved": Axis("choices ranked low or not retrieved, %", PERCENT),
    "wanted.not_retrieved": Axis("choices that were not retrieved, %", PERCENT),
    "engagement.takes": Axis("lists that something was taken from, %", PERCENT),
    "engagement.clicks": Axis("impressions that were taken, %", PERCENT),
    "tastes.divergence": Axis("divergence of genres shown from chosen"),
    "newcomers.takes": Axis("takes: new members less others, points", PERCENT),
    "newcomers.ndcg": Axis("NDCG: new members' lists less others'"),
    "item.exposure": Axis("impressions of the title"),
    "randomised.gain": Axis("choices by chance less by rank, points", PERCENT),
    "items.shown": Axis("different items shown a window"),
    "items.effective": Axis("effective catalogue size, items"),
    "items.head_share": Axis("impressions of the most shown tenth, %", PERCENT),
    "shown.by_item": Axis("impressions of the item a window"),
    "audience.reached": Axis("members of the audience who were reached, %", PERCENT),
}


def axis_of(measure: str, largest: float = 0.0) -> Axis:
    """The axis for a measure whose values go up to `largest`; an operator's own measure is called by its name."""
    fitting = [start for start in AXES if measure.startswith(start)]
    axis = AXES[max(fitting, key=len)] if fitting else Axis(measure.removeprefix("metric:"))
    if not axis.is_age:
        return axis
    name, unit = ("days", DAY) if largest > LONG else ("hours", HOUR)
    return Axis(f"{axis.words}, {name}", 1 / unit)
