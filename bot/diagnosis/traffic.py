"""Who came: is there more or less of everything, was the log itself cut or doubled, has the mix changed?"""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from sqlalchemy import func

from bot.diagnosis.case import DAY, Case
from bot.diagnosis.places import find_where_shown, name_place
from bot.diagnosis.verdict import Answer, Evidence, Suspicion, percent
from checks.base import Measure, Window

if TYPE_CHECKING:
    import pandas as pd

COUNTED = ("impressions", "outcomes")
LIKE_WINDOWS = 8  # how many days back the same stretch is counted
A_LOT = 0.35  # relative change of a count that is worth a word
REQUESTS = 200
IMPRESSIONS = "table:impressions"


def weigh_traffic(case: Case) -> Answer:
    """The volume of each table now against the same stretch of the days before, overall; and where it moved."""
    counts = _counts(case)
    told = [line for name in COUNTED if (line := _volume(name, counts)) is not None]
    moved = [(name, share) for name, share, _ in told if abs(share) >= A_LOT]
    if not told:
        return Answer()
    words = "; ".join(text for _, _, text in told) + "."
    evidence = Evidence("Traffic", words[0].upper() + words[1:], "traffic", {name: share for name, share, _ in told})
    if not moved:
        return Answer((evidence,), ruled_out=("a change in how much traffic there is",))
    return Answer((evidence,), tuple(_volume_suspicions(case, dict(moved))))


def _counts(case: Case) -> dict[str, list[float]]:
    """Rows per table: the judged stretch first, then the same stretch one, two, ... days earlier."""
    step = DAY * max(1, round(case.grain / DAY))
    last = Window(case.window.end - case.grain, case.window.end)
    earlier = [Window(last.start - back * step, last.end - back * step) for back in range(1, 4 * LIKE_WINDOWS)]
    windows = [last, *[window for window in earlier if window.end <= case.onset][:LIKE_WINDOWS]]
    measures = [
        Measure(f"diagnosis.rows:{name}", name, "count", func.count(), func.count())
        for name in COUNTED
        if case.has(name, "ts")
    ]
    out: dict[str, list[float]] = {}
    for measured in case.recommender.warehouse.measure(measures, windows):
        rows = out.setdefault(measured.measure.partition(":")[2], [0.0] * len(windows))
        rows[windows.index(measured.window)] = float(measured.n)
    return out


def _volume(name: str, counts: dict[str, list[float]]) -> tuple[str, float, str] | None:
    series = counts.get(name, [])
    if len(series) < 3 or not median(series[1:]):
        return None
    now, usual = series[0], median(series[1:])
    return name, now / usual - 1, f"{name} had {now:,.0f} rows, usually {usual:,.0f} ({now / usual - 1:+.0%})"


def _volume_suspicions(case: Case, moved: dict[str, float]) -> list[Suspicion]:
    out = []
    if "outcomes" in moved and "impressions" not in moved and moved["outcomes"] < -0.6:
        cause = f"Outcomes fell by {percent(-moved['outcomes'])} while people were shown as much as ever: they get lost"
        out.append(Suspicion(cause, "systems", "table:outcomes", 0.6))
    if "impressions" in moved:
        share = moved["impressions"]
        alike = [place for place in find_where_shown(case) if (place.shift < 0) == (share < 0)]
        only = f", where {name_place(alike[0])}" if alike else ""
        verb = "fell" if share < 0 else "rose"
        cause = f"The volume of impressions {verb} by {percent(abs(share))}{only}"
        out.append(Suspicion(cause, "systems", IMPRESSIONS, 0.55, explains=("",) if share < -0.5 else ()))
    return out


def compare_logs(case: Case) -> Answer:
    """Does the impressions table hold what the sampled requests say was shown: not less, not twice?"""
    if not (case.has("requests", "position", "request_id") and case.has("impressions", "request_id")):
        return Answer()
    shown, logged = _kept(case, case.asked_bad, case.window)
    was_shown, was_logged = _kept(case, case.asked_good, case.last_good)
    if not shown:
        return Answer()
    now, usual = logged / shown, was_logged / was_shown if was_shown else 1.0
    words = f"Of {shown:,} items that sampled requests say were shown, {logged:,} are in impressions"
    evidence = Evidence("The log against itself", f"{words} (before: {percent(usual)}).", "traffic", {"kept": now})
    if now < usual - 0.05:
        cause = f"Rows are lost on the way into the impressions table: of {shown:,} sampled items that were shown, "
        strength = min(0.97, 0.8 + (usual - now))
        lost = Suspicion(f"{cause}{shown - logged:,} are not in it", "systems", IMPRESSIONS, strength, explains=("",))
        return Answer((evidence,), (lost,))
    if now > usual + 0.05:
        cause = f"Impressions are in the table more than once ({now:.2f} rows for each item shown): a batch came twice"
        return Answer((evidence,), (Suspicion(cause, "systems", IMPRESSIONS, 0.95, explains=("",)),))
    return Answer((evidence,), ruled_out=("lost or doubled rows in the impressions table",))


def _kept(case: Case, asked: pd.DataFrame, window: Window) -> tuple[int, int]:
    """How many items sampled requests say were shown, and how many impressions of those requests there are."""
    if "position" not in asked or asked.empty:
        return 0, 0
    ids = asked["request_id"].unique()[:: max(1, asked["request_id"].nunique() // REQUESTS)].tolist()
    shown = asked[asked["request_id"].isin(ids) & asked["position"].notna()]
    spread = Window(window.start, window.end + timedelta(hours=1))  # logged a moment after it was served
    return len(shown), len(case.rows("impressions", spread, 100_000, request_id=ids))


def weigh_freshness(case: Case) -> Answer:
    """Did a table stop being written before the window ended?"""
    evidence, suspicions = [], []
    for name in (*COUNTED, "requests"):
        if not case.has(name, "ts"):
            continue
        newest = case.recommender.warehouse.newest(name, case.window.end)
        age = case.window.end - newest if newest else None
        if age is None or age > max(DAY / 4, case.grain / 2):
            when = f"no row since {newest:%Y-%m-%d %H:%M} UTC" if newest else "no rows at all"
            evidence.append(Evidence("A table stopped", f"{name} has {when}.", "traffic"))
            suspicions.append(
                Suspicion(f"The {name} table stopped being written: {when}", "systems", f"table:{name}", 0.9)
            )
    out = () if evidence or not case.has("impressions", "ts") else ("a table that stopped being written",)
    return Answer(tuple(evidence), tuple(suspicions), out)
