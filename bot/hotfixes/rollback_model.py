"""`/hotfix rollback model [to VERSION]`: serve an older version until the cause is mended."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.recommender.contract import ModelVersion, Override, Recommender, Registry

from .base import HotfixRefused, Preview, Progress
from .reranking import Reranked, rerank
from .unknown_items import find_unknown_items

SERVE_VERSION = "serve_version"
EXAMPLE = "`/hotfix rollback model` or `/hotfix rollback model to 5`"


class RollbackModel:
    """Serve the version before the one serving now, or a version named."""

    name: str = "rollback model"
    title: str = "Serve an older version of the model"
    applies_when: str = "a new version ranks worse, or reads an input wrongly, and an older one is known to be good"
    price: str = "items newer than the older version are cold again, and what members did since is not in it"
    risk: str = "high"
    takes_effect: str = "at serving's next look at its overrides, minutes at most"
    lasts: timedelta = timedelta(days=3)
    approver_role: str = "approver"

    def parse(self, words: str) -> Mapping[str, Any]:
        """{} for no words, {"version": "5"} for "to 5"."""
        if not words:
            return {}
        match = re.fullmatch(r"(?:to\s+)?(?:version\s+)?v?([\w.-]+)", words, re.IGNORECASE)
        if match is None or match[1].lower() in ("to", "version"):
            raise HotfixRefused(f"I do not understand “{words}” after `rollback model`: say {EXAMPLE}.")
        return {"version": match[1]}

    def check_params(self, recommender: Recommender, params: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """{"model", "version", "from"}: which version to serve instead of which."""
        registry = _registry_of(recommender)
        serving = serving_now(recommender, now)
        wanted = params.get("version")
        target = registry.version(str(wanted)) if wanted else _newest_before(serving, registry)
        if target.version == serving.version:
            raise HotfixRefused(f"Version {serving.version} is serving already: name an older one, such as {EXAMPLE}.")
        if target.created_at > serving.created_at:
            raise HotfixRefused(
                f"Version {target.version} is newer than {serving.version}, which serves now: a rollback goes back. "
                "To end an earlier rollback, undo it: `/hotfix undo NUMBER`."
            )
        return {"model": registry.model, "version": target.version, "from": serving.version}

    def preview(
        self, recommender: Recommender, params: Mapping[str, Any], now: datetime, progress: Progress
    ) -> Preview:
        """Rank logged requests again with both versions, and count the items the older one has never seen."""
        registry = _registry_of(recommender)
        complete = self.check_params(recommender, params, now)
        old = registry.version(complete["version"])
        progress(f"loading version {old.version} and version {complete['from']}")
        reranked = rerank(recommender, complete["from"], old.version, now, progress)
        progress("looking for items that the older version has never seen")
        unknown = find_unknown_items(recommender, old, now)
        return Preview(
            words=_words(complete["from"], old, reranked, unknown),
            from_version=complete["from"],
            to_version=old.version,
            requests=reranked.requests,
            requests_changed=reranked.changed,
            items_affected=reranked.items,
            members_affected=reranked.members,
            unknown_items=unknown,
            top_n_overlap=reranked.overlap,
            mean_rank_change=reranked.rank_change,
            details={"created_at": old.created_at.isoformat(), "metrics": dict(old.metrics), "note": old.note},
        )

    def override(
        self, params: Mapping[str, Any], preview: Preview, hotfix_id: int, now: datetime, expires_at: datetime
    ) -> Override:
        """serve_version, which serving obeys until it expires even when the bot is dead."""
        return Override(
            id=f"hotfix-{hotfix_id}",
            kind=SERVE_VERSION,
            params={"model": params["model"], "version": preview.to_version},
            applied_at=now,
            expires_at=expires_at,
            reason=f"hotfix {hotfix_id}: {self.name} from {preview.from_version} to {preview.to_version}",
        )


def serving_now(recommender: Recommender, now: datetime) -> ModelVersion:
    """The version that serves: the one pinned by an override in force, else the champion."""
    registry = _registry_of(recommender)
    in_force = recommender.overrides.in_force(now) if recommender.overrides else []
    ours = [each for each in in_force if each.kind == SERVE_VERSION and each.params.get("model") == registry.model]
    pinned = [str(each.params["version"]) for each in ours if each.params.get("version")]  # others pin nothing
    return registry.version(pinned[-1]) if pinned else registry.champion()


def _registry_of(recommender: Recommender) -> Registry:
    if recommender.registry is None:
        raise HotfixRefused("This installation has no model registry: add [registry] to recsysops.toml to roll back.")
    return recommender.registry


def _newest_before(serving: ModelVersion, registry: Registry) -> ModelVersion:
    older = [each for each in registry.versions() if each.created_at < serving.created_at]
    if not older:
        raise HotfixRefused(f"Version {serving.version} is the oldest in the registry: there is none to roll back to.")
    return max(older, key=lambda each: each.created_at)


def _words(serving: str, old: ModelVersion, reranked: Reranked, unknown: tuple[str, ...]) -> str:
    days = f"made {old.created_at:%Y-%m-%d}"
    first = f"Version {old.version} ({days}) would serve instead of version {serving}."
    if reranked.requests:
        first += (
            f" On {reranked.requests} logged requests, {reranked.changed} get another top {reranked.top}: "
            f"{reranked.items} items and {reranked.members} members are affected, "
            f"and {100 * reranked.overlap:.0f} % of a list stays on average."
        )
    else:
        first += " No whole requests are logged, so I cannot say how the lists would change."
    if not unknown:
        return first + " It has seen every item of the catalogue."
    newer = "1 item is" if len(unknown) == 1 else f"{len(unknown)} items are"
    return first + f" {newer} newer than it and would be cold again."
