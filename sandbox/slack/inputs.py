"""What people press, choose and type, in the words of Slack's payloads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.slack.wire import Json, SlackError

# Where each kind of element keeps what was chosen, and where it says what is chosen at first.
_CHOSEN = {
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", ""),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", ""),
}
STATEFUL = frozenset(_CHOSEN) - {"overflow"}  # the kinds whose choice stays visible in `state`


def elements(blocks: Any, block: Json | None = None) -> Iterator[tuple[Json, Json]]:
    """Every element with an action_id, with the block it stands in."""
    if isinstance(blocks, dict):
        inside = blocks if blocks.get("block_id") else block
        if isinstance(blocks.get("action_id"), str) and inside is not None:
            yield inside, blocks
        for value in blocks.values():
            yield from elements(value, inside)
    elif isinstance(blocks, list):
        for item in blocks:
            yield from elements(item, block)


def find_element(blocks: list[Json], action_id: str, block_id: str | None, value: Any) -> tuple[Json, Json]:
    """The block and element meant; of several the one whose own value fits; SlackError no_such_element."""
    everything = list(elements(blocks))
    fitting = [(b, e) for b, e in everything if e["action_id"] == action_id and block_id in (None, b.get("block_id"))]
    if not fitting:
        raise SlackError("no_such_element", known=[e["action_id"] for _, e in everything])
    exact = [(b, e) for b, e in fitting if value is not None and e.get("value") == value]
    return (exact or fitting)[0]


def _options(element: Json) -> list[Json]:
    grouped = [o for group in element.get("option_groups") or [] for o in group["options"]]
    return [*(element.get("options") or []), *grouped]


def _option(element: Json, value: Any) -> Json:
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": str(value), "emoji": True}, "value": str(value)}
    for option in _options(element):
        if option["value"] == value:
            return option
    raise SlackError("no_such_option", known=[o["value"] for o in _options(element)])


def _rich(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": value}]}
    return {"type": "rich_text", "elements": [section]}


def entry(element: Json, value: Any) -> Json:
    """One element's part of `state.values` once `value` is chosen; an empty value means nothing is."""
    key, _ = _CHOSEN[element["type"]]
    made: Any = value if value not in ("", [], None) else ([] if key.endswith("s") else None)
    if made and key == "selected_option":
        made = _option(element, value)
    elif made and key == "selected_options":
        made = [_option(element, v) for v in (value if isinstance(value, list) else [value])]
    elif made and key == "rich_text_value":
        made = _rich(value)
    return {"type": element["type"], key: made}


def initial(element: Json) -> Json:
    """One element's part of `state.values` before anyone touched it."""
    key, first = _CHOSEN[element["type"]]
    return {"type": element["type"], key: element.get(first, [] if key.endswith("s") else None)}


def action(block: Json, element: Json, value: Any, ts: str) -> Json:
    """The entry in `actions` of a block_actions payload."""
    made: Json = {"action_id": element["action_id"], "block_id": block.get("block_id", ""), "type": element["type"]}
    made["action_ts"] = ts
    if element["type"] in _CHOSEN:
        return {**made, **entry(element, value)}
    if element["type"] == "feedback_buttons":
        return {**made, "value": value, "text": {"type": "plain_text", "text": str(value)}}
    return made | {k: element[k] for k in ("text", "value", "style", "url") if k in element}


def refuse_unpressable(block: Json, element: Json) -> None:
    """SlackError no_dispatch for an input that only speaks when its form is submitted."""
    if block["type"] == "input" and not block.get("dispatch_action"):
        raise SlackError(
            "no_dispatch", detail="this input has no dispatch_action: it is read when the form is submitted"
        )


def state_of(blocks: list[Json], known: Json, values: Json) -> Json:
    """The whole `state.values`: what was known, overlaid with plain `values` by block and action id.

    SlackError no_such_element when a value has no element, no_such_option when it is not offered.
    """
    made: Json = {}
    wanted = {(b, a) for b, by_action in values.items() for a in by_action}
    for block, element in elements(blocks):
        b, a = block["block_id"], element["action_id"]
        given = (b, a) in wanted
        wanted.discard((b, a))
        if element["type"] in STATEFUL:  # of buttons and overflows nothing is kept
            before = known.get(b, {}).get(a) or initial(element)
            made.setdefault(b, {})[a] = entry(element, values[b][a]) if given else before
    if wanted:
        known_ids = [f"{b.get('block_id')}/{e['action_id']}" for b, e in elements(blocks)]
        raise SlackError("no_such_element", unknown=sorted(map("/".join, wanted)), known=known_ids)
    return made


def incomplete(blocks: list[Json], state: Json) -> dict[str, str]:
    """What Slack itself refuses before the app hears of it: required inputs left empty, texts too short or too long."""
    found: dict[str, str] = {}
    for block, element in elements(blocks):
        if block["type"] != "input":
            continue
        key, _ = _CHOSEN[element["type"]]
        value = state.get(block["block_id"], {}).get(element["action_id"], {}).get(key)
        said = _complaint(element, value, bool(block.get("optional")))
        if said:
            found[block["block_id"]] = said
    return found


def _complaint(element: Json, value: Any, optional: bool) -> str | None:
    if value in (None, "", []):
        return None if optional else "Please complete this required field."
    if isinstance(value, str) and element["type"] == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if not least <= len(value) <= most:
            return f"Please write between {least} and {most} characters."
    if element["type"] == "number_input":
        return _number_complaint(element, str(value))
    return None


def _number_complaint(element: Json, value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return "Please enter a whole number."
    low, high = float(element.get("min_value", "-inf")), float(element.get("max_value", "inf"))
    return None if low <= number <= high else f"Please enter a number between {low:g} and {high:g}."
