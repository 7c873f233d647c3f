"""An incident's card, its evidence and its news. The card is edited in place; replies are only for news."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from bot.catalog.matching import Match
from bot.incidents.keeping import Touched
from bot.slack.messages import Block, Person, Said
from bot.slack.mrkdwn import bold, code, cut, escape, moment
from bot.store.tables import Hotfix, Incident
from checks.base import Finding, Severity

from . import actions
from .blocks import DURATIONS, button, confirm, context, header, named, option, section
from .blocks import actions as row

STATES = {"open": "Open", "acknowledged": "Acknowledged", "mitigated": "Mitigated", "resolved": "Resolved"}
SIGNS = {"open": ":red_circle:", "acknowledged": ":large_yellow_circle:", "mitigated": ":large_blue_circle:"}
FOLDED = 3  # symptoms named on the card; all their checks are in the small print
DONE_WITH = ("mitigated", "resolved")  # members are no longer hurt: no hotfix is urgent
HOTFIXES = {"requested": "waits for approval", "applied": "in force", "not-verified": "in force, but it did not help"}
HOTFIXES |= {"approved": "approved", "verified": "in force, verified"}
HEADLINES = {
    "opened": "Opened",
    "reopened": "It is back",
    "worse": "It got worse",
    "joined": "More signs of the same cause",
    "recovered": "Not seen any more",
    "seen": "Still there",
}


def card(
    incident: Incident,
    matches: Sequence[Match] = (),
    hotfixes: Sequence[Hotfix] = (),
    environment: str = "",
    suggested: str = "",
) -> Said:
    """All there is to know at a glance: what, how grave, whose, since when, how much, for whom, why, known or not.

    `suggested`: the hotfix that the diagnosis suggests, in the words that ask for it.
    """
    tag = f"[{environment}] " if environment else ""
    severity = Severity(incident.severity).name
    whom = _launch(incident) or f"*For whom:* {_whom(incident)}"
    lines = [_state_line(incident), whom, f"*Suspected cause:* {escape(incident.cause)}"]
    if symptoms := _symptoms(incident):
        lines.append(f"*Also seen:* {symptoms}")
    if suggested and incident.state not in DONE_WITH:
        lines.append(f"*Suggested hotfix:* {code(suggested)} (press Hotfix: it shows a preview first)")
    lines += [f"*Known issue:* {known_line(matches)}", *(_hotfix_line(hotfix) for hotfix in hotfixes)]
    blocks = [header(f"{tag}{severity.capitalize()}: {incident.title}"), section("\n".join(lines))]
    blocks.append(context(_small_print(incident)))
    if elements := _buttons(incident, suggested):
        blocks.append(row(elements))
    text = (
        f"{tag}Incident {incident.id}, {severity}, {state_words(incident)}: {escape(incident.title)}, "
        f"since {moment(incident.onset)}. {escape(incident.cause)}"
    )
    return Said(text, named(blocks, f"incident:{incident.id}:v{incident.version}"))


def state_words(incident: Incident) -> str:
    """The state as people say it."""
    if incident.not_an_issue and incident.state != "resolved":
        return "not an issue"
    return STATES.get(incident.state, incident.state).lower()


def known_line(matches: Sequence[Match]) -> str:
    """What the catalogue knows, in one line."""
    if not matches:
        return "matches nothing in the catalogue"
    best = matches[0]
    times = "once" if best.seen == 1 else f"{best.seen} times"
    record = f"; {code(best.fix)} worked {best.fix_worked} of {best.fix_tried}" if best.fix else "; no fix is known"
    more = f" (and {len(matches) - 1} more that look alike)" if len(matches) > 1 else ""
    title = f"“{escape(best.known_issue.title)}”, {escape(best.known_issue.cause)}"
    return f"seen {times}, last {moment(best.last_seen_at)}{record}. {title}{more}"


def evidence(finding: Finding) -> Said:
    """One finding, in plain words first and in numbers second."""
    where = f"in {finding.slice}" if finding.slice.parts else "for everyone"
    numbers = (
        f"{code(finding.measure)} {escape(where)}: {finding.value:.4g}, expected {finding.expected:.4g} "
        f"({finding.low:.4g} to {finding.high:.4g}), n = {finding.n:,}, since {moment(finding.onset)}"
    )
    text = f"{escape(finding.title)}: {escape(finding.words)}"
    return Said(text, (section(f"*{finding.code}* {escape(finding.words)}"), context(numbers)))


def news(touched: Touched) -> Said:
    """What happened to an incident since its thread was last told."""
    incident = touched.incident
    headline = HEADLINES[touched.news]
    detail = _detail(touched)
    blocks: list[Block] = [section(f"*{headline}.* {detail}")]
    signs = list({finding.code: finding for finding in touched.fresh}.values())
    blocks += [context(f"*{finding.code}* {escape(finding.words)}") for finding in signs[:5]]
    if len(signs) > 5:
        blocks.append(context(f"… and {len(signs) - 5} more checks; the card lists them all"))
    return Said(f"{headline}: incident {incident.id}, {escape(incident.title)}. {detail}", tuple(blocks))


def resolve_button(incident: Incident) -> Said:
    """The button that opens the closing form, for where only a click can open one."""
    words = f"To close incident {incident.id} ({escape(incident.title)}), say what it was:"
    blocks = [section(words), row([button("Resolve", actions.RESOLVE, _value(incident), "primary")])]
    return Said(words, named(blocks, f"resolve:{incident.id}:v{incident.version}"))


def _detail(touched: Touched) -> str:
    incident = touched.incident
    if touched.news == "joined":
        more = len({finding.code for finding in touched.fresh})
        return f"{more} more {'check sees' if more == 1 else 'checks see'} what began {moment(incident.onset)}."
    if touched.news == "recovered":
        return (
            f"{incident.clean_windows} windows in a row are as they should be, so it counts as mitigated. "
            "Mitigated is not resolved: press Resolve and say what it was."
        )
    return f"{escape(incident.title)}. It is {Severity(incident.severity).name} now; {_whom(incident)}."


def _symptoms(incident: Incident) -> str:
    """What else shows the same trouble, folded: a few titles, each said once, and how many more there are."""
    lead = incident.findings[0]["title"] if incident.findings else ""
    titles = {record["title"]: record["code"] for record in reversed(incident.findings) if record["title"] != lead}
    told = [f"{escape(cut(title, 80))} ({code_})" for title, code_ in reversed(titles.items())]
    more = f" and {len(told) - FOLDED} more" if len(told) > FOLDED else ""
    return "; ".join(told[:FOLDED]) + more


def _state_line(incident: Incident) -> str:
    sign = SIGNS.get(incident.state, ":white_check_mark:")
    owner = f"with {Person.parse(incident.owner).mention}" if incident.owner else "nobody has it yet"
    parts = [f"{sign} *{state_words(incident).capitalize()}*", owner, f"since {moment(incident.onset)}"]
    if incident.snoozed_until is not None:
        parts.append(f":zzz: snoozed until {moment(incident.snoozed_until)}")
    return " · ".join(parts)


def _whom(incident: Incident) -> str:
    where = f" in {bold(incident.slice)}" if incident.slice else ""
    members, impressions = int(incident.impact.get("members", 0)), int(incident.impact.get("impressions", 0))
    if not impressions:
        return f"not measured yet{where}" if where else "not measured yet"
    share = float(incident.impact.get("share", 0.0))
    return f"{members:,} members, {impressions:,} impressions ({100 * share:.3g} % of all){where}"


def _launch(incident: Incident) -> str:
    """For a launch that is ahead: its day, its owner, and by when it must be mended; "" for anything else."""
    told = next((each["data"] for each in incident.findings if "ready_by" in (each.get("data") or {})), None)
    if told is None:
        return ""
    launches, ready = (f"{datetime.fromisoformat(str(told[name])):%-d %B}" for name in ("launches_at", "ready_by"))
    owner = f" · *Owner:* {escape(str(told['owner']))}" if told.get("owner") else ""
    return f"*Launches:* {launches} · *To be mended by:* {ready}{owner}"


def _small_print(incident: Incident) -> str:
    parts = [f"Incident {incident.id}", f"noticed {moment(incident.detected_at)}", f"by {', '.join(incident.codes)}"]
    parts.append(f"last seen in the window to {moment(incident.last_seen_at)}")
    if incident.reopened:
        parts.append("reopened once" if incident.reopened == 1 else f"reopened {incident.reopened} times")
    return " · ".join(parts)


def _hotfix_line(hotfix: Hotfix) -> str:
    ends = f", ends {moment(hotfix.expires_at)}" if hotfix.expires_at and hotfix.ended_at is None else ""
    version = f" to version {escape(str(hotfix.params['version']))}" if hotfix.params.get("version") else ""
    state = HOTFIXES.get(hotfix.state, hotfix.state)
    return f"*Hotfix {hotfix.id}:* {code(hotfix.kind)}{version} {escape(state)}{ends}"


def _buttons(incident: Incident, suggested: str) -> list[Block]:
    """What can be done in this state, one of it green; every click carries the version it was drawn with."""
    value = _value(incident)
    reopen = button("Reopen", actions.REOPEN, value)
    if incident.state == "resolved":
        return [reopen]
    resolve = button("Resolve", actions.RESOLVE, value, "primary" if incident.state == "mitigated" else "")
    if incident.not_an_issue:
        return [reopen, resolve]
    urgent = bool(suggested) and incident.state not in DONE_WITH
    wanted = {**value, "words": suggested} if urgent else value
    hotfix = button("Hotfix", actions.HOTFIX, wanted, "primary" if urgent else "")
    buttons = [button("Diagnose", actions.DIAGNOSE, value), hotfix]
    if incident.state == "open":
        buttons.insert(0, button("Acknowledge", actions.ACKNOWLEDGE, value, "" if urgent else "primary"))
    if incident.snoozed_until is not None:
        buttons.append(button("Wake", actions.WAKE, value))
    elif incident.state != "mitigated":
        buttons.append(_snooze(incident))
    if incident.state != "mitigated":
        buttons.append(button("Not an issue", actions.NOT_AN_ISSUE, value, confirm=_sure()))
    return [*buttons, resolve]


def _snooze(incident: Incident) -> Block:
    choices = [option(words, json.dumps({**_value(incident), "for": key})) for key, words in DURATIONS.items()]
    placeholder = {"type": "plain_text", "text": "Snooze", "emoji": True}
    return {"type": "static_select", "action_id": actions.SNOOZE, "placeholder": placeholder, "options": choices}


def _sure() -> Block:
    words = "You will hear no more of it for as long as it lasts. It counts as a false alarm."
    return confirm("Not an issue?", words, "Not an issue")


def _value(incident: Incident) -> dict[str, int | None]:
    return {"incident": incident.id, "version": incident.version}
