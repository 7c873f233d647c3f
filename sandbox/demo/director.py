"""Who moves the world while people watch: a day at a time, from the page's controls, never two at once."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlmodel import col, select

from bot.store.tables import Hotfix, Incident, TimelineEntry
from sandbox.recommender.faults.catalogue import EVERY_FAULT
from sandbox.recommender.world import NotRunning

if TYPE_CHECKING:
    from sandbox.demo.stage import Stage
    from sandbox.recommender.faults.base import Fault

SECONDS_A_DAY = 2.5  # while playing


class Director:
    """The world's controls. Before the stage is set it only tells how far the preparations are."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._stage: Stage | None = None
        self._busy: str | None = "Preparing"
        self._share: float | None = 0.0
        self._playing = threading.Event()
        self._fault: tuple[Fault, str] | None = None
        self._served: dict[str, Any] = {"impressions_today": None, "serving_version": ""}
        self._turn = threading.Lock()

    def prepare(self, words: str, share: float | None) -> None:
        """How far the preparations are."""
        self._busy, self._share = words, share

    def take_over(self, stage: Stage) -> None:
        """The stage is set: from now on the controls work."""
        self._stage, self._busy, self._share = stage, None, None
        registry = stage.bot.mate.recommender.registry
        self._served["serving_version"] = registry.champion().version if registry else ""
        threading.Thread(target=self._play_on, name="director", daemon=True).start()

    def next_day(self) -> None:
        """Serve one day and let the bot look at it."""
        if self._stage is None:
            return
        with self._turn:
            self._busy = "Serving the next day; the bot checks it"
            try:
                day = self._stage.next_day()
                if day is not None:
                    self._served = {"impressions_today": day.impressions, "serving_version": day.model_version}
            except NotRunning:
                self._playing.clear()
                raise
            finally:
                self._busy = None

    def play(self, playing: bool) -> None:
        """Let the days go by, or stop them."""
        (self._playing.set if playing else self._playing.clear)()

    def break_with(self, name: str) -> None:
        """Inject a fault and serve the day on which it shows."""
        if self._stage is None:
            return
        with self._turn:
            fault = self._stage.world.break_with(name)
            self._fault = (fault, self._stage.world.today.isoformat())
        self.next_day()

    def mend(self) -> None:
        """The long-term fix: the cause is gone from the next day on."""
        if self._stage is not None:
            with self._turn:
                self._stage.world.mend()
                self._fault = None

    def state(self) -> dict[str, Any]:
        """Everything that the page's strip shows."""
        stage = self._stage
        return {
            "name": self._title,
            "now": stage.clock.now().isoformat() if stage else None,
            "day": stage.days_served() if stage else None,
            "playing": self._playing.is_set(),
            "busy": self._busy,
            "progress": self._share,
            "fault": self._fault_told(),
            "faults": [_fault_listed(fault) for fault in sorted(EVERY_FAULT, key=_most_telling)],
            **self._served,
            "overrides": self._overrides(),
            "story": self._story(),
        }

    def _play_on(self) -> None:
        pause = threading.Event()
        while True:
            self._playing.wait()
            with suppress(NotRunning):
                self.next_day()
            pause.wait(SECONDS_A_DAY)

    def _fault_told(self) -> dict[str, Any] | None:
        if self._fault is None:
            return None
        fault, started = self._fault
        return {"name": fault.name, "title": fault.title, "started": started}

    def _overrides(self) -> list[dict[str, Any]]:
        stage = self._stage
        overrides = stage.bot.mate.recommender.overrides if stage else None
        if stage is None or overrides is None:
            return []
        return [
            {
                "kind": each.kind,
                "words": f"serving version {each.params.get('version')}",
                "expires_at": each.expires_at.isoformat(),
            }
            for each in overrides.in_force(stage.clock.now())
        ]

    def _story(self) -> list[dict[str, Any]]:
        """The newcomer's guide: what has been done, and what to do next."""
        if self._stage is None:
            return []
        with self._stage.bot.mate.store.session() as session:
            incident = session.exec(select(Incident).order_by(col(Incident.id).desc())).first()
            hotfix = session.exec(select(Hotfix).order_by(col(Hotfix.id).desc())).first()
            told = select(TimelineEntry.kind).where(TimelineEntry.incident_id == (incident.id if incident else 0))
            diagnosed = "diagnosed" in session.exec(told).all()
        return tell_story(incident, diagnosed, hotfix)


def tell_story(incident: Incident | None, diagnosed: bool, hotfix: Hotfix | None) -> list[dict[str, Any]]:
    """The steps of the story, with a hint for the one that comes next."""
    fixed = hotfix.state if hotfix else ""
    resolved = incident is not None and incident.state == "resolved"
    steps = [
        ("Break something", incident is not None, "Choose a fault above and press Break it."),
        ("Open the thread", bool(incident and incident.owner), "Open the incident's thread and press Acknowledge."),
        ("Diagnose", diagnosed, "Press Diagnose and read the verdict."),
        ("Hotfix", bool(hotfix), "Press Hotfix, read the preview, ask for approval."),
        ("Approve", fixed not in ("", "requested"), "Act as the ML lead and approve: never the one who asked."),
        ("Verify", fixed in ("verified", "not-verified") or resolved, "Press Next day: the bot checks that it worked."),
        ("Resolve", resolved, "Act as the on-call engineer, press Resolve, and write down what it was."),
    ]
    return [{"step": step, "done": done, "hint": hint} for step, done, hint in steps]


def _most_telling(fault: Fault) -> tuple[bool, bool]:
    """Those that a rollback mends first: they show the whole story. Benign changes last."""
    return fault.kind != "fault", not fault.rollback_mends


def _fault_listed(fault: Fault) -> dict[str, Any]:
    return {"name": fault.name, "title": fault.title, "cause_class": fault.cause_class, "kind": fault.kind}
