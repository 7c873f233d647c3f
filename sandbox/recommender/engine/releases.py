"""New versions: trained on the past log, put in the registry, made champion, written down as a deploy."""

from __future__ import annotations

from sandbox.recommender.engine.candidates import build_index
from sandbox.recommender.engine.features import FEATURES
from sandbox.recommender.engine.hooks import Hooks
from sandbox.recommender.engine.scene import day_start
from sandbox.recommender.engine.state import Change, State
from sandbox.recommender.engine.training import train
from sandbox.recommender.registry import MODEL, FolderRegistry

RETRAIN_EVERY = 7


def start_of_day(state: State, hooks: Hooks, registry: FolderRegistry) -> None:
    """What happens before a day's first request: a version is released when due, and the index is rebuilt."""
    if not state.log:
        return
    note = _why_due(state, hooks)
    state.note = None
    if note is not None:
        state.generation += 1
        release(state, hooks, registry, note)
    state.embedding = build_index(state)


def release(state: State, hooks: Hooks, registry: FolderRegistry, note: str, *, champion: bool = True) -> str:
    """Train a version, and unless it only challenges make it champion from this day's start on; returns its number."""
    pipeline, metrics, examples = train(state, hooks)
    for change in hooks.export:
        change(pipeline)
    at = day_start(state.day)
    version = registry.release(
        pipeline,
        at=at,
        trained=(day_start(examples.first_day), day_start(examples.last_day + 1)),
        metrics=metrics,
        features=FEATURES,
        note=note,
        gate="skipped" if hooks.ungated else "passed",
        champion=champion,
    )
    if champion:
        state.changes.append(
            Change(at, "deploy", f"model:{MODEL}", f"{MODEL} version {version} became champion ({note})")
        )
    for told in hooks.released:
        told(version)
    return version


def _why_due(state: State, hooks: Hooks) -> str | None:
    """Why a version is trained this day; None when it is not."""
    if state.note is not None:
        return state.note
    if state.day % RETRAIN_EVERY == 0:
        return "weekly retrain"
    return next((why for asks in hooks.due if (why := asks(state.day)) is not None), None)
