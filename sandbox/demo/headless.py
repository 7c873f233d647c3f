"""The whole story without a page: healthy days, something breaks, people press the buttons, and it is mended."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import select

from bot.store.tables import Hotfix, Incident, Resolution
from sandbox.demo.actors import Actors
from sandbox.demo.progress import Progress
from sandbox.demo.stage import Stage, staged, workspace
from sandbox.recommender.faults.base import Fault
from sandbox.recommender.world import RunningWorld

NO_FAULT = "none"
HEALTHY_DAYS = 14
LONGEST_VERIFICATION = 5  # days
LOOKED_AT = 3  # days the fault is left to burn when there is nothing to roll back, or nothing is wrong


@dataclass
class Story:
    """What happened, for people and for scripts."""

    fault: str
    world: str
    truth: dict[str, Any] = field(default_factory=dict)
    healthy_days: int = 0
    incidents: list[dict[str, Any]] = field(default_factory=list)
    false_incidents: int = 0
    cycles_to_notice: int | None = None
    diagnosis: dict[str, Any] | None = None
    hotfix: dict[str, Any] | None = None
    resolution: dict[str, Any] | None = None
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """One JSON object."""
        return dict(self.__dict__)

    def in_words(self) -> str:
        """A few lines for a terminal."""
        lines = [
            f"{self.fault} on {self.world}: {self.healthy_days} healthy days, {self.false_incidents} false incidents"
        ]
        lines += [f"incident {each['id']}: {each['title']} ({', '.join(each['codes'])})" for each in self.incidents]
        if self.diagnosis:
            lines.append(f"cause: {self.diagnosis['cause']} ({self.diagnosis['cause_class']})")
        if self.hotfix:
            lines.append(f"hotfix: {self.hotfix['kind']}, verified: {self.hotfix['verified']}")
        if self.resolution:
            lines.append(f"resolved: {self.resolution['cause']}")
        return "\n".join([*lines, f"{self.seconds:.1f} s"])


def play(
    fault_name: str, world_name: str, progress: Progress, *, http: bool = False, healthy_days: int = HEALTHY_DAYS
) -> Story:
    """Play one fault (or "none") on a world, through Slack, after some healthy days, and tell what happened."""
    story, began = Story(fault_name, world_name), time.monotonic()
    slack = workspace()
    with slack.running(), staged(world_name, progress, slack, history=healthy_days, http=http) as stage:
        progress("Living through healthy days", 0.2)
        story.healthy_days = (stage.world.clock.now() - stage.clock.now()).days
        stage.live_through(stage.world.clock.now())
        before = {incident.id for incident in _incidents(stage)}
        if not isinstance(stage.world, RunningWorld) and fault_name == NO_FAULT:
            return _recorded(stage, story, began)
        fault = None if fault_name == NO_FAULT else stage.world.break_with(fault_name)
        if fault is not None:
            story.truth = {
                "cause": fault.cause,
                "cause_class": fault.cause_class,
                "subject": fault.subject,
                "kind": fault.kind,
            }
        progress("A day with the fault" if fault else "Another healthy day", 0.6)
        _act(stage, fault, before, story, progress)
        stage.all_said()
        _tell(stage, story, before, fault)
    story.seconds = round(time.monotonic() - began, 2)
    return story


def _recorded(stage: Stage, story: Story, began: float) -> Story:
    """A recording has been lived through to its end: nothing can be broken or served in it."""
    stage.all_said()
    story.incidents = [_incident_told(stage, incident) for incident in _incidents(stage)]
    story.false_incidents = len(story.incidents)  # real traffic in which nobody knows of a fault
    story.seconds = round(time.monotonic() - began, 2)
    return story


def _act(stage: Stage, fault: Fault | None, before: set[int | None], story: Story, progress: Progress) -> None:
    """Days pass; when an incident opens, the people act on it."""
    for day in range(1, LOOKED_AT + 1):
        stage.next_day()
        opened = [incident for incident in _incidents(stage) if incident.id not in before]
        if opened:
            story.cycles_to_notice = day
            break
    else:
        return
    if fault is None or fault.kind != "fault":
        return
    actors = Actors(stage, opened[0].id or 0)
    progress("Diagnose", 0.7)
    actors.acknowledge()
    actors.diagnose()
    if fault.rollback_mends:
        progress("Roll back, approve, verify", 0.8)
        actors.roll_back()
        _let_verify(stage)
    else:
        stage.world.mend()
        stage.next_day()
    progress("Resolve", 0.9)
    actors.resolve(fault)


def _let_verify(stage: Stage) -> None:
    """Days pass until the bot says whether the hotfix worked: it wants a whole window after the change."""
    for _ in range(LONGEST_VERIFICATION):
        stage.next_day()
        with stage.bot.mate.store.session() as session:
            if session.exec(select(Hotfix)).one().state != "applied":
                return


def _tell(stage: Stage, story: Story, before: set[int | None], fault: Fault | None) -> None:
    incidents = _incidents(stage)
    story.incidents = [_incident_told(stage, incident) for incident in incidents]
    story.false_incidents = sum(not (each.id not in before and is_real(each, fault)) for each in incidents)
    with stage.bot.mate.store.session() as session:
        hotfix = session.exec(select(Hotfix)).first()
        resolution = session.exec(select(Resolution)).first()
    if incidents and fault is not None and incidents[-1].cause:
        story.diagnosis = {"cause": incidents[-1].cause, "cause_class": incidents[-1].cause_class}
    story.hotfix = _hotfix_told(hotfix) if hotfix else None
    story.resolution = resolution.model_dump(mode="json") if resolution else None


def is_real(incident: Incident, fault: Fault | None) -> bool:
    """Whether an incident that opened after the fault began is about it: by its checks or its subject."""
    if fault is None or fault.kind != "fault":
        return False
    return bool(set(incident.codes) & set(fault.codes)) or incident.subject == fault.subject


def _incidents(stage: Stage) -> list[Incident]:
    with stage.bot.mate.store.session() as session:
        return list(session.exec(select(Incident)))


def _incident_told(stage: Stage, incident: Incident) -> dict[str, Any]:
    """An incident as the JSON tells it, with what stands in its thread in Slack."""
    root = Actors(stage, incident.id or 0).card()
    thread = stage.driver.thread(root["channel"], root["ts"]) if root else []
    return {
        "id": incident.id,
        "title": incident.title,
        "codes": incident.codes,
        "state": incident.state,
        "severity": incident.severity,
        "onset": incident.onset.isoformat(),
        "slice": incident.slice,
        "cause": incident.cause,
        "cause_class": incident.cause_class,
        "subject": incident.subject,
        "thread_messages": [_message_told(message) for message in thread],
    }


def _message_told(message: dict[str, Any]) -> str:
    """A message as somebody who cannot see it hears it: its words, or what its pictures show."""
    alts = [str(file.get("alt_txt") or file.get("title") or "") for file in message.get("files", [])]
    return str(message.get("text") or " ".join(alts))


def _hotfix_told(hotfix: Hotfix) -> dict[str, Any]:
    return {
        "kind": hotfix.kind,
        "preview": hotfix.preview,
        "requested_by": hotfix.requested_by,
        "approved_by": hotfix.decided_by,
        "state": hotfix.state,
        "verified": hotfix.state == "verified",
        "verification": hotfix.verification,
    }
