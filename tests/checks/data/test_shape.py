"""D04 schema and values, D10 restatement."""

import numpy as np
import pytest

from checks.base import Finding, Series, Severity, Slice
from checks.data.restated import Restatement
from checks.data.schema import SchemaChange
from checks.past import CELLS, LEVELS, count_rows, still_columns, width_of
from tests.checks.fakes import DAY, START, FakeHistory, Happened, a_judge, a_schema, daily

Kinds = dict[str, tuple[str, str]]
USUAL: Kinds = {"when": ("TIMESTAMP", "ts"), "affinity": ("DOUBLE", "affinity"), "p_click": ("DOUBLE", "score")}


def _columns(*days: Kinds) -> list[Series]:
    """What columns the impressions had, day by day."""
    told = [(name, kind, logical) for day in days for name, (kind, logical) in day.items()]
    series = [daily("columns:impressions", [float(len(day)) or np.nan for day in days])]
    for name, kind, logical in dict.fromkeys(told):
        there = [1.0 if day.get(name) == (kind, logical) else np.nan for day in days]
        where = Slice((("column", name), ("type", kind), ("as", logical)))
        series.append(daily("columns:impressions", there, where=where))
    return series


def _reshaped(*days: Kinds, happened: tuple[Happened, ...] = ()) -> list[Finding]:
    history = FakeHistory([*_columns(*days), daily("rows:impressions", [1000.0] * len(days))], happened=happened)
    return list(SchemaChange().findings(a_schema(), history, a_judge()))


def test_d04_stays_quiet_while_columns_are_what_they_were_and_when_one_merely_has_no_value() -> None:
    assert _reshaped(*[USUAL] * 10) == []
    assert _reshaped(*[USUAL] * 10, USUAL | {"affinity": ("empty", "affinity")}) == []


def test_d04_fires_for_a_column_that_is_gone_for_as_long_as_it_is_needed() -> None:
    lacking = {name: kind for name, kind in USUAL.items() if name != "p_click"}
    for days in (1, 4):
        (finding,) = _reshaped(*[USUAL] * 10, *[lacking] * days)
        assert (finding.subject, finding.severity) == ("table:impressions", Severity.high)
        assert finding.words == (
            "The newest rows of impressions came without p_click (score); checks and features need p_click (score)."
        )
        assert finding.onset == START + 10 * DAY


def test_d04_fires_softly_and_once_for_a_column_that_is_new_and_not_when_it_was_announced() -> None:
    more = USUAL | {"mood": ("VARCHAR", "mood")}
    (finding,) = _reshaped(*[USUAL] * 10, more)
    assert (finding.severity, finding.data["new"]) == (Severity.low, ["mood"])
    assert _reshaped(*[USUAL] * 10, more, more) == []
    assert _reshaped(*[USUAL] * 10, more, happened=(Happened("schema"),)) == []


@pytest.mark.parametrize(("kind", "severity"), [("VARCHAR", Severity.high), ("BIGINT", Severity.medium)])
def test_d04_fires_for_a_feature_of_another_type(kind: str, severity: Severity) -> None:
    (finding,) = _reshaped(*[USUAL] * 10, USUAL | {"affinity": (kind, "affinity")})
    assert finding.severity == severity
    assert f"with affinity as {kind} instead of DOUBLE" in finding.words


def _regions(**today: float) -> list[Series]:
    """Rows of North and South until today, and of whatever comes in their place."""
    rows = {"North": [500.0] * 29, "South": [500.0] * 29}
    there = dict.fromkeys((*rows, *today))
    parts = [
        daily("rows:impressions", [*rows.get(name, [0.0] * 29), today.get(name, 0.0)], where=Slice((("region", name),)))
        for name in there
    ]
    return [daily("rows:impressions", [*[1000.0] * 29, sum(today.values())]), *parts]


def test_d04_stays_quiet_for_a_new_region_and_for_one_that_is_lost() -> None:
    for today in ({"North": 500.0, "South": 480.0, "East": 300.0}, {"North": 500.0}):
        assert SchemaChange().findings(a_schema(), FakeHistory(_regions(**today)), a_judge()) == []


def test_d04_fires_when_values_take_the_place_of_others() -> None:
    (finding,) = SchemaChange().findings(a_schema(), FakeHistory(_regions(north=510.0, South=490.0)), a_judge())
    assert (finding.subject, finding.severity) == ("label:region", Severity.critical)
    assert '"north"' in finding.words
    assert '"North"' in finding.words


def _filled(*shares: float) -> list[Finding]:
    """What is said of two columns of calls with a value in this share of the rows, day by day."""
    series = [daily(f"filled:calls.{name}", list(shares), 800) for name in ("latency_ms", "request_id")]
    return list(SchemaChange().findings(a_schema(), FakeHistory(series), a_judge()))


def test_d04_fires_for_columns_that_are_still_delivered_and_hold_nothing_any_more() -> None:
    (finding,) = _filled(*[1.0] * 29, 0.0)
    assert (finding.subject, finding.title) == ("table:calls", "latency_ms and request_id of calls have no values")
    assert "a value in 0 % of the rows, usually in 100 %: still delivered, but empty." in finding.words


@pytest.mark.parametrize("shares", [[1.0] * 29 + [0.4], [0.05] * 29 + [0.0], [0.0] * 30])
def test_d04_stays_quiet_for_a_column_that_is_half_empty_and_for_one_that_is_seldom_filled(shares: list[float]) -> None:
    assert _filled(*shares) == []


