"""How the false-alarm budget is shared, and what people have taught the bot, in a few lines."""

from __future__ import annotations

from datetime import datetime

from bot.slack.mrkdwn import escape, moment
from checks.spending import Spending

NAMED = 5  # lessons told by name before the rest is only counted


def shared_by(spending: Spending) -> str:
    """How many tests share the budget, and how sure one of them must be."""
    if not spending.tests or not spending.chance:
        return ""
    tests = f"{spending.tests:,} tests" if spending.tests > 1 else "1 test"
    return f", shared by {tests} a window (over everyone each may be wrong once in {1 / spending.chance:,.0f} windows)"


def spending_lines(spending: Spending) -> list[str]:
    """What checks have earned and lost, and what is not called abnormal any more because somebody said so."""
    lines = [_weighed(spending)] if spending.earned or spending.lost else []
    return [*lines, _ignored(spending)] if spending.ignored else lines


def _weighed(spending: Spending) -> str:
    told = [
        f"{word} by {', '.join(f'{code} (x {weight:.1f})' for code, weight in sorted(weights.items()))}"
        for word, weights in (("earned", spending.earned), ("lost", spending.lost))
        if weights
    ]
    return f"Share of the budget, by how incidents were closed: {'; '.join(told)}."


def _ignored(spending: Spending) -> str:
    known = list(spending.ignored.items())
    told = [f"{escape(title)} (incident {number}, until {_day(until)})" for number, (title, until) in known[:NAMED]]
    more = [f"{len(known) - NAMED} more"] if len(known) > NAMED else []
    return f"Ignored at that size, because somebody called it not an issue: {'; '.join([*told, *more])}."


def _day(until: datetime) -> str:
    return moment(until, "{date_short_pretty}")
