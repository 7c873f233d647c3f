"""The benchmark of the ranking's metrics: both queries say the same, tried at a hundredth of the size."""

from __future__ import annotations

from benchmarks.ranking import agree, measure, run


def test_our_query_and_the_one_by_hand_say_the_same() -> None:
    sides, library = measure(5_000)
    assert [name for name, *_ in sides] == ["ours, one query", "by hand, one query"]
    assert agree(sides)
    assert library > 0


def test_the_result_tells_what_each_costs_and_what_both_say() -> None:
    result, ratio = run(2_000)
    cost, said = result.tables
    assert cost.rows[0][2] == ratio
    values = {row[0]: row[1] for row in said.rows}
    assert values["lists"] == 2_000
    assert 0 < float(values["recall"] or 0) < 1
