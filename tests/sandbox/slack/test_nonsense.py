"""Whatever an app sends, it gets an answer in Slack's words and never a crash."""

from __future__ import annotations

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.slack.limits.surfaces import block_problems
from sandbox.slack.methods import METHODS
from sandbox.slack.methods.base import Call
from sandbox.slack.wire import SlackError
from tests.sandbox.slack.conftest import Desk

NAMES = (
    "channel", "text", "blocks", "attachments", "metadata", "ts", "thread_ts", "user", "users", "view",
    "trigger_id", "view_id", "hash", "files", "filename", "length", "channel_id", "name", "timestamp",
    "post_at", "limit", "cursor", "oldest", "types", "message_ts", "email", "usergroup", "bot", "user_id",
    "initial_comment", "file", "external_id",
)  # fmt: skip
KNOWN = st.sampled_from(["C0ALERTS", "U0ONCALL", "1700000000.000001", "[]", "{}", '[{"type": "section"}]', "", "-1"])
VALUES = st.recursive(
    KNOWN | st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["type", "id", "blocks", "text"]), inner, max_size=3)
    ),
    max_leaves=5,
)
KEYS = st.sampled_from(
    ["type", "text", "elements", "options", "rows", "chart", "element", "accessory", "fields", "slack_file"]
)
TYPES = st.sampled_from(
    ["section", "actions", "input", "table", "data_table", "data_visualization", "button", "mrkdwn"]
)
BLOCKS = st.recursive(
    TYPES | st.none() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(METHODS)), st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6))
def test_a_call_is_answered_or_refused(method: str, arguments: dict[str, object]) -> None:
    desk = Desk()
    desk.says()
    with contextlib.suppress(SlackError):
        assert isinstance(METHODS[method].run(desk.ws, Call(arguments)), dict)


@settings(max_examples=300, deadline=None)
@given(BLOCKS, st.sampled_from(["message", "modal", "home"]))
def test_blocks_are_judged_whatever_they_are(blocks: object, surface: str) -> None:
    assert isinstance(block_problems(blocks, surface, lambda file: False), list)
