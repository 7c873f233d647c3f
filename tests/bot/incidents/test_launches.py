"""Titles that are hardly shown since their launch: one title's thread, or that of launches."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from bot.incidents import keeping
from bot.incidents.causes import one_cause_or_many
from checks.base import Finding
from checks.items.cold_start import LAUNCHED

from .faults import FAULTS
from .making import news_of, see, sight


def launches(day: int = 0) -> Finding:
    """All titles in their first week together."""
    return replace(sight("I01", "", "items", day=day, since=0, fallen=True), measure=LAUNCHED)


def title(number: int, day: int = 0, lacks: str = "") -> Finding:
    one = sight("I01", f"item_id={number}", f"item:{number}", day=day, fallen=True, data={"set_up": lacks})
    return replace(one, measure=LAUNCHED)


def test_when_launches_are_not_shown_the_card_names_launches_and_has_the_titles_in_it() -> None:
    [cause] = one_cause_or_many([title(41), launches(), title(42)])
    assert (cause.subject, cause.slice.key, cause.cause_class) == ("items", "", "systems")
    assert "new titles" in cause.cause
    assert len(cause.findings) == 3


def test_a_title_without_artwork_keeps_its_own_thread_beside_launches_that_are_not_shown() -> None:
    causes = one_cause_or_many([launches(), title(41), title(7, lacks="no artwork")])
    assert [(cause.subject, cause.cause_class) for cause in causes] == [("items", "systems"), ("item:7", "set-up")]


def test_a_title_everybody_knew_that_vanishes_that_day_is_no_launch() -> None:
    gone = sight("I05", "item_id=3", "item:3", fallen=True)
    assert [cause.subject for cause in one_cause_or_many([launches(), gone])] == ["items", "item:3"]


def test_the_thread_of_one_title_becomes_that_of_launches_when_the_others_fail_too(session: Session) -> None:
    see(session, 0, title(41))
    see(session, 1, title(41, 1), launches(1))
    [incident] = keeping.open_incidents(session)
    assert (incident.subject, incident.slice) == ("items", "")


def test_a_title_launched_while_launches_are_not_shown_joins_their_thread(session: Session) -> None:
    see(session, 0, launches())
    assert "opened" not in news_of(see(session, 1, launches(1), title(43, 1)))
    assert "opened" not in news_of(see(session, 2, title(43, 2)))
    assert len(keeping.open_incidents(session)) == 1


def test_launches_are_not_shown_either_when_an_index_or_a_storm_takes_everything() -> None:
    for name in ("index-truncated", "fallback-storm"):
        [cause] = one_cause_or_many([*FAULTS[name], sight("I01", "", "items", day=9, fallen=True)])
        assert cause.codes[0] != "I01"
