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
    return _put_down_in_another_language(engine, item, amount)


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
    return _take_artwork(engine, next_launch(engine, dose), amount)


def prepare_without_artwork(engine: Engine, amount: float, dose: Dose) -> Injected:
    """The artwork of a title that launches in the week after next is withdrawn, and nobody orders another."""
    return _take_artwork(engine, coming_launch(engine, dose), amount)


def _take_artwork(engine: Engine, item: int, share: float) -> Injected:
    """On this share of devices it has none."""
    state = engine.state
    state.lacks_artwork[item] = share

    def mend() -> None:
        state.lacks_artwork[item] = 0.0

    return Injected(subject=f"item:{state.scene.catalogue.ids[item]}", mend=mend)


def announce_in_another_language(engine: Engine, amount: float, dose: Dose) -> Injected:
    """Upstream's table gives a title that launches in the week after next a language that few follow."""
    return _put_down_in_another_language(engine, coming_launch(engine, dose), amount)


def _put_down_in_another_language(engine: Engine, item: int, hidden: float) -> Injected:
    """One that about such a share of members do not follow."""
    catalogue, unheard = engine.state.scene.catalogue, 1 - np.array(SPEAKERS[1:])
    right, catalogue.language[item] = catalogue.language[item], LANGUAGES[1 + int(np.abs(unheard - hidden).argmin())]

    def mend() -> None:
        catalogue.language[item] = right

    return Injected(subject=f"item:{catalogue.ids[item]}", mend=mend)


def announce_without_year(engine: Engine, amount: float, dose: Dose) -> Injected:
    """The release years of a title that launches in the week after next, and of some after it, are not filled in."""
    item, catalogue = coming_launch(engine, dose), engine.state.scene.catalogue
    later = np.flatnonzero(engine.state.launch_day > engine.state.launch_day[item])
    others = later[np.argsort(engine.state.launch_day[later], kind="stable")][: max(0, round(amount) - 1)]
    without = np.array([item, *others])
    right = catalogue.release_year[without]
    catalogue.release_year[without] = np.nan

    def mend() -> None:
        catalogue.release_year[without] = right

    return Injected(subject=f"item:{catalogue.ids[item]}", mend=mend)


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
LAUNCH_LANGUAGE = Fault(
    name="launch-language",
    number=42,
    title="A launch of the week after next is put down in a language that few follow",
    cause="Upstream's table gave an announced title the wrong language, so the filter would keep it from most members.",
    cause_class="set-up",
    subject="item:(one launching in the week after next)",
    codes=("L02",),
    damage=Damage("share of members who do not follow it", 0.88, most=0.88),
    injection=announce_in_another_language,
    worlds=("lab-large", "lab"),
)
LAUNCH_VALUES = Fault(
    name="launch-values",
    number=43,
    title="A launch of the week after next has no release year",
    cause="An announced title was entered without its release year, so the model would read no value of it.",
    cause_class="set-up",
    subject="item:(one launching in the week after next)",
    codes=("L03",),
    damage=Damage("launches without a release year", 2.0),
    injection=announce_without_year,
    worlds=("lab-large", "lab"),
)
