"""Each check once a window, on measurements taken once; unknown is never green."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, func, select

from bot.detection.policy import Policy
from bot.detection.records import claim
from bot.detection.runner import Detector, UnknownCheck
from bot.launches.foretelling import Foreteller
from bot.recommender.contract import Measured, RecommenderFailed
from bot.store.tables import CheckRun, Measurements
from checks.base import About, Finding, History, Measure, Schema, Window
from checks.catalogue import EVERY_CHECK
from checks.judging import Check, Judge
from sandbox.recommender.engine.scene import START
from tests.bot.detection.conftest import StoppedClock, Watched

DAY = timedelta(days=1)


class Through:
    """The lab's warehouse, watched; some relations can be made to fail, or to be empty from a moment on."""

    def __init__(self, inner: Any, broken: Sequence[str] = (), silent_from: datetime | None = None) -> None:
        self._inner = inner
        self._broken = broken
        self.silent_from = silent_from
        self.scanned: list[Window] = []
        self.asked: list[str] = []  # relations; those that are asked for together as one

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def measure(self, measures: Sequence[Measure], windows: Sequence[Window]) -> list[Measured]:
        if any(measure.relation in self._broken for measure in measures):
            raise RecommenderFailed("The outcomes table could not be read: a.parquet is not a whole Parquet file.")
        self.scanned += windows
        self.asked.append(" and ".join(sorted({measure.relation for measure in measures})))
        measured: list[Measured] = self._inner.measure(measures, windows)
        return [self._silence(one) for one in measured if not (self._is_silent(one) and one.slice.parts)]

    def columns(self, table: str, windows: Sequence[Window]) -> dict[Window, Any]:
        return {at: found for at, found in self._inner.columns(table, windows).items() if not self._is_after(at)}

    def _is_after(self, window: Window) -> bool:
        return self.silent_from is not None and window.start >= self.silent_from

    def _is_silent(self, one: Measured) -> bool:
        return self._is_after(one.window)

    def _silence(self, one: Measured) -> Measured:
        return replace(one, value=None, n=0) if self._is_silent(one) else one


class Stumbles:
    """A check that cannot."""

    about = About("X01", "Stumbles", "nothing", "everything", ())

    def measures(self, schema: Schema) -> Sequence[Measure]:
        return [Measure("rows:outcomes", "outcomes", "count", func.count(), func.count())]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        raise ZeroDivisionError("by my own fault")


def _detector(lab: Watched, warehouse: Any = None, checks: Sequence[Check] = EVERY_CHECK, **policy: Any) -> Detector:
    recommender = replace(lab.recommender, warehouse=warehouse) if warehouse else lab.recommender
    clock = StoppedClock(lab.world.today)
    foretell = Foreteller(lab.store, recommender, clock).foretell
    return Detector(lab.store, clock, recommender, checks, Policy(**policy), foretell)


def _count(lab: Watched, table: Any) -> int:
    with lab.store.session() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def test_the_same_window_twice_gives_the_same_answer_and_writes_nothing(lab: Watched) -> None:
    lab.world.break_with("partition-lost")
    first = lab.pass_day()
    before = (_count(lab, Measurements), _count(lab, CheckRun))
    again = lab.detector.run(lab.world.today)
    assert first.findings
    assert again == first
    assert (_count(lab, Measurements), _count(lab, CheckRun)) == before


def test_a_new_day_costs_that_day_alone(lab: Watched) -> None:
    """From the second on: on the first, what had no rows of a late window yet is asked for once more."""
    lab.pass_day()
    lab.world.serve_day()
    watching = Through(lab.recommender.warehouse)
    detection = _detector(lab, watching).run(lab.world.today)
    assert set(watching.scanned) == {detection.window}


