"""Faults of how a title or a profile is set up."""

from __future__ import annotations

import numpy as np

from sandbox.recommender.engine.day import Engine
from sandbox.recommender.engine.scene import CHILD, LANGUAGES, SPEAKERS, Ints
from sandbox.recommender.engine.state import DAYS
from sandbox.recommender.engine.traffic import is_member
from sandbox.recommender.faults.base import Damage, Dose, Fault, Injected
from sandbox.recommender.faults.launching import coming_launch, next_launch

ADULTS = ("35-49", "25-34", "50+")
FAVOURITES = 12  # an established title is one of the week's most taken
ESTABLISHED = 30  # days since launch


def misset_language(engine: Engine, amount: float, dose: Dose) -> Injected:
    """Upstream's table gives a popular title the wrong language, so those who do not follow it never see it."""
    item = dose.pick(_favourites(engine).tolist(), int(_favourites(engine)[0]))
    language, catalogue = engine.state.scene.catalogue.language, engine.state.scene.catalogue
    hidden = 1 - np.array(SPEAKERS[1:])
    right, language[item] = language[item], LANGUAGES[1 + int(np.abs(hidden - amount).argmin())]

    def mend() -> None:
        language[item] = right

    return Injected(subject=f"item:{catalogue.ids[item]}", mend=mend)


def _favourites(engine: Engine) -> Ints:
    """Established titles in the first language, those most taken in the last week first."""
    state, catalogue = engine.state, engine.state.scene.catalogue
    week = [(state.day - back) % DAYS for back in range(1, 8)]
    taken = state.counters.item_taken[week].sum(axis=0)
    fit = (catalogue.language == LANGUAGES[0]) & (state.launch_day < state.day - ESTABLISHED) & ~catalogue.mature
    order = np.argsort(-np.where(fit, taken, -1), kind="stable")
    return np.asarray(order[:FAVOURITES])


def forget_artwork(engine: Engine, amount: float, dose: Dose) -> Injected:
    """A title about to launch has no artwork, so the serving filter never lets it through."""
    item, state = next_launch(engine, dose), engine.state
    state.lacks_artwork[item] = amount

    def mend() -> None:
        state.lacks_artwork[item] = 0.0

    return Injected(subject=f"item:{state.scene.catalogue.ids[item]}", mend=mend)


def prepare_without_artwork(engine: Engine, amount: float, dose: Dose) -> Injected:
    """The artwork of a title that launches in the week after next is withdrawn, and nobody orders another."""
    item, state = coming_launch(engine, dose), engine.state
    state.lacks_artwork[item] = amount

    def mend() -> None:
        state.lacks_artwork[item] = 0.0

    return Injected(subject=f"item:{state.scene.catalogue.ids[item]}", mend=mend)


def flip_segment(engine: Engine, amount: float, dose: Dose) -> Injected:
    """A job of the profile service marks children's profiles as adults'."""
    groups = engine.state.scene.members.age_group
    children = np.flatnonzero((groups == CHILD) & is_member(engine.state, engine.state.day))
    order = np.random.default_rng([engine.state.seed, dose.seed()]).permutation(children)
    flipped = order[: max(1, round(amount * len(children)))]
    groups[flipped] = dose.pick(ADULTS, ADULTS[0])

    def mend() -> None:
        groups[flipped] = CHILD

    return Injected(mend=mend)


ITEM_LANGUAGE = Fault(
    name="item-language",
    number=3,
    title="A popular title has the wrong language",
    cause="Upstream's title table gives the wrong language, so those who do not follow it are never shown the title.",
    cause_class="set-up",
    subject="item:(one of the week's most taken)",
    codes=("I05",),
    damage=Damage("share of members it is hidden from", 0.88, most=0.88),
    injection=misset_language,
)
ARTWORK_MISSING = Fault(
    name="artwork-missing",
    number=4,
    title="A launching title has no artwork and is never shown",
    cause="The title was set up without artwork, so the serving filter excludes it everywhere.",
    cause_class="set-up",
    subject="item:(the one launching next)",
    codes=("I01",),
    damage=Damage("share of devices without artwork", 1.0, most=1.0),
    injection=forget_artwork,
)
SEGMENT_FLIPPED = Fault(
    name="segment-flipped",
    number=20,
    title="One in ten children's profiles is marked adult",
    cause="A job of the profile service marked one in ten children's profiles as adults'.",
    cause_class="inputs",
    subject="table:members",
    slice=f"age_group={CHILD}",
    codes=("D11",),
    damage=Damage("share of children's profiles", 0.1, most=1.0),
    injection=flip_segment,
)
LAUNCH_UNPREPARED = Fault(
    name="launch-unprepared",
    number=41,
    title="A launch of the week after next loses its artwork",
    cause="The artwork of an announced title was withdrawn and no other was ordered, so it could not be shown.",
    cause_class="set-up",
    subject="item:(one launching in the week after next)",
    codes=("L01",),
    damage=Damage("share of devices without artwork", 1.0, most=1.0),
    injection=prepare_without_artwork,
)
