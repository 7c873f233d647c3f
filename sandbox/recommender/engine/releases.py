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
    """What happens before a day's first request: the index is rebuilt and a version released, when due."""
    if not state.log:
        return
    state.embedding = build_index(state)
    due = state.day % RETRAIN_EVERY == 0
    if due or state.note is not None:
        release(state, hooks, registry, state.note or "weekly retrain")
    state.note = None


def release(state: State, hooks: Hooks, registry: FolderRegistry, note: str) -> str:
    """Train a version and make it champion from this day's start on; returns its number."""
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
    )
    words = f"{MODEL} version {version} became champion ({note})"
    state.changes.append(Change(at, "deploy", f"model:{MODEL}", words))
    for told in hooks.released:
        told(version)
    return version
