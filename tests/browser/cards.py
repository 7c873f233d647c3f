"""What a bot would say, for the page to draw: an incident card, and one block of every type."""

from __future__ import annotations

from typing import Any

from tests.browser.small_bot import button, plain

Json = dict[str, Any]


def mrkdwn(text: str) -> Json:
    """A mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def incident_card() -> list[Json]:
    """A realistic incident: severity, words, facts, context, buttons."""
    sure = {
        "title": plain("Resolve this incident?"),
        "text": mrkdwn("It is *mitigated*, not verified."),
        "confirm": plain("Resolve"),
        "deny": plain("Not yet"),
    }
    more = [
        {"text": plain("Snooze for a day"), "value": "snooze"},
        {"text": plain("Not a problem"), "value": "dismiss"},
    ]
    return [
        {"type": "header", "text": plain(":red_circle: Critical: the device feature arrives empty")},
        {"type": "section", "text": mrkdwn("Since *02:00* `device` is *null* in 98 % of requests (usually 0.4 %).")},
        {"type": "section", "fields": [mrkdwn("*Who*\nmobile members"), mrkdwn("*Effect*\nplays −31 %")]},
        {"type": "context", "elements": [mrkdwn(":mag: Incident 12 · 18 minutes after onset · owner <@U0ONCALL>")]},
        {
            "type": "actions",
            "elements": [
                button("Diagnose", "slow", style="primary"),
                button("Acknowledge", "press"),
                button("Resolve", "resolve", style="danger", confirm=sure),
                {"type": "overflow", "action_id": "more", "options": more},
            ],
        },
    ]


def every_block(image_file: str) -> list[Json]:
    """One block of every type that a bot is likely to send."""
    slices = [{"text": plain(name), "value": name} for name in ("mobile", "desktop")]
    row = [{"type": "raw_text", "text": "mobile"}, {"type": "raw_text", "text": "0.212"}]
    rich = {"type": "rich_text_section", "elements": [{"type": "text", "text": "rich", "style": {"bold": True}}]}
    picker = {"type": "static_select", "action_id": "slice", "placeholder": plain("Pick a slice"), "options": slices}
    return [
        {"type": "header", "text": plain("A header")},
        {"type": "section", "text": mrkdwn("words"), "fields": [mrkdwn("*field*")], "accessory": picker},
        {"type": "context", "elements": [mrkdwn("context")]},
        {"type": "divider"},
        {
            "type": "actions",
            "elements": [
                button("Press", "press"),
                {"type": "datepicker", "action_id": "day", "initial_date": "2026-01-02"},
                {"type": "users_select", "action_id": "who", "placeholder": plain("Who")},
                {"type": "radio_buttons", "action_id": "one", "options": slices},
                {"type": "checkboxes", "action_id": "some", "options": slices},
            ],
        },
        {"type": "image", "slack_file": {"id": image_file}, "alt_text": "Null share by hour", "title": plain("Nulls")},
        {"type": "rich_text", "elements": [rich]},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "slice"}, {"type": "raw_text", "text": "NDCG"}], row]},
        {"type": "markdown", "text": "## Steps\n\n- **first**\n- second"},
    ]


TRICKY = '<script>alert(1)</script> <img src=x onerror=alert(1)> *bold* `a<b` javascript:alert(1) &lt;b&gt; _"quoted"_'