def test_all_of_the_history_is_measured_in_one_go_on_the_first_run(fresh: Callable[[], Watched]) -> None:
    lab = fresh()
    watching = Through(lab.recommender.warehouse)
    _detector(lab, watching).run(lab.world.today)
    assert len(watching.asked) == len(set(watching.asked)) > 5
    assert len(watching.scanned) == len(set(watching.scanned)) * len(watching.asked)
    with lab.store.session() as session:
        blocks = select(Measurements).where(Measurements.measure == "rows:impressions")
        rows = session.exec(blocks.order_by(col(Measurements.window_start))).all()
    assert len([row for row in rows if row.everyone and row.rows]) == (lab.world.today - START).days
    assert rows[-1].window_end == lab.world.today


def test_a_young_installation_says_that_it_is_still_learning(fresh: Callable[[], Watched]) -> None:
    lab = fresh()
    early = lab.detector.run(START + 5 * DAY)
    volume = next(outcome for outcome in early.outcomes if outcome.code == "D01")
    assert (volume.state, volume.words) == ("warming-up", "Learning what is usual: 4 of 14 windows of history so far.")
    assert [outcome.code for outcome in early.outcomes if outcome.state == "quiet"] == ["L01"]  # it looks ahead


def test_the_past_is_compared_from_the_second_look_on(fresh: Callable[[], Watched]) -> None:
    lab = fresh()
    first = _detector(lab).run(lab.world.today, ["D10"]).outcomes[0]
    assert (first.state, first.words[:40]) == ("warming-up", "The past was read for the first time: fr")
    lab.world.serve_day()
    assert [one.state for one in _detector(lab).run(lab.world.today, ["D10"]).outcomes] == ["quiet"]


def test_a_young_installation_speaks_of_what_needs_no_history_alone(fresh: Callable[[], Watched]) -> None:
    """Five days known and nothing on the sixth: nobody needs two weeks to see that."""
    lab = fresh()
    silent = Through(lab.recommender.warehouse, silent_from=START + 5 * DAY)
    detection = _detector(lab, silent).run(START + 6 * DAY)
    assert {finding.code for finding in detection.findings} == {"D02"}
    states = {outcome.code: outcome.state for outcome in detection.outcomes}
    assert states.pop("D10") == "warming-up"  # the earlier days are there to be read, for the first time
    assert {states.pop(code) for code in ("L02", "L03")} == {"warming-up"}  # launches are ahead, none is known yet
    assert set(states.values()) == {"finding", "no-data", "quiet"}
    assert [code for code, state in states.items() if state == "quiet"] == ["L01"]


def test_a_bot_that_was_down_for_three_days_judges_each_of_them_in_order(lab: Watched) -> None:
    last = lab.world.today
    lab.world.serve_day()
    lab.world.break_with("unit-change")
    lab.world.serve_day()
    lab.world.serve_day()
    missed = [lab.detector.run(moment) for moment in lab.detector.due(last, lab.world.today)]
    assert [detection.window.end for detection in missed] == [last + DAY, last + 2 * DAY, last + 3 * DAY]
    onsets = [[finding.onset for finding in detection.findings if finding.code == "D06"] for detection in missed]
    assert onsets == [[], [last + DAY], [last + DAY]]


def test_a_check_that_fails_is_an_outcome_and_the_others_go_on(lab: Watched) -> None:
    lab.world.serve_day()
    detection = _detector(lab, checks=[Stumbles(), *EVERY_CHECK]).run(lab.world.today)
    by_code = {outcome.code: outcome for outcome in detection.outcomes}
    assert (by_code["X01"].state, by_code["X01"].words) == ("failed", "ZeroDivisionError: by my own fault")
    assert {by_code[check.about.code].state for check in EVERY_CHECK} == {"quiet"}


def test_a_table_that_cannot_be_read_fails_its_checks_in_words_and_is_tried_again(lab: Watched) -> None:
    lab.world.serve_day()
    broken = Through(lab.recommender.warehouse, broken=("outcomes", "choices", "labelled", "lists"))
    states = {outcome.code: outcome for outcome in _detector(lab, broken).run(lab.world.today).outcomes}
    assert states["P01"].state == states["M06"].state == "failed"
    assert "not a whole Parquet file" in states["P01"].words
    assert states["I03"].state == "quiet"
    mended = {outcome.code: outcome.state for outcome in lab.detector.run(lab.world.today).outcomes}
    assert set(mended.values()) == {"quiet"}


