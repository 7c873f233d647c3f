"""The names of every button, select and dialog: drawn in the cards, listened to by name, so that they cannot drift."""

from __future__ import annotations

ACKNOWLEDGE = "incident.acknowledge"
DIAGNOSE = "incident.diagnose"
HOTFIX = "incident.hotfix"
SNOOZE = "incident.snooze"
WAKE = "incident.wake"
NOT_AN_ISSUE = "incident.not_an_issue"
RESOLVE = "incident.resolve"
REOPEN = "incident.reopen"

APPROVE = "hotfix.approve"
REFUSE = "hotfix.refuse"
UNDO = "hotfix.undo"

CHOOSE_ITEM = "item.choose"

CONFIRM_HOTFIX = "hotfix.confirm"  # the dialog that asks for approval
CLOSE_INCIDENT = "incident.close"  # the dialog that resolves
