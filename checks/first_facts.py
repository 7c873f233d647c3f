"""What is wrong by itself, whatever is usual: said while a check still learns, before it is learned as usual."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .base import EVERYONE, History
from .wording import percent

MATTERS, NEARLY_ALL = 0.01, 0.98  # shares of the rows


@dataclass(frozen=True)
class Fact:
    """A share that should be (nearly) none on any installation."""

    words: str  # with {share} and {name}
    least: float = MATTERS


FACTS: Mapping[str, Fact] = {  # by the measure's name before its colon
    "repeated": Fact("{share} of the rows of {name} repeat the key of another row"),
    "feature.null_share": Fact("{name} is missing in {share} of the rows", NEARLY_ALL),
    "feature.unreal": Fact("{name} is NaN or infinite in {share} of the rows"),
    "score.unreal": Fact("{share} of the scores are NaN, infinite or absent"),
    "items.unknown": Fact("{share} of what is shown is not in the items table"),
}
BEWARE = "if that is not as it should be, mend it now: what lasts through these windows is learned as usual"


def tell_facts(history: History, names: Iterable[str]) -> str:
    """A sentence of what the window holds for everyone that is wrong by itself; "" where nothing is.

    No finding: an installation may be made like that, and nothing is known of it yet.
    """
    told = [fact for name in names if (fact := _tell(history, name))]
    return f"Already seen: {'; '.join(told)}; {BEWARE}." if told else ""


def _tell(history: History, measure: str) -> str:
    kind, _, name = measure.partition(":")
    fact = FACTS.get(kind)
    if fact is None:
        return ""
    shares = [one.values[-1] for one in history.series(measure) if one.slice == EVERYONE and one.values.ndim == 1]
    return fact.words.format(share=percent(shares[0]), name=name) if shares and shares[0] >= fact.least else ""
