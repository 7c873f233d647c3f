"""S06 filter and exclusion rates."""

import numpy as np

from checks.base import EVERYONE, Series, Slice
from checks.serving.exclusions import EXCLUDED, REASONS, Exclusions
from tests.checks.fakes import NORTH, SOUTH, FakeHistory, a_judge, a_schema, daily

CANDIDATES = 2000.0


def _reason(name: str, share: float, today: float, seed: int) -> Series:
    shares = np.append(np.random.default_rng(seed).binomial(int(CANDIDATES), share, 29) / CANDIDATES, today)
    return daily(REASONS, shares * CANDIDATES, shares * CANDIDATES, Slice((("excluded_reason", name),)))


def _history(seen: float = 0.1, rights: float = 0.04, places: tuple[float, float] = (0.14, 0.14)) -> FakeHistory:
    """Candidates excluded as seen (a tenth) or for lack of rights (4 %); today as given, by reason and by region."""
    rng = np.random.default_rng(7)

    def region(today: float, where: Slice, n: float) -> Series:
        return daily(EXCLUDED, [*(rng.binomial(int(n), 0.14, 29) / n), today], n, where)

    reasons = [_reason("already seen", 0.1, seen, 1), _reason("no rights", 0.04, rights, 2)]
    kept = daily(REASONS, np.full(30, 0.86 * CANDIDATES), 0.86 * CANDIDATES, Slice((("excluded_reason", "unknown"),)))
    total = daily(REASONS, np.full(30, CANDIDATES), CANDIDATES)
    parts = [region(places[0], NORTH, 500), region(places[1], SOUTH, 1500)]
    return FakeHistory([total, kept, *reasons, region(seen + rights, EVERYONE, CANDIDATES), *parts])


def test_s06_stays_quiet_while_filters_take_as_much_as_ever() -> None:
    assert Exclusions().findings(a_schema(), _history(0.11, 0.05, (0.17, 0.15)), a_judge()) == []


def test_s06_fires_and_names_the_filter_that_takes_too_much() -> None:
    (finding,) = Exclusions().findings(a_schema(), _history(rights=0.3, places=(0.4, 0.4)), a_judge())
    assert (finding.subject, finding.slice) == ("filter:no rights", EVERYONE)
    assert finding.words.startswith("30 % of candidates were excluded for the reason “no rights”, usually 4.")


def test_s06_fires_where_the_filter_takes_too_much() -> None:
    (finding,) = Exclusions().findings(a_schema(), _history(rights=0.16, places=(0.62, 0.14)), a_judge())
    assert (finding.subject, finding.slice) == ("filter:no rights", NORTH)
    assert "62 % of candidates in region North were excluded for any reason, mostly “no rights”" in finding.words


def test_s06_fires_when_a_filter_lets_everything_through() -> None:
    (finding,) = Exclusions().findings(a_schema(), _history(seen=0.0, places=(0.04, 0.04)), a_judge())
    assert finding.title == "Fewer candidates are excluded: already seen"


def test_s06_fires_on_a_reason_never_seen_before() -> None:
    history = _history(places=(0.17, 0.17))
    new = np.append(np.full(29, np.nan), 0.035 * CANDIDATES)
    history.given = [*history.given, daily(REASONS, new, 0.0, Slice((("excluded_reason", "new rule"),)))]
    (finding,) = Exclusions().findings(a_schema(), history, a_judge())
    assert finding.title == "A new filter excludes candidates: new rule"


def test_candidates_are_counted_by_their_weight_where_they_were_sampled() -> None:
    told = [str(measure.value) for measure in Exclusions().measures(a_schema())]
    assert all("sampling_weight" in sql for sql in told)
