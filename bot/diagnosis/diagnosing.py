"""The questions in their order, asked of one case, and the verdict that their answers come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.diagnosis.candidates import weigh_candidates, weigh_index
from bot.diagnosis.case import DAY, Case, good_before, open_case
from bot.diagnosis.disagreement import weigh_disagreement
from bot.diagnosis.features import weigh_features, weigh_staleness
from bot.diagnosis.filters import weigh_filters
from bot.diagnosis.item import weigh_fate, weigh_likeness, weigh_setup
from bot.diagnosis.item_health import ItemHealth, item_health, title_of
from bot.diagnosis.itself import diagnose_itself, is_about_the_bot
from bot.diagnosis.judging import judge
from bot.diagnosis.places import weigh_place
from bot.diagnosis.releases import newest_release, weigh_release
from bot.diagnosis.replay import replay
from bot.diagnosis.shares import weigh_shares
from bot.diagnosis.split import weigh_split
from bot.diagnosis.traffic import compare_logs, weigh_freshness, weigh_traffic
from bot.diagnosis.verdict import Answer, Diagnosis, Evidence, Progress, Verdict, quiet
from bot.recommender.contract import Change, Recommender, RecommenderFailed
from bot.slack.messages import Picture
from checks.base import Finding, Window

Question = Callable[[Case], Answer]

# The order of the faults in life: set-up is the most common cause, then systems, then inputs; the model is the rarest.
EVERY_QUESTION: tuple[tuple[str, tuple[Question, ...]], ...] = (
    ("Replaying logged requests", (replay,)),
    ("Looking at the item's set-up and its way through requests", (weigh_setup, weigh_fate)),
    ("Counting traffic and holding the logs against each other", (weigh_traffic, compare_logs, weigh_freshness)),
    ("Looking where it sits", (weigh_place,)),
    ("Looking at candidates and filters", (weigh_candidates, weigh_index, weigh_filters)),
    ("Comparing features with the last good window", (weigh_staleness, weigh_features)),
    ("Looking at model versions and their training", (weigh_release,)),
    ("Scoring both inputs with both models", (weigh_split, weigh_disagreement)),
    ("Explaining what moves the scores", (weigh_shares, weigh_likeness)),
)
ITEM_QUESTIONS: frozenset[Question] = frozenset({weigh_setup, weigh_fate, weigh_likeness})
NOTHING = Verdict(
    "Nothing stands out: replay, traffic, candidates, features and model look as before", "unknown", "", 0.0
)
LIKELY = 0.4  # below which the verdict says that it is not known
MOST_PICTURES = 3


def diagnose_findings(
    recommender: Recommender, findings: Sequence[Finding], now: datetime, progress: Progress = quiet
) -> Diagnosis:
    """Why an incident's findings came about. ValueError without findings; RecommenderFailed for unreadable tables."""
    if not findings:
        raise ValueError("There are no findings to diagnose: the incident has none stored.")
    if is_about_the_bot(findings):
        return diagnose_itself(findings)
    case = open_case(recommender, findings, now)
    lead = case.findings[0]
    told = tuple(Evidence(f.title, f.words, "findings", {"code": f.code}) for f in case.findings)
    return _ask(case, lead.title, told, (), progress)  # the incident's thread has the lead's picture already


def diagnose_model(recommender: Recommender, now: datetime, window: timedelta, progress: Progress = quiet) -> Diagnosis:
    """How the serving model does in the last window against before; since its release, where that lies within."""
    case = _recent(recommender, now, window)
    release = newest_release(case)
    if release is not None and release.since > case.window.start:
        onset = max(case.window.start, release.since)
        case = Case(recommender, Window(onset, now), good_before(onset, Window(onset, now)), onset)
    name = recommender.registry.model if recommender.registry else "this recommender"
    return _ask(case, f"the model {name}" if recommender.registry else name, (), (), progress)


def diagnose_item(
    recommender: Recommender, item_id: str, now: datetime, window: timedelta, progress: Progress = quiet
) -> Diagnosis:
    """Why an item is shown as little (or as much) as it is; raises UnknownItem, naming the nearest ids."""
    item = recommender.warehouse.item(item_id)
    health = item_health(recommender, item_id, now, window)
    case = replace(_recent(recommender, now, window), item=item_id)
    pictures: tuple[Picture, ...] = ()
    told: tuple[Evidence, ...] = ()
    if isinstance(health, ItemHealth):
        pictures = (health.picture,) if health.picture else ()
        told = (Evidence("Exposure", health.headline, "exposure", {"now": health.exposure, "usual": health.expected}),)
    return _ask(case, f"{title_of(item)} (item {item_id})", told, pictures, progress)


def _recent(recommender: Recommender, now: datetime, window: timedelta) -> Case:
    recent = Window(now - window, now)
    return Case(recommender, recent, good_before(recent.start, recent), recent.start)


def _ask(
    case: Case, subject: str, told: tuple[Evidence, ...], pictures: tuple[Picture, ...], progress: Progress
) -> Diagnosis:
    """Every question in order; then the verdict."""
    answers = []
    for step, questions in EVERY_QUESTION:
        asked = [question for question in questions if case.item is not None or question not in ITEM_QUESTIONS]
        if asked:
            progress(step)
        answers += [_answer(question, case) for question in asked]
    verdicts = judge([s for answer in answers for s in answer.suspicions], case.findings)
    return Diagnosis(
        subject=subject,
        window=case.window,
        last_good=case.last_good,
        verdict=_first(verdicts, case),
        evidence=(*told, *(e for answer in answers for e in answer.evidence)),
        ruled_out=tuple(dict.fromkeys(words for answer in answers for words in answer.ruled_out)),
        changes=_likely_changes(case),
        replay=next((answer.replay for answer in answers if answer.replay), None),
        pictures=(*pictures, *(p for answer in answers for p in answer.pictures))[:MOST_PICTURES],
        others=tuple(v for v in verdicts[1:4] if v.confidence >= 0.05),
    )


def _answer(question: Question, case: Case) -> Answer:
    """One question's answer. One that cannot be answered on these tables is told, and does not stop the others."""
    try:
        return question(case)
    except RecommenderFailed:
        raise  # a table or model in trouble: whoever asked is told what to do about it
    except Exception as failed:
        name = question.__name__.replace("_", " ")
        structlog.get_logger("diagnosis").exception("question not answered", question=name)
        words = f"“{name}” could not be answered: {type(failed).__name__}: {failed}"
        return Answer((Evidence("A question without an answer", words, "failed"),))


def _first(verdicts: tuple[Verdict, ...], case: Case) -> Verdict:
    """The likeliest cause; said to be unknown when even that is unlikely, or when nobody found anything wrong."""
    if not verdicts or (not case.findings and verdicts[0].confidence < LIKELY):
        return NOTHING
    if verdicts[0].confidence < 0.25:
        return replace(verdicts[0], cause_class="unknown", suggested_hotfix=None)
    return verdicts[0]


def _likely_changes(case: Case) -> tuple[Change, ...]:
    """Changes from two days before the onset on that could have caused it, nearest first."""
    late = case.onset + case.grain
    return tuple(change for change in case.changes if case.onset - 2 * DAY <= change.at <= late)