def test_d04_fires_for_values_far_out_of_range() -> None:
    series = daily("feature.stray_share:affinity", [*[0.0] * 29, 0.05], 4000)
    (finding,) = SchemaChange().findings(a_schema(), FakeHistory([series]), a_judge())
    assert (finding.subject, finding.title) == ("feature:affinity", "affinity has values far out of range")


OUTCOMES = still_columns("outcomes", a_schema().relations["outcomes"])
WIDTH = width_of(len(OUTCOMES))


def _past(*looks: tuple[np.ndarray, int] | None) -> list[Series]:
    """A window of outcomes as it was on each day it was read: its sums, and its rows."""
    values = np.array([np.full(WIDTH, np.nan) if look is None else look[0] for look in looks])
    rows = np.array([0.0 if look is None else look[1] for look in looks])
    read = daily("past:outcomes", np.zeros((len(looks), WIDTH)), 1.0)
    where = Slice((("window", (START + (len(looks) - 4) * DAY).isoformat()),))
    return [read, daily("past:outcomes", values, rows, where)]


def _sums(touched: int = 0, column: str | None = None) -> np.ndarray:
    """The sums of a window in which the first so many cells, and perhaps a column, are other than usual."""
    sums = np.arange(1.0, WIDTH + 1)
    sums[1 + len(OUTCOMES) : 1 + len(OUTCOMES) + touched] += 7
    if column is not None:
        sums[1 + OUTCOMES.index(column)] += 7
    return sums


def _restated(*looks: tuple[np.ndarray, int] | None) -> list[Finding]:
    return list(Restatement().findings(a_schema(), FakeHistory(_past(*looks)), a_judge()))


def test_d10_stays_quiet_while_the_past_lies_still_and_when_an_empty_window_fills_up() -> None:
    nothing = (np.zeros(WIDTH), 0)
    assert _restated(None, None, (_sums(), 900), None, None, (_sums(), 900)) == []
    assert _restated(None, None, nothing, (_sums(), 900)) == []


def test_d10_fires_when_values_have_changed_though_there_are_as_many_rows() -> None:
    (finding,) = _restated(None, None, (_sums(), 900), None, None, (_sums(3, "rank"), 900))
    assert (finding.subject, finding.severity) == ("table:outcomes", Severity.low)
    assert finding.data["columns"] == ["rank"]
    assert "has as many rows as before, 900, but about 4 of them differ" in finding.words
    assert finding.onset == finding.window.start


def test_d10_fires_louder_when_rows_are_gone() -> None:
    (finding,) = _restated((_sums(), 900), None, (_sums(6), 880))
    assert (finding.severity, finding.data["share"]) == (Severity.medium, pytest.approx(20 / 900))
    (vanished,) = _restated((_sums(), 900), None, (np.zeros(WIDTH), 0))
    assert vanished.severity == Severity.critical


def test_d10_fires_no_more_once_it_knows_that_a_table_settles() -> None:
    """Three times the day before yesterday was another when it was read again: so it is with this table."""
    days = [START + day * DAY for day in range(20)]
    series = [daily("past:outcomes", np.zeros((20, WIDTH)), 1.0)]
    for day in range(14, 19):
        values, rows = np.full((20, WIDTH), np.nan), np.zeros(20)
        values[day], values[day + 1], rows[day], rows[day + 1] = _sums(), _sums(3), 900, 905
        where = Slice((("window", days[day - 1].isoformat()),))
        series.append(daily("past:outcomes", values, rows, where))
    assert Restatement().findings(a_schema(), FakeHistory(series), a_judge()) == []
    older = daily("past:outcomes", series[-1].values, series[-1].n, Slice((("window", days[4].isoformat()),)))
    assert len(Restatement().findings(a_schema(), FakeHistory([*series[:-1], older]), a_judge())) == 1


def test_another_hash_function_is_no_restatement() -> None:
    other = _sums(5)
    other[0] += 1
    assert _restated((_sums(), 900), (other, 900)) == []


def test_how_many_rows_differ_is_told_within_a_half() -> None:
    rng = np.random.default_rng(5)
    for rows in (1, 5, 40, 300, 5000):
        told = []
        for _ in range(20):
            level = np.minimum(rng.geometric(0.5, rows) - 1, LEVELS - 1)
            cells = {(a, b) for a, b in zip(level.tolist(), rng.integers(0, CELLS, rows).tolist(), strict=True)}
            told.append(count_rows(np.array([sum(a == wanted for a, _ in cells) for wanted in range(LEVELS)])))
        assert np.median(told) == pytest.approx(rows, rel=0.5)


def _day_before(was: int, now: int) -> list[Series]:
    """What was read of the window judged last, beside three older ones of a thousand rows each."""
    series = [daily("past:outcomes", np.zeros((4, WIDTH)), 1.0)]
    for start, looks in ((2, [(2, was), (3, now)]), *((early, [(1, 1000)]) for early in (-3, -2, -1))):
        values, rows = np.full((4, WIDTH), np.nan), np.zeros(4)
        for at, count in looks:
            values[at], rows[at] = _sums(12 if count == now else 0), count
        series.append(daily("past:outcomes", values, rows, Slice((("window", (START + start * DAY).isoformat()),))))
    return series


def test_d10_stays_quiet_when_rows_fill_what_was_lacking_and_fires_when_they_come_on_top() -> None:
    late, slipped = (FakeHistory(_day_before(was, now)) for was, now in ((600, 990), (1000, 1330)))
    assert Restatement().findings(a_schema(), late, a_judge()) == []
    (finding,) = Restatement().findings(a_schema(), slipped, a_judge())
    assert "had 1,000 rows and has 1,330" in finding.words
