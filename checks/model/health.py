"""M03: scores and features that are no numbers, or are all the same number."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Float, func

from checks.base import EVERYONE, About, Finding, History, Measure, Schema
from checks.evidence import Claim, Judged, find_abnormal, judge_all, make_finding, model_subject, narrow
from checks.judging import Judge
from checks.numbers import floats_among, is_unreal, only_real
from checks.sql import is_missing, share_if
from checks.wording import number, percent, where

UNREAL, FLAT, SPREAD = "score.unreal", "score.flat_lists", "score.spread"
NO_NUMBER = 0.005  # of the rows: one such score is enough to spoil the order of its whole list
ALIKE = 0.05  # of the lists: so many more whose items all have one score
SHRUNK = 0.9  # of the scores' usual standard deviation
FEW = 30  # scores; fewer may lie close together by chance
LISTED = 3  # items; two may well have the same score
HARDLY_EVER = 0.005  # a feature that is NaN more often than this as a rule says "missing" that way (see D03)


class NumericHealth:
    """What the model puts out, or takes in, is no number; or it puts out one number for everything."""

    about = About(
        code="M03",
        title="Numeric health",
        notices="More scores than usual are NaN, infinite or absent; more lists in which every item has the same "
        "score; scores that are all nearly the same; or a feature that is NaN or infinite where it hardly ever was.",
        misses="A feature for which NaN is how a missing value is written (see D03); scores that are wrong but are "
        "numbers and differ (see M02 and M06).",
        needs=("impressions.score",),
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """Scores that are no numbers and lists that are flat, by slice; the scores' spread, each feature's share."""
        score = schema.column("impressions", "score")
        shown = schema.relations["impressions"]
        slices = tuple(name for name in schema.slices if name in shown)
        wrong = is_missing(score) | is_unreal(score) if isinstance(score.type, Float) else score.is_(None)
        real = only_real(score)
        measures = [
            Measure(UNREAL, "impressions", "rate", share_if(wrong), func.count(), slices),
            Measure(SPREAD, "impressions", "quantity", func.stddev_samp(real), func.count(real)),
            *(
                Measure(_unreal(name), "impressions", "rate", share_if(is_unreal(column)), func.count())
                for name, column in floats_among(shown, schema.features).items()
            ),
        ]
        flat = _flat_lists(schema)
        return measures if flat is None else [*measures, flat]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """Scores first: one finding a place; then features, one each."""
        wrong = narrow(judge_all(history.series(UNREAL), judge, "rate", ("up",), NO_NUMBER, False))
        flat = narrow(judge_all(history.series(FLAT), judge, "share", ("up",), ALIKE, False))
        close = [one for one in _all_close(history, judge) if not flat]
        found = [self._tell(history, one, "Scores are no numbers", _no_numbers(one)) for one in wrong]
        found += [self._tell(history, one, "Lists have one score for every item", _one_score(one)) for one in flat]
        found += [self._tell(history, one, "Scores are all nearly the same", _hardly_differ(one)) for one in close]
        return found + [one for name in schema.features for one in self._feature(history, judge, name)]

    def _tell(self, history: History, one: Judged, title: str, words: str) -> Finding:
        touched = one.gap if one.judgement.direction == "up" else 1.0
        return make_finding(self.about, history, one, Claim(title, words, model_subject(history), touched))

    def _feature(self, history: History, judge: Judge, name: str) -> list[Finding]:
        judged = judge_all(history.series(_unreal(name)), judge, "rate", ("up",), NO_NUMBER, False)
        return [
            make_finding(self.about, history, one, Claim(_told(name), _not_real(one, name), f"feature:{name}", one.gap))
            for one in find_abnormal(judged)
            if one.judgement.expected <= HARDLY_EVER
        ]


def _flat_lists(schema: Schema) -> Measure | None:
    lists = schema.relations.get("lists", {})
    if "score_range" not in lists:
        return None
    told: ColumnElement[bool] = (lists["size"] >= LISTED) & lists["score_range"].is_not(None)
    slices = tuple(name for name in schema.slices if name in lists)
    share = share_if(lists["score_range"] == 0, among=told)
    return Measure(FLAT, "lists", "share", share, func.count(only_real(lists["score_range"])), slices)


def _all_close(history: History, judge: Judge) -> list[Judged]:
    overall = [one for one in history.series(SPREAD) if one.slice == EVERYONE and one.n[-1] >= FEW]
    return find_abnormal(judge_all(overall, judge, "quantity", ("down",), SHRUNK, True))


def _no_numbers(one: Judged) -> str:
    now, usual = percent(one.judgement.value), percent(one.judgement.expected)
    return f"{now} of the scores{where(one.series.slice)} are NaN, infinite or absent, usually {usual}."


def _one_score(one: Judged) -> str:
    now, usual = percent(one.judgement.value), percent(one.judgement.expected)
    return (
        f"In {now} of the lists{where(one.series.slice)} every item has the same score, usually in {usual}: "
        "their order says nothing."
    )


def _hardly_differ(one: Judged) -> str:
    now, usual = number(one.judgement.value), number(one.judgement.expected)
    return f"Scores differ by a standard deviation of {now}, usually {usual}."


def _not_real(one: Judged, name: str) -> str:
    now, usual = percent(one.judgement.value), percent(one.judgement.expected)
    return f"{name} is NaN or infinite in {now} of the rows, usually in {usual}."


def _told(name: str) -> str:
    return f"{name} is no number"


def _unreal(feature: str) -> str:
    return f"feature.unreal:{feature}"
