"""The worker that answers: takes one inbox row, finds who answers it, and sees to it that the asker hears something."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import structlog

from bot.answers import diagnosing, fixing, incidents, reading, resolving
from bot.answers.expected import EXPECTED
from bot.answers.heard import Heard, NotPossibleHere, hear
from bot.answers.speaking import whisper
from bot.cards import actions
from bot.cards.reading import not_understood_said, sorry_said
from bot.slack.inbox import Inbox
from bot.teammate import Teammate
from bot.verbs import Ask, understand

log = structlog.get_logger()
Answer = Callable[[Teammate, Heard, str], None]

BY_VERB: dict[str, Answer] = {
    "help": reading.answer_help,
    "status": reading.answer_status,
    "checks": reading.answer_checks,
    "whoami": reading.answer_whoami,
    "item": reading.answer_item,
    "launches": reading.answer_launches,
    "launch": reading.answer_launch,
    "incidents": reading.answer_incidents,
    "known": reading.answer_known,
    "diagnose item": diagnosing.answer_item,
    "diagnose model": diagnosing.answer_model,
    "diagnose incident": diagnosing.answer_incident,
    "hotfix": fixing.answer_menu,
    "hotfix rollback model": fixing.answer_rollback,
    "hotfix undo": fixing.undo,
    "acknowledge": incidents.acknowledge,
    "snooze": incidents.snooze,
    "unsnooze": incidents.unsnooze,
    "resolve": resolving.answer_resolve,
    "reopen": incidents.reopen,
}
BY_ACTION: dict[str, Answer] = {
    actions.ACKNOWLEDGE: incidents.acknowledge,
    actions.SNOOZE: incidents.snooze,
    actions.WAKE: incidents.unsnooze,
    actions.REOPEN: incidents.reopen,
    actions.NOT_AN_ISSUE: incidents.not_an_issue,
    actions.DIAGNOSE: diagnosing.answer_incident,
    actions.HOTFIX: fixing.answer_rollback,
    actions.APPROVE: fixing.approve,
    actions.REFUSE: fixing.refuse,
    actions.UNDO: fixing.undo,
    actions.CHOOSE_ITEM: reading.chosen_item,
}
BY_VIEW: dict[str, Answer] = {
    actions.CONFIRM_HOTFIX: fixing.submit_request,
    actions.CLOSE_INCIDENT: resolving.submit,
}
TRIES = 3  # a message that stops the bot each time must not do so for ever
NEEDS_WORDS = ("item", "diagnose item", "hotfix undo")  # the others find out from the thread, or need none


def work_once(mate: Teammate, inbox: Inbox) -> bool:
    """Answer the oldest thing asked; False when nobody is waiting."""
    message = inbox.claim()
    if message is None or message.id is None:
        return False
    heard = hear(message)
    if message.attempts > TRIES:
        _give_up(mate, inbox, message.id, heard)
        return True
    try:
        with inbox.held(message):
            answer(mate, heard)
    except EXPECTED as refusal:
        whisper(mate, heard, sorry_said(str(refusal)))
    except Exception as failure:
        error_id = uuid.uuid4().hex[:8]
        log.exception("could not answer", error_id=error_id, inbox=message.id)
        sorry = f"Something went wrong in me ({type(failure).__name__}); what is in the thread still holds."
        words = f"{sorry} Whoever runs me finds it in the log under the error id `{error_id}`."
        whisper(mate, heard, sorry_said(words))
        inbox.failed(message.id, f"{error_id}: {failure}")
        return True
    inbox.done(message.id)
    return True


def _give_up(mate: Teammate, inbox: Inbox, message_id: int, heard: Heard) -> None:
    log.error("given up", inbox=message_id, kind=heard.kind, text=heard.text, action=heard.action)
    words = f"I was stopped {TRIES} times while I worked on this, so I leave it; what is in the thread still holds."
    whisper(mate, heard, sorry_said(f"{words} Whoever runs me finds it in the log as inbox message {message_id}."))
    inbox.failed(message_id, f"stopped {TRIES} times")


def answer(mate: Teammate, heard: Heard) -> None:
    """Do what was asked, or raise what says why not."""
    if heard.kind == "home":
        reading.open_home(mate, heard)
    elif heard.kind == "action" and heard.action in BY_ACTION:
        BY_ACTION[heard.action](mate, heard, "")
    elif heard.kind == "view" and heard.callback in BY_VIEW:
        BY_VIEW[heard.callback](mate, heard, "")
    elif heard.kind in ("command", "mention"):
        _answer_words(mate, heard)


def _answer_words(mate: Teammate, heard: Heard) -> None:
    asked = understand(heard.text)
    if isinstance(asked, Ask) and asked.verb.name in NEEDS_WORDS and not asked.argument:
        raise NotPossibleHere(
            f"`{asked.verb.example.rsplit(' ', 1)[0]}` needs {asked.verb.takes}: `{asked.verb.example}`."
        )
    if isinstance(asked, Ask):
        BY_VERB[asked.verb.name](mate, heard, asked.argument)
    else:
        whisper(mate, heard, not_understood_said(asked))