def test_when_nothing_has_arrived_freshness_speaks_and_the_others_say_no_data(lab: Watched) -> None:
    lab.world.serve_day()
    silent = Through(lab.recommender.warehouse, silent_from=lab.world.today - DAY)
    detection = _detector(lab, silent).run(lab.world.today)
    states = {outcome.code: outcome.state for outcome in detection.outcomes}
    assert {finding.code for finding in detection.findings} == {"D02"}
    assert states.pop("D10") == "quiet"  # the past is still there, and is what it was
    assert {states.pop(code) for code in ("L01", "L02", "L03")} == {"quiet"}  # so are the catalogue and older requests
    assert {state for code, state in states.items() if code != "D02"} == {"no-data"}
    silent.silent_from = None
    arrived = {outcome.code: outcome.state for outcome in _detector(lab, silent).run(lab.world.today).outcomes}
    assert arrived.pop("D02") == "finding"  # it was late, and that stays true
    assert set(arrived.values()) == {"quiet"}


def test_two_processes_at_once_run_each_check_once(lab: Watched) -> None:
    lab.world.break_with("partition-lost")
    lab.world.serve_day()
    asked: list[str] = []

    class Counting(Stumbles):
        about = About("X02", "Counts", "nothing", "everything", ())

        def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
            asked.append("X02")
            return []

    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(_detector(lab, checks=[Counting(), *EVERY_CHECK]).run, lab.world.today) for _ in range(2)]
        said = [run.result() for run in runs]
    assert asked == ["X02"]
    assert max(len(detection.outcomes) for detection in said) == len(EVERY_CHECK) + 1
    with lab.store.session() as session:
        names = session.exec(select(Measurements.measure, Measurements.window_start)).all()
    assert len(names) == len(set(names))


def test_a_run_that_died_is_taken_over_when_its_lease_is_out(lab: Watched) -> None:
    window = Window(lab.world.today, lab.world.today + DAY)
    now = window.end
    with lab.store.session() as session:
        assert claim(session, "D01", window, now)
        assert not claim(session, "D01", window, now + timedelta(minutes=5))
        assert claim(session, "D01", window, now + timedelta(minutes=11))
        assert not claim(session, "D01", window, now + timedelta(minutes=12))


def test_only_the_checks_asked_for_run_and_an_unknown_one_is_refused(lab: Watched) -> None:
    lab.world.serve_day()
    assert [outcome.code for outcome in lab.detector.run(lab.world.today, ["I03"]).outcomes] == ["I03"]
    with pytest.raises(UnknownCheck, match="There is no check D99; choose from D01"):
        lab.detector.run(lab.world.today, ["D99"])
    off = _detector(lab, off=("M06",)).run(lab.world.today)
    assert "M06" not in {outcome.code for outcome in off.outcomes}


def test_what_was_seen_since_a_moment_can_be_looked_up(lab: Watched) -> None:
    since = lab.world.today
    lab.world.break_with("unit-change")
    first = lab.pass_day()
    lab.world.mend()
    second = lab.pass_day()
    shifted = tuple(finding for finding in first.findings if finding.code == "D06")
    assert lab.detector.judged_since(since, "D06") == [(first.window, shifted), (second.window, ())]


def test_a_window_in_which_a_check_could_not_judge_is_not_one_in_which_it_saw_nothing(lab: Watched) -> None:
    since = lab.world.today
    lab.world.serve_day()
    newest = max((lab.world.folder / "tables" / "outcomes").glob("*.parquet"))
    newest.write_bytes(newest.read_bytes()[:100])
    lab.detector.run(lab.world.today)
    assert lab.detector.judged_since(since, "M06") == []


def test_a_finding_names_its_owner(lab: Watched) -> None:
    lab.world.break_with("unit-change")
    lab.world.serve_day()
    (finding,) = _detector(lab, owners={"D06": "feature team"}).run(lab.world.today, ["D06"]).findings
    assert finding.data["owner"] == "feature team"
