"""A diagnosis as it is read in Slack."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from bot.cards.diagnosis import diagnosis_progress_said, diagnosis_said, how_sure, to_json
from bot.diagnosis.verdict import Diagnosis, Evidence, Replay, Verdict
from bot.recommender.contract import Change
from bot.slack.messages import Picture, Said
from checks.base import Window

NOW = datetime(2026, 3, 14, tzinfo=UTC)
DAY = timedelta(days=1)
DIAGNOSIS = Diagnosis(
    subject="incident: affinity is constant",
    window=Window(NOW - DAY, NOW),
    last_good=Window(NOW - 4 * DAY, NOW - DAY),
    verdict=Verdict("Version 9 came with a faulty input", "model", "model:ranker", 0.93, "rollback model"),
    evidence=(
        Evidence("Features", "affinity is always 1", "features", {"size": np.float64(0.9), "nan": float("nan")}),
    ),
    ruled_out=("a change in traffic", "stale features"),
    changes=(Change(NOW - DAY, "deploy", "model:ranker", "version 9 became champion"),),
    replay=Replay(200, 4000, 1e-16, True, "Replayed 200 logged requests: every score came out as served."),
    pictures=(Picture(b"png", "Change", "Bar chart."),),
    others=(Verdict("Traffic fell", "systems", "table:impressions", 0.06),),
    seconds=2.14,
)


def words(said: Said) -> str:
    return json.dumps(said.blocks, ensure_ascii=False)


def test_the_verdict_comes_first_with_words_and_a_number_for_how_sure() -> None:
    said = diagnosis_said(DIAGNOSIS)
    assert said.blocks[1]["text"]["text"].startswith("*Version 9 came with a faulty input.*\nI am very sure (93%).")


def test_the_hotfix_is_the_command_to_type() -> None:
    assert "`/hotfix rollback model`" in words(diagnosis_said(DIAGNOSIS))
    without = replace(DIAGNOSIS, verdict=replace(DIAGNOSIS.verdict, suggested_hotfix=None))
    assert "/hotfix" not in words(diagnosis_said(without))


def test_times_are_shown_in_the_readers_own_zone() -> None:
    assert f"<!date^{int((NOW - DAY).timestamp())}^" in words(diagnosis_said(DIAGNOSIS))


def test_what_was_ruled_out_and_what_else_it_could_be_are_said() -> None:
    text = words(diagnosis_said(DIAGNOSIS))
    assert "*Ruled out*: a change in traffic; stale features." in text
    assert "Traffic fell (6%)" in text
    assert "Took 2.1 s." in text


def test_the_plain_text_says_the_whole_thing() -> None:
    text = diagnosis_said(DIAGNOSIS).text
    for part in (
        "Version 9 came with a faulty input",
        "very sure",
        "/hotfix rollback model",
        "Ruled out",
        "Replayed 200",
    ):
        assert part in text


def test_words_from_outside_are_never_taken_for_formatting() -> None:
    evil = Verdict("Item <!channel> & co", "set-up", "item:1", 0.8)
    said = diagnosis_said(replace(DIAGNOSIS, verdict=evil))
    assert "<!channel>" not in words(said) + said.text
    assert "&lt;!channel&gt; &amp; co" in words(said)


def test_a_flood_of_evidence_stays_within_slacks_limits() -> None:
    flood = tuple(Evidence(f"Thing {n}", "long & words " * 100, "features") for n in range(60))
    said = diagnosis_said(replace(DIAGNOSIS, evidence=flood, ruled_out=("x" * 90,) * 60))
    assert len(said.blocks) <= 50
    assert all(len(block["text"]["text"]) <= 3000 for block in said.blocks if block["type"] == "section")
    assert len(words(said)) < 12_000
    assert "more; `recsysops diagnose --json` has everything" in words(said)


def test_a_verdict_of_nothing_claims_no_certainty() -> None:
    nothing = replace(DIAGNOSIS, verdict=Verdict("Nothing stands out", "unknown", "", 0.0))
    assert "beyond what chance does" in words(diagnosis_said(nothing))


def test_progress_shows_what_is_done_and_what_is_going_on() -> None:
    said = diagnosis_progress_said(["Replaying", "Counting"], done=False)
    assert said.text == "Counting …"
    assert words(said).index("white_check_mark: Replaying") < words(said).index("hourglass_flowing_sand: Counting")
    assert "hourglass" not in words(diagnosis_progress_said(["Replaying", "Counting"], done=True))


def test_confidence_is_said_in_words_that_fit_the_number() -> None:
    assert [how_sure(c).split(" (")[0] for c in (0.95, 0.75, 0.55, 0.35)] == [
        "very sure", "quite sure", "more likely than not", "a guess",
    ]  # fmt: skip


def test_scripts_get_everything_but_the_bytes() -> None:
    made = json.loads(json.dumps(to_json(DIAGNOSIS), allow_nan=False))
    assert made["verdict"]["suggested_hotfix"] == "rollback model"
    assert made["evidence"][0]["data"] == {"size": 0.9, "nan": None}
    assert made["pictures"] == [{"title": "Change", "alt": "Bar chart."}]
    assert made["changes"][0]["at"] == "2026-03-13T00:00:00+00:00"
