"""The benchmark of localisation counts what is right, tried on a few of its made cases and on a folder of one's own."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from benchmarks.incidents import make_counts, make_ratios
from benchmarks.localise import Score, ours, run


def test_a_score_counts_combinations_whatever_the_order_of_their_parts() -> None:
    score = Score()
    score.add([{"b": "2", "a": "1"}, {"c": "3"}], ["a=1&b=2", "d=4"], 0.5)
    score.add([], [], 0.1)
    assert score.row("set", "ours") == ("set", "ours", 0.5, 0.5, 0.5, 1.0, 0.5)


def test_made_incidents_are_the_same_for_the_same_seed_and_ours_names_most_of_them() -> None:
    twice = [make_ratios(np.random.default_rng(5), 1).table for _ in range(2)]
    assert twice[0].equals(twice[1])
    cases = [make_counts(np.random.default_rng(seed), 2, 2) for seed in range(4)]
    score = Score()
    for case in cases:
        score.add(ours(case.table), case.truth, 0.0)
    assert score.right / score.true >= 0.75
    assert score.right == score.named


def test_a_folder_of_cases_is_measured_beside_the_published_figures(tmp_path: Path) -> None:
    truth = {}
    for kind, case in (
        ("additive", make_counts(np.random.default_rng(1), 1, 1)),
        ("ratio", make_ratios(np.random.default_rng(2), 1)),
    ):
        (tmp_path / kind).mkdir()
        case.table.to_csv(tmp_path / kind / "case00.csv.gz", index=False)
        truth[f"{kind}/case00.csv.gz"] = list(case.truth)
    (tmp_path / "truth.json").write_text(json.dumps(truth))
    [table] = run(tmp_path, 1).tables
    assert [row[:2] for row in table.rows[:3]] == [
        ("additive", "ours"),
        ("additive", "Adtributor, ours"),
        ("additive", "RiskLoc, published"),
    ]
    assert ("healthy counts", "ours", None, None, None, 1.0) in [row[:6] for row in table.rows]
