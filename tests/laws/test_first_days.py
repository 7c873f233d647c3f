"""A bot that begins with nothing: what it says, and does not say, in its first weeks. docs/first-days.md tells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot import flow
from bot.answers.reading import health
from bot.cards.reading import check_line, status_said
from bot.health import CheckState, checks_of
from bot.settings import load
from bot.teammate import Teammate, assemble
from sandbox.recommender.clock import SandboxClock
from sandbox.recommender.world import World
from sandbox.recommender.worlds import open_world
from tests.laws.damages import all_null, empty, twice, unreal

DAY = timedelta(days=1)
PAGE = Path(__file__).parents[2] / "docs" / "first-days.md"
FIRST_READ = "The past was read for the first time: from the next window on I compare it with what it was."

LAUNCHES = (
    "None can be foretold yet: that takes ten launches that were, with requests logged a week before each and on "
    "its day."
)


@dataclass
class Newcomer:
    """A bot on a recommender whose log begins with its first day."""

    world: World
    clock: SandboxClock
    mate: Teammate
    day: int = 1

    @property
    def tables(self) -> Path:
        return self.world.folder / "tables"

    def live_to(self, day: int) -> None:
        """Serve until that day is over, and let the bot look at it, and at itself."""
        while self.day < day:
            self.world.serve_day()
            self.day += 1
        self.clock.move_to(self.world.clock.now())
        flow.notice(self.mate, self.clock.now())
        flow.watch(self.mate)

    @property
    def states(self) -> dict[str, CheckState]:
        return {state.code: state for state in checks_of(self.mate.store, self.mate.every_check)}

    @property
    def counted(self) -> Counter[str]:
        return Counter(state.outcome for code, state in self.states.items() if not code.startswith("W"))

    @property
    def status(self) -> str:
        return status_said(health(self.mate)).text


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Newcomer]:
    """The lab with nothing of it before its last day."""
    world = open_world("lab", tmp_path / "world")
    first = f"{world.today - DAY:%Y-%m-%d}"
    for file in (world.folder / "tables").glob("*/2*.parquet"):
        if file.stem < first:
            file.unlink()
    clock = SandboxClock(world.clock.now())
    settings = load(world.config_path, {"RECSYSOPS_DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}"})
    made = Newcomer(world, clock, assemble(settings, clock))
    yield made
    made.mate.store.close()


def learning(known: int) -> str:
    return f"Learning what is usual: {known} of 14 windows of history so far."


def test_the_first_four_weeks(newcomer: Newcomer) -> None:
    """No incident, nothing called quiet that is not known, and in so many words how far the learning is."""
    newcomer.live_to(1)
    assert newcomer.status == "No incident, but 3 checks could not tell"
    assert newcomer.counted.keys() == {"warming-up", "no-data", "quiet"}
    assert [code for code, state in newcomer.states.items() if state.outcome == "quiet" and code[0] != "W"] == ["L01"]
    assert {code for code, state in newcomer.states.items() if state.outcome == "no-data"} == {"D11", "S04", "P04"}
    assert newcomer.states["D03"].words == learning(0)
    assert newcomer.states["D10"].words == FIRST_READ
    assert newcomer.states["W01"].outcome == "quiet"

    newcomer.live_to(3)
    assert newcomer.status == "No incident; 41 checks are still learning what is normal"
    assert newcomer.counted == {"warming-up": 41, "quiet": 2}
    assert newcomer.states["D10"].outcome == "quiet"
    assert check_line(newcomer.states["M06"]).endswith(f"· warming-up: {learning(2)}")

    newcomer.live_to(10)
    assert newcomer.counted == {"warming-up": 41, "quiet": 2}
    assert newcomer.states["M06"].words == learning(9)

    newcomer.live_to(15)
    assert newcomer.counted == {"warming-up": 5, "quiet": 38}
    assert newcomer.states["P04"].words == learning(13)

    newcomer.live_to(16)
    assert newcomer.status == "No incident; 2 checks are still learning what is normal"
    assert newcomer.states["L02"].words.endswith(LAUNCHES)

    newcomer.live_to(28)
    assert newcomer.status == "Healthy: no open incident"
    page = PAGE.read_text(encoding="utf-8")
    for said in (
        learning(0),
        learning(2),
        learning(9),
        learning(13),
        FIRST_READ,
        LAUNCHES,
        "Healthy: no open incident",
    ):
        assert said in page


def test_what_is_wrong_by_itself_from_the_first_day_is_said_before_it_is_learned(newcomer: Newcomer) -> None:
    """It is no incident: an installation may be made like that, and nothing is known of it yet."""
    twice("outcomes").strike(newcomer.tables)
    unreal("impressions", "score").strike(newcomer.tables)
    all_null("impressions", "similarity").strike(newcomer.tables)
    newcomer.live_to(1)
    assert "similarity is missing in 100 % of the rows" in newcomer.states["D03"].words
    assert "of the rows of outcomes repeat the key of another row" in newcomer.states["D05"].words
    assert "of the scores are NaN, infinite or absent" in newcomer.states["M03"].words
    assert "what lasts through these windows is learned as usual" in newcomer.states["M03"].words
    assert health(newcomer.mate).incidents == ()
    assert "Already seen: similarity is missing in 100 % of the rows" in PAGE.read_text(encoding="utf-8")


def test_a_table_that_is_not_there_is_said_on_the_first_day_and_is_an_incident_on_the_second(
    newcomer: Newcomer,
) -> None:
    for file in (newcomer.tables / "calls").glob("*.parquet"):
        file.unlink()
    newcomer.mate = assemble(newcomer.mate.settings, newcomer.clock)
    newcomer.live_to(1)
    told = newcomer.states["S03"]
    assert told.outcome == "failed"
    assert told.words.startswith("There are no files for the calls table at ")
    assert newcomer.states["M06"].words == learning(0)

    for file in (newcomer.tables / "calls").glob("*.parquet"):
        file.unlink()
    newcomer.world.serve_day()
    newcomer.day += 1
    for file in (newcomer.tables / "calls").glob("*.parquet"):
        file.unlink()
    newcomer.live_to(2)
    (incident,) = health(newcomer.mate).incidents
    assert incident.codes == ["W01"]


def test_a_delivery_of_nothing_is_no_data_and_not_well(newcomer: Newcomer) -> None:
    empty("outcomes").strike(newcomer.tables)
    newcomer.live_to(1)
    assert newcomer.states["P01"].outcome == "no-data"
    assert newcomer.states["P01"].words == "There are no rows of choices in this window."
    assert "could not tell" in newcomer.status
