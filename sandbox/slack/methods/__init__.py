"""Every Web API method the sandbox answers; a method not in this table is unknown_method."""

from __future__ import annotations

from sandbox.slack.methods.apps import APPS
from sandbox.slack.methods.base import Method
from sandbox.slack.methods.chat import CHAT
from sandbox.slack.methods.conversations import CONVERSATIONS
from sandbox.slack.methods.files import FILES
from sandbox.slack.methods.marks import MARKS
from sandbox.slack.methods.users import USERS
from sandbox.slack.methods.views import VIEWS

METHODS: dict[str, Method] = {**APPS, **CHAT, **CONVERSATIONS, **FILES, **MARKS, **USERS, **VIEWS}
