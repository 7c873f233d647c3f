"""A diagnosis in Slack: the verdict first, then what speaks for it, what was ruled out, and what was changed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.cards.blocks import context, header, section
from bot.diagnosis.verdict import Diagnosis, Evidence, Verdict
from bot.recommender.contract import Change
from bot.slack.messages import Block, Said
from bot.slack.mrkdwn import bold, cut, escape, moment
from checks.base import Window

EVIDENCE_SHOWN = 12
LONGEST_EVIDENCE = 280
LONGEST_SECTION = 2900
CHANGES_SHOWN = 5
CLASSES = {
    "set-up": "the set-up of the catalogue",
    "systems": "the systems around the model",
    "inputs": "the inputs of the model",
    "model": "the model, or what was released with it",
    "unknown": "not known",
}


def diagnosis_said(diagnosis: Diagnosis) -> Said:
    """The whole diagnosis as one message; its pictures are posted beside it."""
    verdict = diagnosis.verdict
    blocks = [
        header(cut(f"Diagnosis: {diagnosis.subject}", 150)),
        section(f"*{escape(verdict.cause.rstrip('.'))}.*\n{_sureness(verdict)}"),
        *_hotfix(verdict),
        section(_evidence(diagnosis.evidence)),
        *_changes(diagnosis.changes),
        *_rest(diagnosis),
        context(_compared(diagnosis)),
    ]
    return Said(cut(_aloud(diagnosis), 2900), tuple(blocks))


def diagnosis_progress_said(steps: Sequence[str], done: bool) -> Said:
    """How far a diagnosis is: what is done, and what it is at."""
    *past, last = steps or ["Starting"]
    mark = ":white_check_mark:" if done else ":hourglass_flowing_sand:"
    lines = [f":white_check_mark: {escape(step)}" for step in past[-12:]] + [f"{mark} {escape(last)}"]
    return Said(f"{last}{'' if done else ' …'}", (section(cut("\n".join(lines), 2900)),))


def how_sure(confidence: float) -> str:
    """A confidence as words and a number: "quite sure (84 %)"."""
    for least, words in ((0.9, "very sure"), (0.7, "quite sure"), (0.5, "more likely than not"), (0.3, "a guess")):
        if confidence >= least:
            return f"{words} ({confidence:.0%})"
    return f"hardly more than a guess ({confidence:.0%})" if confidence > 0 else "nothing to be sure of"


def _sureness(verdict: Verdict) -> str:
    if not verdict.subject:
        return "Nothing that I compared has changed beyond what chance does."
    return f"I am {how_sure(verdict.confidence)}. Where it lies: {CLASSES[verdict.cause_class]}."


def _hotfix(verdict: Verdict) -> list[Block]:
    if verdict.suggested_hotfix is None:
        return []
    return [section(f":wrench: `/hotfix {verdict.suggested_hotfix}` should mend it for now; it shows a preview first.")]


def _evidence(evidence: Sequence[Evidence]) -> str:
    """As many pieces as fit, each shortened; the end says how many more there are."""
    text = "*What I saw*"
    for number, piece in enumerate(evidence):
        line = f"\n• {bold(piece.title)}: {escape(cut(piece.words, LONGEST_EVIDENCE))}"
        if number == EVIDENCE_SHOWN or len(text) + len(line) > LONGEST_SECTION:
            return f"{text}\n… and {len(evidence) - number} more; `recsysops diagnose --json` has everything."
        text += line
    return text


def _changes(changes: Sequence[Change]) -> list[Block]:
    if not changes:
        return [section("*What was changed*\nNothing is recorded around the time it began.")]
    lines = [
        f"• {moment(c.at)}: {escape(c.kind)} of {escape(c.subject)}"
        + (f" ({escape(cut(c.words, 160))})" if c.words else "")
        for c in changes[:CHANGES_SHOWN]
    ]
    more = f"\n… and {len(changes) - CHANGES_SHOWN} more." if len(changes) > CHANGES_SHOWN else ""
    return [section(cut("*What was changed*, nearest to its beginning first\n" + "\n".join(lines) + more, 3000))]


def _rest(diagnosis: Diagnosis) -> list[Block]:
    blocks = []
    if diagnosis.ruled_out:
        blocks.append(section(cut("*Ruled out*: " + escape("; ".join(diagnosis.ruled_out)) + ".", 3000)))
    if diagnosis.others:
        lines = [f"• {escape(cut(v.cause, 200))} ({v.confidence:.0%})" for v in diagnosis.others]
        blocks.append(section(cut("*What else it could be*\n" + "\n".join(lines), 2000)))
    return blocks


def _compared(diagnosis: Diagnosis) -> str:
    took = f" Took {diagnosis.seconds:.1f} s." if diagnosis.seconds else ""
    return f"Compared {_span(diagnosis.window)} with {_span(diagnosis.last_good)}.{took}"


def _span(window: Window) -> str:
    return f"{moment(window.start)} to {moment(window.end)}"


def _aloud(diagnosis: Diagnosis) -> str:
    """The whole thing as a sentence or two, for screen readers and lock screens."""
    verdict = diagnosis.verdict
    said = [f"Diagnosis of {diagnosis.subject}: {verdict.cause.rstrip('.')}."]
    if verdict.subject:
        said.append(f"I am {how_sure(verdict.confidence)}.")
    if verdict.suggested_hotfix:
        said.append(f"/hotfix {verdict.suggested_hotfix} should mend it for now.")
    if diagnosis.replay:
        said.append(diagnosis.replay.words)
    if diagnosis.ruled_out:
        said.append(f"Ruled out: {'; '.join(diagnosis.ruled_out)}.")
    return escape(" ".join(said))


def to_json(diagnosis: Diagnosis) -> dict[str, Any]:
    """A diagnosis as JSON can hold it; times in ISO 8601, pictures as title and alt text."""
    replay = diagnosis.replay
    return {
        "subject": diagnosis.subject,
        "window": plain(vars(diagnosis.window)),
        "last_good": plain(vars(diagnosis.last_good)),
        "verdict": plain(vars(diagnosis.verdict)),
        "others": [plain(vars(verdict)) for verdict in diagnosis.others],
        "evidence": [plain(vars(evidence)) for evidence in diagnosis.evidence],
        "ruled_out": list(diagnosis.ruled_out),
        "changes": [plain(vars(change)) for change in diagnosis.changes],
        "replay": plain(vars(replay)) if replay else None,
        "pictures": [{"title": picture.title, "alt": picture.alt} for picture in diagnosis.pictures],
        "seconds": round(diagnosis.seconds, 3),
    }


def plain(value: Any) -> Any:
    """Any value as JSON's own: times as text, numpy scalars as Python's, not-a-number as null."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if hasattr(value, "item"):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, bool | int | float) else str(value)
