"""One check cycle, for a terminal or a script: what each check said."""

from __future__ import annotations

from typing import Any

from bot.cards.blocks import context, header, section
from bot.cards.reading import check_line
from bot.detection.records import Outcome
from bot.detection.runner import Detection
from bot.health import CheckState
from bot.slack.messages import Said
from bot.slack.mrkdwn import escape
from checks.records import finding_to_dict

UNKNOWN = ("failed", "no-data", "warming-up")


def detection_said(detection: Detection) -> Said:
    """Findings first, then every check that could not tell, then the quiet ones."""
    findings = detection.findings
    window = f"{detection.window.start:%Y-%m-%d %H:%M} to {detection.window.end:%Y-%m-%d %H:%M} UTC"
    headline = _headline(detection)
    lines = [f"{finding.code} · {escape(str(finding.slice))} · {escape(finding.words)}" for finding in findings]
    told = [section("\n".join(lines[i : i + 10])) for i in range(0, len(lines), 10)]
    checks = section("\n".join(check_line(_state(outcome, detection)) for outcome in detection.outcomes))
    return Said(f"{window}: {headline}", (header(headline), context(window), *told, checks))


def _headline(detection: Detection) -> str:
    """What was found, and in how many checks nothing can be said: unknown is never told as all well."""
    found, asked = len(detection.findings), sum(outcome.state != "not-applicable" for outcome in detection.outcomes)
    unknown = sum(outcome.state in UNKNOWN for outcome in detection.outcomes)
    said = f"{found} finding{'' if found == 1 else 's'}" if found else "Nothing abnormal"
    said += f" in {asked} check{'' if asked == 1 else 's'}"
    return f"{said}; {unknown} could not tell" if unknown else said


def detection_to_json(detection: Detection) -> dict[str, Any]:
    """The window, each check's outcome, and each finding whole."""
    return {
        "window": {"start": detection.window.start.isoformat(), "end": detection.window.end.isoformat()},
        "findings": len(detection.findings),
        "could_not_tell": [outcome.code for outcome in detection.outcomes if outcome.state in UNKNOWN],
        "outcomes": [_outcome(outcome) for outcome in detection.outcomes],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "code": outcome.code,
        "title": outcome.title,
        "state": outcome.state,
        "words": outcome.words,
        "findings": [finding_to_dict(finding) for finding in outcome.findings],
    }


def _state(outcome: Outcome, detection: Detection) -> CheckState:
    return CheckState(outcome.code, outcome.title, outcome.state, outcome.words, detection.window.end)
