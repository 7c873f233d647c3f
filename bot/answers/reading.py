"""The verbs that only read: anyone may ask them, and the answers need no engineer."""

from __future__ import annotations

from dataclasses import replace

from bot.answers.heard import Heard
from bot.answers.speaking import below, reply, show, whisper
from bot.cards import reading as cards
from bot.cards.item import choices_said, item_said
from bot.cards.launch import launch_said, which_launch_said
from bot.cards.launches import launches_said
from bot.cards.resolution import known_said
from bot.cards.score import score_of
from bot.catalog.matching import known_issues
from bot.detection.policy import Policy
from bot.detection.spending import read_spending
from bot.diagnosis.item_health import Choices, item_health
from bot.health import Health, checks_of, health_of
from bot.incidents.keeping import about_item, all_incidents, open_incidents
from bot.launches.calendar import find_ahead
from bot.launches.outlook import draw, find_outlook
from bot.roles import roles_of
from bot.slack.messages import Place
from bot.teammate import Teammate


def answer_help(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """What can be asked."""
    whisper(mate, heard, cards.help_said())


def answer_status(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """Is the recommender healthy, is the bot."""
    reply(mate, heard, cards.status_said(health(mate)))


def answer_checks(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """Every check and what it said last."""
    states = checks_of(mate.store, mate.every_check)
    whisper(mate, heard, cards.checks_said(states, score_of(mate.settings, states)))


def answer_whoami(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """Who the asker is to the bot."""
    has = roles_of(heard.person, mate.roles)
    missing = [role for role in ("operator", "approver") if role not in has]
    whisper(mate, heard, cards.whoami_said(heard.person, has, missing))


def answer_incidents(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """What is open; with `all`, what ever was, the newest first."""
    everything = argument.strip().lower() == "all"
    with mate.store.session() as session:
        incidents = all_incidents(session) if everything else open_incidents(session)
    reply(mate, heard, cards.incidents_said(incidents, everything=everything))


def answer_launches(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """The launches ahead, in words for who prepares them."""
    ahead = find_ahead(mate.store, mate.recommender, mate.clock.now())
    reply(mate, heard, launches_said(ahead, mate.settings.launches.horizon.days))


def answer_launch(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """How one launch stands, what is expected of it, and what to do."""
    found = find_outlook(mate.store, mate.recommender, argument, mate.clock.now())
    if isinstance(found, list):
        whisper(mate, heard, which_launch_said(found, argument))
        return
    key, picture = reply(mate, heard, launch_said(found)), draw(found)
    if picture is not None:
        show(mate, below(heard, key), (picture,), heard.key)


def answer_known(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """The known-issue catalogue."""
    with mate.store.session() as session:
        issues = known_issues(session)
    reply(mate, heard, known_said(issues))


def answer_item(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """Is my title shown, why not, what to do: in words for people who are no engineers."""
    answer = item_health(mate.recommender, argument, mate.clock.now(), mate.window)
    if isinstance(answer, Choices):
        whisper(mate, heard, choices_said(answer))
        return
    with mate.store.session() as session:
        about = about_item(open_incidents(session), str(answer.item["item_id"]))
    key = reply(mate, heard, item_said(answer, about))
    if answer.picture is not None:
        show(mate, below(heard, key), (answer.picture,), heard.key)


def chosen_item(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """One of several titles was picked."""
    answer_item(mate, replace(heard, place=Place(heard.place.channel, heard.place.thread_ts)), heard.value)


def open_home(mate: Teammate, heard: Heard, argument: str = "") -> None:
    """App Home, drawn anew whenever somebody opens it."""
    with mate.store.session() as session:
        mate.outbox.home(session, heard.person, cards.home_view(health(mate)))


def health(mate: Teammate) -> Health:
    """This installation at a glance."""
    budget = mate.settings.budget.false_incidents_per_30_days
    now = mate.clock.now()
    spending = read_spending(mate.store, Policy.from_settings(mate.settings), now)
    return replace(health_of(mate.store, mate.every_check, now, budget, mate.window), spending=spending)
