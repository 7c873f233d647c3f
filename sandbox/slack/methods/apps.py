"""auth.test, blocks.validate: the app asking about itself and its blocks."""

from __future__ import annotations

from sandbox.slack.limits.surfaces import block_problems, refuse_blocks
from sandbox.slack.methods.base import SPECIAL, TIER_4, Call, Method
from sandbox.slack.people import APP_ID, BOT_ID, BOT_USER, TEAM
from sandbox.slack.wire import Json
from sandbox.slack.workspace import Workspace


def auth_test(ws: Workspace, call: Call) -> Json:
    """Who the token belongs to."""
    made = {
        "url": f"{ws.base_url}/",
        "team": TEAM["name"],
        "team_id": TEAM["id"],
        "user": "recsysops",
        "user_id": BOT_USER,
    }
    return {**made, "bot_id": BOT_ID, "app_id": APP_ID, "is_enterprise_install": False}


def validate_blocks(ws: Workspace, call: Call) -> Json:
    """Checks blocks without posting them."""
    refuse_blocks(block_problems(call.structure("blocks", "invalid_blocks_format"), "message", ws.shelf.usable))
    return {}


APPS = {
    "auth.test": Method(auth_test, SPECIAL),
    "blocks.validate": Method(validate_blocks, TIER_4),
}
