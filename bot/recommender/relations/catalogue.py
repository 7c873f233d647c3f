"""Every derived relation. Adding one: a file, and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.recommender.mapping import Table
from bot.recommender.relations.activity import Activity
from bot.recommender.relations.arms import Arms
from bot.recommender.relations.base import Mapped, Relation
from bot.recommender.relations.catalogued import Catalogued
from bot.recommender.relations.choices import Choices
from bot.recommender.relations.established import Established
from bot.recommender.relations.joins import Joins
from bot.recommender.relations.keys import NAMED_BY, Keys
from bot.recommender.relations.labelled import Labelled
from bot.recommender.relations.labels import Labels
from bot.recommender.relations.lists import Lists
from bot.recommender.relations.newcomers import Newcomers
from bot.recommender.relations.pairs import Pairs
from bot.recommender.relations.passed import Passed
from bot.recommender.relations.profiles import Profiles
from bot.recommender.relations.randomised import Randomised
from bot.recommender.relations.reach import Reach
from bot.recommender.relations.repeats import Repeats
from bot.recommender.relations.shadow import Shadow
from bot.recommender.relations.shown import Shown
from bot.recommender.relations.skew import Skew
from bot.recommender.relations.tastes import Tastes
from bot.recommender.relations.wanted import Wanted
from checks.base import Feed
from checks.limits import Limits
from checks.upcoming import LaunchRules

EVERY_RELATION: tuple[Relation, ...] = (
    Labelled(),
    Lists(),
    Choices(),
    Wanted(),
    Joins(),
    Activity(),
    Catalogued(),
    Labels(),
    Profiles(),
    Pairs(),
    Shadow(),
    Skew(),
    Arms(),
    Passed(),
    Repeats(),
    Tastes(),
    Newcomers(),
    Established(),
    Shown(),
    Randomised(),
    Reach(),
    *(Keys(table) for table in NAMED_BY),
)


def map_relations(
    tables: Mapping[str, Table],
    slices: tuple[str, ...],
    features: tuple[str, ...] = (),
    feeds: tuple[Feed, ...] = (),
    find_first: Callable[[], int] = lambda: 1,
    launches: LaunchRules = LaunchRules(),  # noqa: B008 (a frozen value)
    limits: Limits = Limits(),  # noqa: B008
) -> Mapped:
    """The installation with every relation it can have; `find_first` is asked when the first position is needed."""
    relations = {each.name: each for each in EVERY_RELATION}
    return Mapped(tables, slices, features, relations, feeds, launches, limits, find_first)
