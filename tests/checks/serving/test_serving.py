"""S02 short lists."""

import numpy as np

from checks.serving.short_lists import EDGES, EMPTY, ShortLists
from tests.checks.fakes import FakeHistory, a_judge, a_schema, daily, without, wobble


def _sizes(short: float) -> FakeHistory:
    """Lists of 12, a share of them of 3 today; two in a hundred on any day."""
    counts = np.zeros((30, len(EDGES) + 1))
    counts[:, EDGES.index(12.0)], counts[:, EDGES.index(3.0)] = 490, 10
    counts[-1, EDGES.index(12.0)], counts[-1, EDGES.index(3.0)] = 500 * (1 - short), 500 * short
    return FakeHistory([daily("lists.sizes", counts, 500)])


def test_s02_stays_quiet_while_few_lists_are_short() -> None:
    assert ShortLists().findings(a_schema(), _sizes(0.03), a_judge()) == []


def test_s02_fires_when_many_lists_are_short() -> None:
    (finding,) = ShortLists().findings(a_schema(), _sizes(0.4), a_judge())
    assert finding.title == "Lists are short"
    assert "40 %" in finding.words


def test_s02_fires_when_more_calls_bring_nothing() -> None:
    series = daily(EMPTY, [*wobble(0.003, 29, 0.2), 0.08], 800)
    (finding,) = ShortLists().findings(a_schema(), FakeHistory([series]), a_judge())
    assert finding.words == "8.0 % of calls returned no item, usually 0.3 %."


def test_empty_lists_are_seen_without_a_request_id_where_calls_are_logged() -> None:
    names = [measure.name for measure in ShortLists().measures(without(a_schema(), "lists"))]
    assert names == [EMPTY]
