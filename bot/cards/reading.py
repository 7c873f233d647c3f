"""What the reading verbs answer: help, status, checks, whoami, incidents; and App Home."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict

from bot.cards.blocks import context, header, section
from bot.cards.score import score_blocks, score_to_json
from bot.cards.spending import shared_by, spending_lines
from bot.health import CheckState, Health
from bot.slack.messages import Block, Person, Said
from bot.slack.mrkdwn import escape, moment
from bot.store.tables import Incident
from bot.verbs import VERBS, NotUnderstood, Verb
from checks.base import Severity
from checks.ml_test_score import Scored

SHOWN = 20  # lines in a list before the rest is only counted
OUTCOMES = {
    "finding": ":red_circle:",
    "failed": ":large_orange_circle:",
    "no-data": ":large_orange_circle:",
    "warming-up": ":hourglass_flowing_sand:",
    "quiet": ":large_green_circle:",
    "not-applicable": ":white_circle:",
    "not run yet": ":white_circle:",
}


def help_said(verbs: Sequence[Verb] = VERBS) -> Said:
    """Everything there is to ask, ready to paste."""
    lines = [f"`{verb.example}`  {verb.does}" for verb in verbs]
    text = "What you can ask me:\n" + "\n".join(lines)
    tip = (
        "In threads, where Slack takes no slash commands, mention me: `@recsysops diagnose`. A shell knows it all too."
    )
    return Said(text, (section("*What you can ask me*\n" + "\n".join(lines)), context(tip)))


def not_understood_said(answer: NotUnderstood) -> Said:
    """A wrong command gets the nearest right one."""
    nearest = answer.nearest
    text = f"I do not know “{escape(answer.said)}”. Did you mean `{nearest.example}`? That is: {nearest.does}."
    return Said(text, (section(text), context("`/recsys help` lists everything.")))


def sorry_said(words: str) -> Said:
    """Why something cannot be done, and what to do instead. Of what stands in it only people's mentions are marks."""
    safe = harmless(words)
    return Said(safe, (section(f":x: {safe}"),))


def harmless(words: str) -> str:
    """A refusal may quote what somebody typed, and may name people: only those are left as Slack's marks."""
    return re.sub(r"&lt;@([A-Z0-9]+)&gt;", r"<@\1>", escape(words))


def whoami_said(person: Person, roles: Sequence[str], missing: Sequence[str]) -> Said:
    """Who I think you are, and what you may do."""
    text = f"You are {person.mention}, `{person.key}`, with the roles: {', '.join(roles)}."
    if missing:
        text += f" You lack: {', '.join(missing)} (they are given in recsysops.toml under [roles])."
    return Said(text, (section(text),))


def status_said(health: Health) -> Said:
    """Healthy or not, in one line first; then the incidents; then the bot itself."""
    headline = _headline(health)
    blocks = [header("Status"), section(f"*{headline}*"), *_incident_blocks(health.incidents)]
    taught = [context(line) for line in spending_lines(health.spending)]
    return Said(headline, (*blocks, context(_judged(health)), context(_own(health)), *taught))


def incidents_said(incidents: Sequence[Incident], *, everything: bool = False) -> Said:
    """The list of incidents, with a count and an end; `everything`: resolved ones are among them."""
    if not incidents:
        words = "There has been no incident yet." if everything else "No open incidents."
        return Said(words, (section(words),))
    counted = f"{len(incidents)} {'' if everything else 'open '}incident{'' if len(incidents) == 1 else 's'}"
    text = f"{counted}: " + "; ".join(escape(incident.title) for incident in incidents[:5])
    return Said(text, (section(f"*{counted}*"), *_incident_blocks(incidents)))


def checks_said(states: Sequence[CheckState], scored: Scored) -> Said:
    """Every check with what it said last, and why where it could not say; and what that comes to as a score."""
    lines = [check_line(state) for state in states]
    text = f"{len(states)} checks: " + "; ".join(f"{state.code} {state.outcome}" for state in states)
    parts = (section("\n".join(lines[i : i + 12])) for i in range(0, len(lines), 12))
    return Said(text, (header("Checks"), *score_blocks(scored), *parts))


def checks_to_json(states: Sequence[CheckState], scored: Scored) -> dict[str, object]:
    """For scripts."""
    return {"checks": [asdict(state) for state in states], "ml_test_score": score_to_json(scored)}


def home_view(health: Health) -> dict[str, object]:
    """App Home: are we healthy, what is open, what to type."""
    said = status_said(health)
    return {"type": "home", "blocks": [*said.blocks, {"type": "divider"}, *help_said().blocks]}


def _headline(health: Health) -> str:
    if health.incidents:
        worst = Severity(max(incident.severity for incident in health.incidents)).name
        return f"{len(health.incidents)} open, the worst {worst}"
    if health.untold:
        found = f"{health.untold} {'check' if health.untold == 1 else 'checks'} found something"
        return f"{found}; no incident has been opened: is the bot running?"
    unknown = sum(health.checks.get(outcome, 0) for outcome in ("failed", "no-data", "not run yet"))
    if health.late and health.judged_until:
        return f"No incident, but nothing has been judged since {moment(health.judged_until)}"
    if unknown:
        return f"No incident, but {unknown} {'check' if unknown == 1 else 'checks'} could not tell"
    if learning := health.checks.get("warming-up"):
        return f"No incident; {learning} {'check is' if learning == 1 else 'checks are'} still learning what is normal"
    return "Healthy: no open incident"


def _incident_blocks(incidents: Sequence[Incident]) -> list[Block]:
    lines = [_incident_line(incident) for incident in incidents[:SHOWN]]
    if len(incidents) > SHOWN:
        lines.append(f"… and {len(incidents) - SHOWN} more: `recsysops incidents --json` lists them all")
    return [section("\n".join(lines[i : i + 8])) for i in range(0, len(lines), 8)]


def _incident_line(incident: Incident) -> str:
    how = f"{Severity(incident.severity).name} · {incident.state}"
    return f"*{incident.id}* · {how} · {escape(incident.title)} · since {moment(incident.onset)}"


def _judged(health: Health) -> str:
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in sorted(health.checks.items()))
    until = f"Judged up to {moment(health.judged_until)}" if health.judged_until else "Nothing judged yet"
    return f"{until}. Checks: {outcomes}."


def _own(health: Health) -> str:
    spent = f"{health.false_alarms_30_days} of {health.budget:g} false alarms in 30 days"
    waiting = f"{health.unsent} messages waiting, {health.failed_messages} could not be delivered"
    return f"The bot itself: {waiting}; budget: {spent}{shared_by(health.spending)}."


def check_line(state: CheckState) -> str:
    """One check in one line: a sign, what it is, what it said and why."""
    sign = OUTCOMES.get(state.outcome, ":white_circle:")
    why = f": {escape(state.words)}" if state.words and state.outcome not in ("quiet",) else ""
    return f"{sign} *{state.code}* {escape(state.title)} · {state.outcome}{why}"
