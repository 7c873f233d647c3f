"""What can be asked, in one table: slash commands, mentions, the command line, help and docs are all made from it."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

READ, WRITE, APPROVE = "viewer", "operator", "approver"


@dataclass(frozen=True)
class Verb:
    """One thing people can ask for."""

    name: str  # the words that ask for it, in a mention or after "recsysops"
    example: str  # as a slash command, ready to paste
    does: str
    role: str = READ
    takes: str = ""  # what must follow; "" for nothing, "[...]" for something optional


VERBS = (
    Verb("help", "/recsys help", "what you can ask, and who can help"),
    Verb("status", "/recsys status", "is the recommender healthy, is the bot healthy"),
    Verb("checks", "/recsys checks", "every check, what it said last, and the ML Test Score"),
    Verb("whoami", "/recsys whoami", "who I think you are, and what you may do"),
    Verb(
        "item",
        "/recsys item 123",
        "is my title shown, why not, what to do (an id or a title)",
        takes="an item id or title",
    ),
    Verb("launches", "/recsys launches", "the launches ahead: which are ready, which are at risk, and why"),
    Verb(
        "launch",
        "/recsys launch 123",
        "how one launch stands: what is expected of it, why, what to do (an id or a title)",
        takes="an item id or title",
    ),
    Verb("incidents", "/recsys incidents", "what is open now", takes="[all]"),
    Verb("known", "/recsys known", "the known-issue catalogue: what burned before and what put it out"),
    Verb("diagnose item", "/diagnose item 123", "why an item is treated as it is", takes="an item id or title"),
    Verb("diagnose model", "/diagnose model", "is it the inputs or the model, and which feature"),
    Verb("diagnose incident", "/diagnose incident 7", "why this incident happened", takes="an incident number"),
    Verb("hotfix", "/hotfix", "the hotfixes there are, with their price"),
    Verb(
        "hotfix rollback model",
        "/hotfix rollback model",
        "serve an older version (preview first)",
        WRITE,
        "[to VERSION]",
    ),
    Verb("hotfix undo", "/hotfix undo 3", "take a hotfix back", WRITE, "a hotfix number"),
    Verb("acknowledge", "@recsysops acknowledge", "say that you have it (in the incident's thread)", WRITE),
    Verb("snooze", "@recsysops snooze 4h", "quiet for a while (in the incident's thread)", WRITE, "[1h, 4h, 1d or 3d]"),
    Verb("unsnooze", "@recsysops unsnooze", "end a snooze before its time (in the incident's thread)", WRITE),
    Verb("resolve", "@recsysops resolve", "close it, and write down what it was (in its thread)", WRITE),
    Verb("reopen", "@recsysops reopen", "it is back, or was no false alarm after all (in its thread)", WRITE),
)
BY_NAME = {verb.name: verb for verb in VERBS}
SHORT = {"diagnose": "diagnose incident", "ack": "acknowledge", "rollback": "hotfix rollback model", "wake": "unsnooze"}


@dataclass(frozen=True)
class Ask:
    """A verb with what follows it."""

    verb: Verb
    argument: str = ""


@dataclass(frozen=True)
class NotUnderstood:
    """Words that are no verb, with the nearest one that is."""

    said: str
    nearest: Verb


def understand(text: str) -> Ask | NotUnderstood:
    """What was asked: the longest verb the words begin with, or the nearest one.

    Takes the words of a command ("/diagnose item 123"), a mention ("<@U1> diagnose item 123") or a command line.
    """
    words = _plain(text)
    lower = [word.lower() for word in words]
    for length in range(min(3, len(lower)), 0, -1):
        name = " ".join(lower[:length])
        verb = BY_NAME.get(SHORT.get(name, name))
        if verb is not None and (name in BY_NAME or length == len(lower)):
            return _complete(verb, " ".join(words[length:]), text)
    if not words:
        return Ask(BY_NAME["help"])
    return NotUnderstood(" ".join(words), _nearest(lower))


def _plain(text: str) -> list[str]:
    text = re.sub(r"<@[^>]*>", " ", text).strip()
    text = re.sub(r"^@\S+", "", text)  # a mention that the server left as it was typed
    words = text.split()
    if words and words[0].lower() == "/recsys":
        return words[1:]
    if words and words[0].startswith("/"):
        return [words[0][1:], *words[1:]]
    return words


def _complete(verb: Verb, argument: str, text: str) -> Ask | NotUnderstood:
    """A verb that takes nothing is not what was meant when more words follow it ("hotfix rolback model")."""
    if argument and not verb.takes:
        return NotUnderstood(f"{verb.name} {argument}", _nearest(f"{verb.name} {argument}".lower().split()))
    return Ask(verb, argument)


def _nearest(lower: list[str]) -> Verb:
    """The verb most like the first words said; help when nothing is like them."""

    def likeness(verb: Verb) -> float:
        length = len(verb.name.split()) if verb.takes else 3
        return difflib.SequenceMatcher(None, " ".join(lower[:length]), verb.name).ratio()

    best = max(VERBS, key=likeness)
    return best if likeness(best) > 0.5 else BY_NAME["help"]
