"""Each kind of cause, injected into a tiny recommender, and what the diagnosis makes of it without being told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bot.diagnosis.diagnosing import diagnose_findings, diagnose_item, diagnose_model
from bot.diagnosis.verdict import Diagnosis
from bot.recommender.contract import Recommender, UnknownItem
from tests.bot.diagnosis.conftest import Breakage, Lab, found
from tests.bot.diagnosis.fakes import NOW, ONSET, Frame, TinyWarehouse

ROLLBACK = "rollback model"


def diagnose(lab: Lab, breakage: Breakage, **registry: Any) -> Diagnosis:
    diagnosis = diagnose_findings(lab.recommender(breakage, **registry), [found()], NOW)
    assert not [evidence.words for evidence in diagnosis.evidence if evidence.kind == "failed"]
    return diagnosis


def lose(feature: str, where: Callable[[Frame], pd.Series[bool]] | None = None) -> Callable[[Frame], Frame]:
    def change(rows: Frame) -> Frame:
        rows.loc[where(rows) if where else slice(None), feature] = np.nan
        return rows

    return change


def test_a_feature_lost_with_no_release_is_the_inputs_and_names_the_feature(lab: Lab) -> None:
    diagnosis = diagnose(lab, Breakage(candidates=lose("affinity")))
    assert (diagnosis.verdict.cause_class, diagnosis.verdict.subject) == ("inputs", "feature:affinity")
    assert diagnosis.verdict.suggested_hotfix is None
    assert diagnosis.verdict.confidence > 0.8
    assert "a new model version" in diagnosis.ruled_out


def test_a_feature_lost_in_one_region_names_the_region(lab: Lab) -> None:
    diagnosis = diagnose(lab, Breakage(candidates=lose("popularity", lambda rows: rows["region"] == "West")))
    assert diagnosis.verdict.subject == "feature:popularity"
    assert "only where region is West" in diagnosis.verdict.cause


def test_a_feature_that_is_constant_since_a_release_is_mended_by_a_rollback(lab: Lab) -> None:
    diagnosis = diagnose(lab, Breakage("2", candidates=lambda rows: rows.assign(affinity=0.5)))
    assert (diagnosis.verdict.cause_class, diagnosis.verdict.subject) == ("model", "model:ranker")
    assert diagnosis.verdict.suggested_hotfix == ROLLBACK
    assert "affinity is always 0.5" in diagnosis.verdict.cause
    assert [change.subject for change in diagnosis.changes] == ["model:ranker"]


def test_a_unit_that_changed_is_named_with_its_factor(lab: Lab) -> None:
    diagnosis = diagnose(lab, Breakage(candidates=lambda rows: rows.assign(age_days=rows["age_days"] * 86_400)))
    assert diagnosis.verdict.subject == "feature:age_days"
    assert "seconds against days" in diagnosis.verdict.cause


def test_rows_lost_from_the_log_are_the_systems_not_the_recommender(lab: Lab) -> None:
    diagnosis = diagnose(lab, Breakage(impressions=lambda rows: rows.iloc[::4]))
    assert (diagnosis.verdict.cause_class, diagnosis.verdict.subject) == ("systems", "table:impressions")
    assert diagnosis.verdict.cause.startswith("Rows are lost on the way into the impressions table")


def test_rows_that_came_twice_are_told_from_more_traffic(lab: Lab) -> None:
    diagnosis = diagnose(lab, Breakage(impressions=lambda rows: pd.concat([rows, rows])))
    assert diagnosis.verdict.subject == "table:impressions"
    assert "came twice" in diagnosis.verdict.cause


def test_a_truncated_index_is_found_behind_everything_it_shifts(lab: Lab) -> None:
    kept = [f"i{n}" for n in range(0, 40, 4)]
    diagnosis = diagnose(lab, Breakage(candidates=lambda rows: rows[rows["item_id"].isin(kept)]))
    assert (diagnosis.verdict.cause_class, diagnosis.verdict.subject) == ("systems", "index")


def test_features_that_are_no_longer_refreshed_are_the_systems(lab: Lab) -> None:
    old = pd.Timestamp(ONSET) - pd.Timedelta(hours=20)
    diagnosis = diagnose(lab, Breakage(candidates=lambda rows: rows.assign(features_at=old)))
    assert (diagnosis.verdict.cause_class, diagnosis.verdict.subject) == ("systems", "features")


def test_a_version_that_ranks_worse_on_equal_inputs_is_the_model(lab: Lab) -> None:
    diagnosis = diagnose(lab, Breakage("3"))
    assert (diagnosis.verdict.cause_class, diagnosis.verdict.suggested_hotfix) == ("model", ROLLBACK)
    assert "a change in the features" in diagnosis.ruled_out
    split = next(e for e in diagnosis.evidence if e.kind == "split")
    assert split.data["model"] < -0.1
    assert split.data["inputs"] + split.data["model"] == pytest.approx(split.data["total"])


def test_a_version_that_mistakes_missing_values_is_caught_on_the_rows_that_lack_them(lab: Lab) -> None:
    def some_missing(rows: Frame) -> Frame:
        return lose("affinity", lambda r: r["item_id"].str[-1] == "7")(rows)

    recommender = lab.recommender(Breakage("4", candidates=some_missing))
    whole = recommender.warehouse.tables["requests"]  # type: ignore[attr-defined]
    recommender.warehouse.tables["requests"].loc[whole["item_id"].str[-1] == "7", "affinity"] = np.nan  # type: ignore[attr-defined]
    diagnosis = diagnose_findings(recommender, [found()], NOW)
    told = next(e for e in diagnosis.evidence if e.title == "Where the versions disagree")
    assert "affinity is missing" in told.words
    assert diagnosis.verdict.suggested_hotfix == ROLLBACK


def test_a_score_that_was_changed_on_the_way_is_itself_the_finding(lab: Lab) -> None:
    diagnosis = diagnose(lab, Breakage(scored=lambda rows: rows.assign(score=rows["score"].round(1))))
    assert diagnosis.replay is not None
    assert not diagnosis.replay.equal
    assert diagnosis.verdict.subject == "serving:scores"


def test_a_version_that_served_under_another_name_is_recognised_by_its_scores(lab: Lab) -> None:
    diagnosis = diagnose(lab, Breakage("2", scored=lambda rows: rows.assign(model_version="1")))
    assert "Version 2 really served, though the log says version 1" in diagnosis.verdict.cause


def test_an_equal_score_is_asserted_before_anything_is_concluded(lab: Lab) -> None:
    replay = diagnose(lab, Breakage()).replay
    assert replay is not None
    assert replay.equal
    assert replay.requests >= 50
    assert replay.max_difference < 1e-9


def test_a_version_whose_file_is_corrupt_is_said_in_a_sentence_and_the_rest_goes_on(lab: Lab) -> None:
    diagnosis = diagnose(lab, Breakage("2", candidates=lambda rows: rows.assign(affinity=0.5)), broken=("2",))
    assert any("cannot be read: it is cut short" in evidence.words for evidence in diagnosis.evidence)
    assert "affinity is always 0.5" in diagnosis.verdict.cause


def test_without_a_model_it_says_so_and_compares_the_rest(lab: Lab) -> None:
    diagnosis = diagnose_findings(lab.recommender(Breakage(candidates=lose("affinity")), model=False), [found()], NOW)
    assert any(e.words.startswith("This installation has no model to explain") for e in diagnosis.evidence)
    assert diagnosis.verdict.subject == "feature:affinity"


def test_a_bare_log_of_impressions_is_enough_to_compare_what_there_is(lab: Lab) -> None:
    tables = lab.recommender(Breakage(impressions=lambda rows: rows.iloc[::4])).warehouse.tables  # type: ignore[attr-defined]
    bare = tables["impressions"][["ts", "request_id", "member_id", "item_id", "position", "region"]]
    diagnosis = diagnose_findings(Recommender("bare", TinyWarehouse({"impressions": bare}), None, None), [found()], NOW)
    assert diagnosis.verdict.subject == "table:impressions"
    assert diagnosis.replay is None


def test_a_healthy_model_gets_a_clean_bill(lab: Lab) -> None:
    diagnosis = diagnose_model(lab.recommender(), NOW, timedelta(days=1))
    assert diagnosis.verdict.cause.startswith("Nothing stands out")
    assert diagnosis.verdict.suggested_hotfix is None


def test_a_planned_retrain_of_equal_quality_is_no_confident_verdict(lab: Lab) -> None:
    assert diagnose(lab, Breakage("2")).verdict.confidence < 0.4


def test_an_item_without_artwork_is_a_gap_in_its_set_up(lab: Lab) -> None:
    diagnosis = diagnose_item(lab.recommender(Breakage(barred="i33")), "i33", NOW, timedelta(days=3))
    assert (diagnosis.verdict.cause_class, diagnosis.verdict.subject) == ("set-up", "item:i33")
    assert "no artwork" in diagnosis.verdict.cause
    assert diagnosis.pictures[0].alt.startswith("Line chart of impressions")


def test_an_unknown_item_is_refused_with_the_nearest(lab: Lab) -> None:
    with pytest.raises(UnknownItem, match="the nearest are"):
        diagnose_item(lab.recommender(), "i999", NOW, timedelta(days=3))


def test_progress_is_told_step_by_step(lab: Lab) -> None:
    steps: list[str] = []
    diagnose_findings(lab.recommender(), [found()], NOW, steps.append)
    assert steps[0] == "Replaying logged requests"
    assert len(steps) >= 6


def test_a_question_that_cannot_be_answered_does_not_stop_the_others(lab: Lab) -> None:
    recommender = lab.recommender(Breakage(candidates=lose("affinity")))
    recommender.warehouse.tables["impressions"]["features_at"] = "not a time"  # type: ignore[attr-defined]
    diagnosis = diagnose_findings(recommender, [found()], NOW)
    assert any(evidence.kind == "failed" for evidence in diagnosis.evidence)
    assert diagnosis.verdict.subject == "feature:affinity"


def test_there_is_nothing_to_diagnose_without_findings(lab: Lab) -> None:
    with pytest.raises(ValueError, match="no findings"):
        diagnose_findings(lab.recommender(), [], NOW)
