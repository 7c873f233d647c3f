"""The ordinary bot on somebody's tables, with nobody in Slack: what it would say waits in its outbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import select

from bot import flow
from bot.detection.policy import Policy
from bot.detection.runner import Detection
from bot.detection.windows import latest_window
from bot.incidents.families import family_of
from bot.noticing import NOTICED, UNSETTLED
from bot.recommender.contract import RecommenderFailed
from bot.settings import Settings, load
from bot.store.tables import Heartbeat, Incident
from bot.teammate import Teammate, assemble
from checks.base import Finding
from checks.records import finding_from_dict
from sandbox.drill.records import Card, Said, Sign, Watched
from sandbox.recommender.clock import SandboxClock

LATENESS = timedelta(hours=6)


class Watch:
    """One bot that watches one world, window by window, and what it says each time."""

    def __init__(self, mate: Teammate, clock: SandboxClock) -> None:
        self.mate = mate
        self._clock = clock
        self.not_applicable: dict[str, str] = {}  # why, by the code of the check

    def until(self, moment: datetime) -> list[Watched]:
        """Let the bot look at every window that has become complete by then, oldest first."""
        with self.mate.store.session() as session:
            last = session.get(Heartbeat, NOTICED)
        seen = []
        for as_of in self.mate.detector.due(last.at if last else None, moment):
            self._clock.move_to(max(as_of, self._clock.now()))
            seen.append(self._look(as_of))
        self._clock.move_to(max(moment, self._clock.now()))
        return seen

    def again(self, moment: datetime) -> list[Watched]:
        """Let the bot look once more at the newest window, as it does while a check could not judge it."""
        with self.mate.store.session() as session:
            last, unsettled = session.get(Heartbeat, NOTICED), session.get(Heartbeat, UNSETTLED)
        self._clock.move_to(max(moment, self._clock.now()))
        return [self._look(last.at)] if last and unsettled else []

    def cards(self) -> tuple[Card, ...]:
        """Every incident there is, as its card stands now."""
        with self.mate.store.session() as session:
            return tuple(_card(incident) for incident in session.exec(select(Incident)))

    def diagnose(self, incident_id: int) -> Said:
        """What the bot's own diagnosis of an incident comes to; one that fails says so as its cause."""
        try:
            _, diagnosis = flow.diagnose(self.mate, incident_id, lambda _: None)
        except RecommenderFailed as failed:
            return Said("", "unknown", str(failed))
        verdict = diagnosis.verdict
        return Said(verdict.subject, verdict.cause_class, verdict.cause)

    def _look(self, as_of: datetime) -> Watched:
        """One window; a bot that breaks down on it says nothing of it and goes on, as it does on its schedule."""
        try:
            return self._told(flow.notice(self.mate, as_of))
        except Exception as error:  # whatever it is, it is told as a failure of this window
            words = f"{type(error).__name__}: {error}"
            return Watched(
                latest_window(as_of, Policy.from_settings(self.mate.settings)).start,
                (),
                self.cards(),
                (("the bot", words),),
            )

    def _told(self, detection: Detection) -> Watched:
        signs = tuple(_sign(finding) for finding in detection.findings)
        lacking = [said for said in detection.outcomes if said.state == "not-applicable"]
        self.not_applicable |= {said.code: said.words for said in lacking}
        failed = tuple((said.code, said.words) for said in detection.outcomes if said.state == "failed")
        return Watched(detection.window.start, signs, self.cards(), failed)


@contextmanager
def watching(config: Path, store: Path, now: datetime) -> Iterator[Watch]:
    """A bot on the tables that a recsysops.toml maps, remembering in `store` (an SQLite file), awake at `now`.

    It is told to wait LATENESS for late rows, as one would where tables are loaded every night.
    """
    settings = load(config, {"RECSYSOPS_DATABASE_URL": f"sqlite:///{store}"})
    waiting = {name: part.model_copy(update={"lateness": LATENESS}) for name, part in settings.tables.items()}
    with watching_settings(settings.model_copy(update={"tables": waiting}), now) as watch:
        yield watch


@contextmanager
def watching_settings(settings: Settings, now: datetime) -> Iterator[Watch]:
    """The same on settings that are loaded already; they say where the store is."""
    clock = SandboxClock(now)
    mate = assemble(settings, clock)
    try:
        yield Watch(mate, clock)
    finally:
        mate.store.close()


def _card(incident: Incident) -> Card:
    signs = tuple(_sign(finding_from_dict(record)) for record in incident.findings)
    told = incident.title, incident.subject, incident.slice, incident.cause_class, incident.cause
    return Card(incident.id or 0, *told, signs, incident.reopened)


def _sign(finding: Finding) -> Sign:
    kind = family_of(finding).cause_class
    seen = finding.window.start, finding.onset
    return Sign(finding.code, finding.subject, finding.slice.key, *seen, kind, finding.words)
