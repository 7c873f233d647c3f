"""The flow on a real small world, without Slack: what is judged twice, or by two, or cannot be judged."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, SQLModel, col, select

from bot import flow, rounds
from bot.answers.reading import health
from bot.cards.reading import status_said
from bot.incidents import keeping
from bot.incidents.causes import one_cause_or_many
from bot.noticing import draw_new
from bot.settings import load
from bot.store.tables import CheckRun, Hotfix, Incident, Measurements, OutboxMessage, TimelineEntry
from bot.teammate import Teammate, assemble
from bot.telling import tell
from sandbox.recommender.clock import SandboxClock
from sandbox.recommender.world import World
from sandbox.recommender.worlds import open_world

COUNTED: tuple[type[SQLModel], ...] = (Incident, TimelineEntry, OutboxMessage, CheckRun, Measurements, Hotfix)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A lab world on the first day of a fault."""
    opened = open_world("lab", tmp_path_factory.mktemp("lab"))
    opened.break_with("constant-feature")
    opened.serve_day()
    return opened


@pytest.fixture(scope="module")
def lived(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a bot that has looked every day until the fault: measuring the past is what costs."""
    folder = tmp_path_factory.mktemp("lived")
    made = bot_on(world, folder)
    made.detector.run(world.clock.now() - timedelta(days=1))
    made.store.close()
    return folder / "bot.db"


@pytest.fixture
def home(lived: Path, tmp_path: Path) -> Path:
    """A folder with a store of a test's own."""
    shutil.copy(lived, tmp_path / "bot.db")
    return tmp_path


@pytest.fixture
def mate(world: World, home: Path) -> Iterator[Teammate]:
    """A bot on that world with a store of its own."""
    made = bot_on(world, home)
    yield made
    made.store.close()


def bot_on(world: World, folder: Path, now: SandboxClock | None = None) -> Teammate:
    store = f"sqlite:///{folder / 'bot.db'}"
    return assemble(load(world.config_path, {"RECSYSOPS_DATABASE_URL": store}), now or SandboxClock(world.clock.now()))


@contextmanager
def truncated(world: World, table: str) -> Iterator[None]:
    """The newest file of a table is not whole for a while."""
    newest = max((world.folder / "tables" / table).glob("*.parquet"))
    whole = newest.read_bytes()
    newest.write_bytes(whole[:300])
    try:
        yield
    finally:
        newest.write_bytes(whole)


def counts(mate: Teammate) -> dict[str, int]:
    """How many rows each table of the bot has."""
    with mate.store.session() as session:
        return {table.__name__: len(session.exec(select(table)).all()) for table in COUNTED}


def over(session: Session) -> None:
    """The trouble is over: its incident is resolved and no check finds anything."""
    for incident in session.exec(select(Incident)):
        incident.state, incident.open_key = "resolved", None
        session.add(incident)
    for run in session.exec(select(CheckRun).where(CheckRun.outcome == "finding")):
        run.outcome = "quiet"
        session.add(run)


def status(mate: Teammate) -> str:
    """What `/recsys status` says."""
    said = status_said(health(mate))
    return f"{said.text} {said.blocks}"


def test_the_same_window_twice_changes_nothing(mate: Teammate) -> None:
    flow.notice(mate, mate.clock.now())
    rounds.tick(mate)  # the bot itself is looked at too, once an hour
    before = counts(mate)
    assert before["Incident"] == 1

    flow.notice(mate, mate.clock.now())
    rounds.tick(mate)

    assert counts(mate) == before


def test_a_picture_is_drawn_before_the_store_is_written_to_and_only_for_what_is_new(mate: Teammate) -> None:
    """Whoever notes down what somebody typed waits for the one writer, and Slack waits three seconds for them."""
    detection = mate.detector.run(mate.clock.now())
    causes = one_cause_or_many(detection.findings, ())
    ahead = draw_new(mate, causes, detection.window, mate.clock.now())
    assert [picture is not None for picture in ahead.values()] == [True]
    with mate.store.session() as session:
        for one in keeping.take_in(session, causes, detection.window, mate.clock.now(), "C1"):
            tell(mate, session, one, picture=None)
    with mate.store.session() as session:
        assert session.exec(select(OutboxMessage).where(OutboxMessage.kind == "picture")).all() == []

    assert draw_new(mate, causes, detection.window, mate.clock.now()) == {}


def test_two_processes_on_one_store_open_one_incident_and_say_each_thing_once(world: World, home: Path) -> None:
    mates = [bot_on(world, home) for _ in range(2)]
    together = threading.Barrier(2)

    def look(mate: Teammate) -> None:
        together.wait()
        for _ in range(2):
            rounds.tick(mate)

    threads = [threading.Thread(target=look, args=(mate,)) for mate in mates]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    rounds.tick(mates[0])
    with mates[0].store.session() as session:
        incidents = session.exec(select(Incident)).all()
        messages = session.exec(select(OutboxMessage).where(OutboxMessage.kind != "edit")).all()
        kinds = [entry.kind for entry in session.exec(select(TimelineEntry))]
    for mate in mates:
        mate.store.close()
    assert [incident.id for incident in incidents] == [1]
    assert kinds.count("opened") == 1
    assert sorted(message.key for message in messages if "evidence" not in message.key) == [
        "incident:1:card",
        "incident:1:picture",
    ]


def test_what_another_process_left_half_judged_is_judged_once_its_lease_is_over(world: World, home: Path) -> None:
    """It claimed every check and died: its window is not lost."""
    clock = SandboxClock(world.clock.now())
    mate = bot_on(world, home, clock)
    flow.notice(mate, clock.now())
    with mate.store.session() as session:
        for table in (TimelineEntry, Incident):
            for row in session.exec(select(table)).all():
                session.delete(row)
            session.flush()
        for run in session.exec(select(CheckRun)):
            run.outcome, run.findings, run.lease_until = "claimed", [], clock.now() + timedelta(minutes=10)
            session.add(run)
    flow.notice(mate, clock.now())
    assert counts(mate)["Incident"] == 0

    clock.move_to(clock.now() + timedelta(minutes=11))
    rounds.tick(mate)

    assert counts(mate)["Incident"] == 1
    mate.store.close()


def test_a_table_that_cannot_be_read_is_never_green_and_silences_no_other_check(world: World, mate: Teammate) -> None:
    with truncated(world, "requests"):
        rounds.tick(mate)
        said = status(mate)

    assert counts(mate)["Incident"] == 1, "the fault in the impressions is noticed all the same"
    assert "Healthy" not in said
    assert " failed" in said


def test_a_log_of_changes_that_cannot_be_read_costs_the_suspects_and_nothing_else(world: World, mate: Teammate) -> None:
    mate.detector.run(mate.clock.now())
    with truncated(world, "changes"):
        flow.notice(mate, mate.clock.now())

    with mate.store.session() as session:
        assert "Changed" not in session.exec(select(Incident)).one().cause


def test_a_check_that_failed_is_not_called_healthy(mate: Teammate) -> None:
    rounds.tick(mate)
    with mate.store.session() as session:
        over(session)
        lately = select(CheckRun).where(CheckRun.code == "D06").order_by(col(CheckRun.window_start).desc())
        run = session.exec(lately).first()
        assert run is not None
        run.outcome = "failed"
        session.add(run)
    said = status(mate)
    assert "1 check could not tell" in said
    assert "Healthy" not in said


def test_a_bot_that_has_not_looked_for_long_does_not_say_healthy(world: World, home: Path) -> None:
    clock = SandboxClock(world.clock.now())
    mate = bot_on(world, home, clock)
    flow.notice(mate, clock.now() - timedelta(days=1))  # the past is compared from the second look on
    rounds.tick(mate)
    with mate.store.session() as session:
        over(session)
    assert "Healthy: no open incident" in status(mate)
    clock.move_to(clock.now() + timedelta(days=3))
    assert "Healthy" not in status(mate)
    assert "nothing has been judged since" in status(mate)
    mate.store.close()
