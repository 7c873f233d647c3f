"""What the app declared it may do: without a declaration no scope, no command and no event exists."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sandbox.slack.wire import Json


@dataclass(frozen=True)
class Manifest:
    """The parts of an app manifest that decide what Slack sends and accepts. `None` means: no manifest, all allowed."""

    commands: tuple[Json, ...] | None = None
    shortcuts: tuple[Json, ...] | None = None
    events: frozenset[str] | None = None
    scopes: frozenset[str] | None = None

    def grants(self, scope: str) -> bool:
        """Whether the app asked for this bot scope."""
        return self.scopes is None or scope in self.scopes

    def subscribes(self, event: str) -> bool:
        """Whether the app asked for this bot event, spelled as in the manifest (`message.channels`)."""
        return self.events is None or event in self.events

    def command(self, name: str) -> Json | None:
        """The declared command of that name, or a bare one when there is no manifest."""
        if self.commands is None:
            return {"command": name}
        return next((c for c in self.commands if c.get("command") == name), None)

    def shortcut(self, callback_id: str) -> Json | None:
        """The declared shortcut, or one of unknown kind when there is no manifest."""
        if self.shortcuts is None:
            return {"callback_id": callback_id, "name": callback_id, "type": "any"}
        return next((s for s in self.shortcuts if s.get("callback_id") == callback_id), None)


def read_manifest(path: Path | None) -> Manifest:
    """Reads `manifest.yml`; ValueError says what is missing from it."""
    if path is None:
        return Manifest()
    import yaml  # here, so that a sandbox without a manifest does not need it

    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict):
        raise ValueError(
            f"{path} is not a Slack app manifest: it should be a mapping with display_information, features, ..."
        )
    features, settings = document.get("features") or {}, document.get("settings") or {}
    scopes = ((document.get("oauth_config") or {}).get("scopes") or {}).get("bot") or []
    events = (settings.get("event_subscriptions") or {}).get("bot_events") or []
    return Manifest(
        commands=tuple(features.get("slash_commands") or ()),
        shortcuts=tuple(features.get("shortcuts") or ()),
        events=frozenset(events),
        scopes=frozenset(scopes),
    )
