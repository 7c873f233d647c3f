"""What can go wrong in an expected way: the words are meant for whoever asked, in Slack and in a shell."""

from __future__ import annotations

from bot.answers.heard import NotPossibleHere
from bot.hotfixes.base import HotfixRefused
from bot.incidents.states import NotPossible, StaleClick, UnknownIncident
from bot.recommender.contract import RecommenderFailed
from bot.roles import Denied

EXPECTED = (Denied, HotfixRefused, NotPossible, NotPossibleHere, RecommenderFailed, StaleClick, UnknownIncident)


def in_words(failure: Exception) -> str:
    """What went wrong, for the person who asked; a bug is not told in its own words."""
    if isinstance(failure, EXPECTED):
        return str(failure)
    return "Something went wrong in me, and nothing was changed."
