"""M08: versions that should not serve, or not together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from checks.base import EVERYONE, About, Finding, History, Measure, Point, Schema, Slice
from checks.events import Release
from checks.evidence import loudness, model_subject
from checks.judging import Judge
from checks.mix import VERSIONS, versions_measure
from checks.rhythm import windows_in
from checks.sql import count_if
from checks.versions import BETWEEN, MOSTLY, PAIRS, Matches, Served, begins, index_measures, split_pair
from checks.wording import percent, plural

OUTSIDE_TESTS = "versions.outside_tests"  # versions where no arm of an experiment served
GATED = 3  # releases in a row that passed the gate make it the custom
LASTS, LASTS_DAYS = 14, 7  # windows, and days, after which a version nobody knows is how things are
ROLLOUT, ROLLOUT_DAYS = 3, 3  # windows, and days, that a rollout may take, unless history has seen longer ones
BESIDE = 0.05  # of the rows: a version that serves so many serves beside the others


class VersionSkew:
    """A version serves that should not, or two that do not belong together."""

    about = About(
        code="M08",
        title="Version skew",
        notices="A model version serves that the registry does not know, or that has not passed its offline gate; a "
        "model version is served with a candidate index (or tower) that is not its own; two model versions serve "
        "beside each other, outside of any test, for longer than a rollout takes.",
        misses="Versions that are logged under the name of another; what serves less than one row in a hundred; an "
        "index that is rebuilt more often than the model, so that they have no fixed partners.",
        needs=("impressions.model_version", "impressions.index_version", "registry"),
        severity="The share of all impressions it served: critical from 50 %, high from 20 %, medium from 2 %.",
    )

    def measures(self, schema: Schema) -> Sequence[Measure]:
        """Impressions by model version, by index version, by both, and by model version outside of tests."""
        measures = [versions_measure(schema), *index_measures(schema)]
        arm = schema.relations["impressions"].get("arm")
        if arm is None:
            return measures
        rows = count_if(arm.is_(None))
        return [*measures, Measure(OUTSIDE_TESTS, "impressions", "count", rows, rows, ("model_version",))]

    def findings(self, schema: Schema, history: History, judge: Judge) -> Sequence[Finding]:
        """One finding a version, or pair of versions."""
        served = Served.read(history, VERSIONS)
        if served is None:
            return []
        found = [*self._unknown(history, served), *self._ungated(history, served)]
        return [*found, *self._mismatched(history), *self._beside(history)]

    def _unknown(self, history: History, served: Served) -> list[Finding]:
        known = {release.version for release in history.releases()}
        lasts = windows_in(LASTS_DAYS, history.window.end - history.window.start, LASTS)
        strange = [name for name in served.now() if name not in known and _is_news(served, name, known, lasts)]
        why = "the registry has no such version, so nobody can say what it was trained on, nor go back to it."
        return [
            self._tell(history, served, name, f"Version {name} serves, which the registry does not know", words)
            for name in strange
            for words in (f"Version {name} served {percent(served.now()[name])} of the impressions; {why}",)
        ]

    def _ungated(self, history: History, served: Served) -> list[Finding]:
        found = []
        releases = history.releases()
        for i, release in enumerate(releases):
            said = _gate_missed(release, releases[:i])
            if said and release.version in served.now():
                title = f"Version {release.version} serves without its gate"
                share = percent(served.now()[release.version])
                words = f"Version {release.version} served {share} of the impressions; {said}."
                found.append(self._tell(history, served, release.version, title, words))
        return found

    def _mismatched(self, history: History) -> list[Finding]:
        pairs = Served.read(history, PAIRS)
        if pairs is None:
            return []
        told = {each.version: each.index_version for each in history.releases() if each.index_version is not None}
        matches = Matches.of(pairs, told)
        found = []
        for pair, share in pairs.now().items():
            model, index = split_pair(pair)
            if matches.belongs(model, index) is False:
                title = f"Model version {model} is served with index {index}, which is not its own"
                words = f"{percent(share)} of the impressions were made by model version {model} from index {index}."
                found.append(self._tell(history, pairs, pair, title, words + _own(matches, model)))
        return found

    def _beside(self, history: History) -> list[Finding]:
        served = Served.read(history, OUTSIDE_TESTS if history.series(OUTSIDE_TESTS) else VERSIONS)
        if served is None or len(served.now()) < 2:
            return []
        first, second = list(served.now())[:2]
        there = (served.rows[first] >= BESIDE * served.total) & (served.rows[second] >= BESIDE * served.total)
        start, count = begins(there), _how_many(served)
        usual = windows_in(ROLLOUT_DAYS, history.window.end - history.window.start, ROLLOUT)
        usual = max(usual, _longest(count[:start] > 1))
        lasted = len(there) - start
        if start == 0 or lasted <= usual or np.median(count[:start]) > 1:
            return []
        words = (
            f"Versions {first} and {second} have served beside each other for {plural(lasted, 'window')}, outside of "
            f"any test; the second made {percent(served.now()[second])} of the impressions of the last."
        )
        title = f"Versions {first} and {second} serve beside each other"
        return [self._tell(history, served, second, title, words, served.starts[start])]

    def _tell(
        self, history: History, served: Served, name: str, title: str, words: str, since: datetime | None = None
    ) -> Finding:
        share, is_pair = served.now()[name], BETWEEN in name
        impact = history.impact(EVERYONE if is_pair else Slice((("model_version", name),)))
        return Finding(
            code=self.about.code,
            title=title,
            words=words,
            subject="index" if is_pair else model_subject(history),
            measure=PAIRS if is_pair else VERSIONS,
            slice=EVERYONE,
            window=history.window,
            onset=since or served.since(name),
            value=share,
            expected=0.0,
            low=0.0,
            high=0.0,
            direction="up",
            n=int(served.total[-1]),
            surprise=5.0,
            severity=loudness(share),
            impact=impact,
            points=_draw(served, name),
            data={"version": name, "share": share},
        )


def _is_news(served: Served, name: str, known: set[str], lasts: int) -> bool:
    """Whether a version came lately, and before it nearly all that served was in the registry by its logged name."""
    first = served.first(name)
    before = sum(float(rows[:first].sum()) for rows in served.rows.values())
    listed = sum(float(rows[:first].sum()) for version, rows in served.rows.items() if version in known)
    return before > 0 and listed >= MOSTLY * before and len(served.total) - first <= lasts


def _gate_missed(release: Release, earlier: Sequence[Release]) -> str:
    """What is wrong with a version's gate, in words; "" when nothing is, or when gates are not the custom here."""
    said = [each.gate_passed for each in earlier if each.gate_passed is not None]
    if release.gate_passed is False and (not said or 2 * sum(said) >= len(said)):
        return "the registry says that it has not passed its offline gate"
    lately = [each.gate_passed for each in earlier[-GATED:]]
    if release.gate_passed is None and len(lately) == GATED and all(lately):
        return "the registry has no word of its offline gate, which those before it have passed"
    return ""


def _own(matches: Matches, model: str) -> str:
    own = matches.told.get(model) or matches.learned.get(model)
    return f" It belongs with index {own}." if own else " That index belongs with another version."


def _how_many(served: Served) -> NDArray[np.int64]:
    """How many versions served beside each other, window by window."""
    least = np.maximum(BESIDE * served.total, 1)
    return np.asarray(sum((rows >= least).astype(np.int64) for rows in served.rows.values()))


def _longest(holds: NDArray[np.bool_]) -> int:
    """The most windows in a row in which it held."""
    return max((len(run) for run in "".join("x" if each else " " for each in holds).split()), default=0)


def _draw(served: Served, name: str) -> tuple[Point, ...]:
    """Its share of the rows, window by window; nothing is what was expected."""
    shares = np.divide(served.rows[name], served.total, out=np.zeros(len(served.total)), where=served.total > 0)
    return tuple(Point(at, float(share), 0.0) for at, share in list(zip(served.starts, shares, strict=True))[-30:])
