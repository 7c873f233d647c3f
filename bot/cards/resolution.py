"""The closing form, what it taught, and the catalogue of known issues."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.catalog.learning import ResolutionForm
from bot.slack.messages import Block, Said
from bot.slack.mrkdwn import code, escape, moment
from bot.store.tables import Incident, KnownIssue, Resolution

from . import actions
from .blocks import context, header, option, plain, section
from .incident import resolve_button

__all__ = ["known_said", "parse", "problems", "resolve_button", "resolve_modal", "resolved_said"]

CLASSES = {
    "set-up": "Set-up: the item or its launch lacked something",
    "systems": "Systems: a job, index, filter or deploy",
    "inputs": "Inputs: a feature or table carried wrong values",
    "model": "Model: the ranker itself",
    "unknown": "Not known yet",
}
WORKED = {"yes": "Yes, it worked", "no": "No, it did not"}
IMPROVEMENTS = {
    "detect_faster": "Could we have noticed it sooner?",
    "predict": "Could we have predicted it?",
    "diagnose_faster": "Could we have found the cause sooner?",
}
LONGEST = 2000
SHOWN = 20


def resolve_modal(incident: Incident, suggestions: Mapping[str, Any]) -> dict[str, Any]:
    """The closing form, filled in as far as the diagnosis (cause, class) and the hotfix (`fix`) know."""
    cause_class = incident.cause_class if incident.cause_class in CLASSES else "unknown"
    return {
        "type": "modal",
        "callback_id": actions.CLOSE_INCIDENT,
        "title": plain(f"Resolve incident {incident.id}", 24),
        "submit": plain("Resolve", 24),
        "close": plain("Cancel", 24),
        "private_metadata": json.dumps({"incident": incident.id, "version": incident.version}),
        "blocks": [
            section(f"*{escape(incident.title)}*\nWhat you write here is shown when the like happens again."),
            _text("cause", "What was the cause?", str(suggestions.get("cause") or incident.cause)),
            _choice("cause_class", "Of which class?", CLASSES, cause_class, "static_select"),
            _text(
                "fix", "What fixed it?", str(suggestions.get("fix") or ""), hint="A hotfix's name, or your own words"
            ),
            _choice("fix_worked", "Did it work?", WORKED, "yes", "radio_buttons"),
            _text("long_term_fix", "What is the long-term fix?", "", optional=True),
            *(_text(name, label, "", optional=True) for name, label in IMPROVEMENTS.items()),
        ],
    }


def problems(values: Mapping[str, Any]) -> dict[str, str]:
    """What is missing or too long in a submitted form, by block; {} when it can be taken."""
    wrong = {}
    for name, ask in (
        ("cause", "Say what it was, even if it is a guess."),
        ("fix", "Say what ended it, or “nothing”."),
    ):
        if not _given(values, name):
            wrong[name] = ask
    for name in ("cause", "fix", "long_term_fix", *IMPROVEMENTS):
        if len(_given(values, name)) > LONGEST:
            wrong[name] = f"At most {LONGEST} characters, please."
    if _given(values, "cause_class") not in CLASSES:
        wrong["cause_class"] = "Choose one of the classes."
    return wrong


def parse(values: Mapping[str, Any]) -> ResolutionForm:
    """The form out of a submitted view's state values."""
    words = {name: _given(values, name) for name in ("cause", "fix", "long_term_fix", *IMPROVEMENTS)}
    cause_class = _given(values, "cause_class")
    return ResolutionForm(
        **words,
        cause_class=cause_class if cause_class in CLASSES else "unknown",
        fix_worked=_given(values, "fix_worked") != "no",
    )


def resolved_said(resolution: Resolution, issue: KnownIssue) -> Said:
    """How it ended, and what the catalogue knows now."""
    worked = "worked" if resolution.fix_worked else "did not work"
    seen = "new to the catalogue" if issue.seen == 1 else f"seen {issue.seen} times now"
    cause, fix = escape(resolution.cause).rstrip("."), escape(resolution.fix).rstrip(".")
    text = f"Resolved. Cause: {cause}. Fix: {fix} ({worked}). {seen.capitalize()}."
    lines = [
        f":white_check_mark: *Resolved.* {cause} ({escape(resolution.cause_class)})",
        f"*Fix:* {fix}, which {worked}",
    ]
    asked = {"Long-term fix": resolution.long_term_fix, "Sooner noticed": resolution.detect_faster}
    asked |= {"Predicted": resolution.predict, "Sooner explained": resolution.diagnose_faster}
    lines += [f"*{name}:* {escape(words)}" for name, words in asked.items() if words]
    return Said(text, (section("\n".join(lines)), context(f"Known issue {issue.id}: {escape(issue.title)} · {seen}")))


def known_said(issues: Sequence[KnownIssue]) -> Said:
    """The catalogue: what burned before and what put it out, seen last first."""
    if not issues:
        words = "The catalogue is empty: it grows with every incident that is resolved."
        return Said(words, (section(words),))
    lines = [_issue_line(issue) for issue in issues[:SHOWN]]
    blocks: list[Block] = [header(f"Known issues: {len(issues)}")]
    blocks += [section("\n\n".join(lines[start : start + 4])) for start in range(0, len(lines), 4)]
    if len(issues) > SHOWN:
        blocks.append(context(f"… and {len(issues) - SHOWN} older ones: `recsysops known --json` lists them all"))
    text = f"{len(issues)} known issues: " + "; ".join(escape(issue.title) for issue in issues[:5])
    return Said(text, tuple(blocks))


def _issue_line(issue: KnownIssue) -> str:
    times = "once" if issue.seen == 1 else f"{issue.seen} times"
    fix = f"put out by {code(issue.fix)}" if issue.fix else "no fix known"
    first = f"*{issue.id}* · *{escape(issue.title[:200])}* · seen {times}, last {moment(issue.last_seen_at)}"
    return f"{first}\n{escape(issue.cause[:300])} · {fix}"


def _text(name: str, label: str, initial: str, *, optional: bool = False, hint: str = "") -> Block:
    element: Block = {"type": "plain_text_input", "action_id": f"{name}.text", "multiline": name != "fix"}
    element["max_length"] = LONGEST
    if initial:
        element["initial_value"] = initial[:LONGEST]
    block: Block = {"type": "input", "block_id": name, "label": plain(label, 2000), "element": element}
    return {**block, "optional": optional, **({"hint": plain(hint, 2000)} if hint else {})}


def _choice(name: str, label: str, choices: Mapping[str, str], initial: str, kind: str) -> Block:
    options = [option(words, value) for value, words in choices.items()]
    chosen = next(each for each in options if each["value"] == initial)
    element = {"type": kind, "action_id": f"{name}.choice", "options": options, "initial_option": chosen}
    return {"type": "input", "block_id": name, "label": plain(label, 2000), "element": element}


def _given(values: Mapping[str, Any], name: str) -> str:
    """What was typed or chosen in a block; "" for nothing."""
    for element in (values.get(name) or {}).values():
        chosen = element.get("selected_option") or {}
        return str(element.get("value") or chosen.get("value") or "").strip()
    return ""
