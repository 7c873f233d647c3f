"""The user's recommender, opened as recsysops.toml describes it."""

from __future__ import annotations

from bot.recommender.contract import Recommender
from bot.recommender.overrides import FolderOverrides
from bot.recommender.registry import FolderRegistry
from bot.recommender.warehouse import open_warehouse
from bot.settings import Settings


def open_recommender(settings: Settings) -> Recommender:
    """Warehouse, registry and overrides; RecommenderFailed when a table is not as mapped (models load when asked)."""
    registry, overrides = settings.registry, settings.overrides
    return Recommender(
        name=settings.recommender.name,
        warehouse=open_warehouse(settings),
        registry=FolderRegistry(settings.resolve(registry.path), registry.model) if registry else None,
        overrides=FolderOverrides(settings.resolve(overrides.path)) if overrides else None,
    )
