"""Every fault and benign change, in the lab's order. Adding one: a function with its truth, and a line here."""

from __future__ import annotations

from sandbox.recommender.faults import (
    answering,
    app_releases,
    benign,
    client_logs,
    crawling,
    feature_store,
    feedback,
    landing,
    loading,
    models,
    retrieval,
    serving,
    setting_up,
    steering,
    training_jobs,
    upstream,
    visits,
    who_it_is_for,
)
from sandbox.recommender.faults.base import Fault

EVERY_FAULT: tuple[Fault, ...] = (
    loading.PARTITION_LOST,
    feature_store.FEATURE_MISSING_IN_REGION,
    setting_up.ITEM_LANGUAGE,
    setting_up.ARTWORK_MISSING,
    models.CONSTANT_FEATURE,
    upstream.STALE_FEATURES,
    retrieval.INDEX_MISMATCH,
    feature_store.SERVING_ONLY_MISSING,
    models.MISSING_VALUE_BUG,
    models.FAULTY_TRAINING_SEGMENT,
    models.UNGATED_MODEL,
    retrieval.INDEX_TRUNCATED,
    serving.FILTER_TOO_WIDE,
    serving.FALLBACK_STORM,
    client_logs.OUTCOME_JOIN_BROKEN,
    crawling.CRAWLER_BURST,
    upstream.UPSTREAM_RETRAINED,
    feedback.POPULARITY_COLLAPSE,
    retrieval.COLD_START_FAILURE,
    setting_up.SEGMENT_FLIPPED,
    upstream.UNIT_CHANGE,
    loading.TIMEZONE_SLIP,
    loading.DUPLICATE_DELIVERY,
    client_logs.POSITION_OFF_BY_ONE,
    landing.LOADER_STOPS,
    landing.COLUMN_RENAMED,
    app_releases.FOREIGN_IDS,
    answering.SCORES_NOT_NUMBERS,
    training_jobs.NEGATIVES_SAMPLED,
    answering.WORST_FIRST,
    training_jobs.BAD_CANARY,
    answering.STALE_LISTS,
    steering.RERANKED_ON_PAGE,
    app_releases.FIRST_PAGE_SKIPPED,
    app_releases.CLICKS_LOST,
    steering.NARROWED_TO_GENRE,
    who_it_is_for.NEWCOMERS_BY_DEFAULT,
    steering.GENRE_DEMOTED,
    who_it_is_for.CHILDREN_KEPT_OUT,
    app_releases.LISTS_TURNED_AROUND,
    setting_up.LAUNCH_UNPREPARED,
    setting_up.LAUNCH_LANGUAGE,
    setting_up.LAUNCH_VALUES,
    serving.FALLBACK_CREEPING,
    visits.WEEKEND,
    visits.HOLIDAY,
    benign.BIG_LAUNCH,
    visits.MARKETING_PUSH,
    benign.AB_RAMP,
    visits.NEW_REGION_OPENS,
    visits.GRADUAL_GROWTH,
    benign.PLANNED_RETRAIN,
    loading.LATE_PARTITION,
)


def find_fault(name: str) -> Fault:
    """The fault of that name; raises ValueError, listing those there are."""
    for fault in EVERY_FAULT:
        if fault.name == name:
            return fault
    names = ", ".join(fault.name for fault in EVERY_FAULT)
    raise ValueError(f"There is no fault called {name!r}; choose one of {names}.")
