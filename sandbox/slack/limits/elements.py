"""What people press and fill in (docs.slack.dev/reference/block-kit/block-elements)."""

from __future__ import annotations

from sandbox.slack.limits.objects import (
    ACTION_ID,
    CONFIRM,
    DISPATCH,
    FILTER,
    GROUP,
    OPTION,
    RICH_OPTION,
    SLACK_FILE,
    TYPE,
    distinct_values,
    initial_among_options,
    plain,
    text,
)
from sandbox.slack.limits.rules import Rule, also, anything, boolean, choice, many, needs_one_of, number, record, string

_ACT: dict[str, Rule] = {"action_id": ACTION_ID}
_HINTED: dict[str, Rule] = {**_ACT, "placeholder": plain(150), "focus_on_load": boolean}
_ASKING: dict[str, Rule] = {**_HINTED, "confirm": CONFIRM}
_IDS = many(string(255, 1), 1000, 0)
_OPTIONS: dict[str, Rule] = {"options": many(OPTION, 100), "option_groups": many(GROUP, 100)}
_ONE_SOURCE = needs_one_of("options", "option_groups", only=True)


def _element(required: dict[str, Rule] | None = None, optional: dict[str, Rule] | None = None) -> Rule:
    return record({"type": TYPE, **(required or {})}, optional)


def _select(initial: str, rule: Rule, **more: Rule) -> Rule:
    return _element(None, {**_ASKING, initial: rule, **more})


def _multi(initial: str, rule: Rule, **more: Rule) -> Rule:
    return _select(initial, rule, max_selected_items=number(1), **more)


def _typed(**more: Rule) -> Rule:
    return _element(None, {**_HINTED, "initial_value": string(3000), "dispatch_action_config": DISPATCH, **more})


_RADIO = _element(
    {"options": many(RICH_OPTION, 10)},
    {**_ACT, "initial_option": RICH_OPTION, "confirm": CONFIRM, "focus_on_load": boolean},
)
_CHECK = _element(
    {"options": many(RICH_OPTION, 10)},
    {**_ACT, "initial_options": many(RICH_OPTION, 10), "confirm": CONFIRM, "focus_on_load": boolean},
)
_STYLE = choice("primary", "danger")
_LABEL = string(75)
_CONVERSATIONS: dict[str, Rule] = {"default_to_current_conversation": boolean, "filter": FILTER}
_THUMB = record({"text": plain(75), "value": string(2000)}, {"accessibility_label": _LABEL})

ELEMENTS: dict[str, Rule] = {
    "button": _element(
        {"text": plain(75)},
        {
            **_ACT,
            "url": string(3000),
            "value": string(2000),
            "style": _STYLE,
            "confirm": CONFIRM,
            "accessibility_label": _LABEL,
            "agent_prompt": string(4000),
        },
    ),
    "workflow_button": _element(
        {"text": plain(75), "workflow": anything}, {**_ACT, "style": _STYLE, "accessibility_label": _LABEL}
    ),
    "static_select": also(
        _select("initial_option", OPTION, **_OPTIONS), _ONE_SOURCE, distinct_values, initial_among_options
    ),
    "multi_static_select": also(
        _multi("initial_options", many(OPTION, 100), **_OPTIONS), _ONE_SOURCE, distinct_values, initial_among_options
    ),
    "external_select": _select("initial_option", OPTION, min_query_length=number(0)),
    "multi_external_select": _multi("initial_options", many(OPTION, 100), min_query_length=number(0)),
    "users_select": _select("initial_user", string(255, 1)),
    "multi_users_select": _multi("initial_users", _IDS),
    "channels_select": _select("initial_channel", string(255, 1), response_url_enabled=boolean),
    "multi_channels_select": _multi("initial_channels", _IDS),
    "conversations_select": _select(
        "initial_conversation", string(255, 1), response_url_enabled=boolean, **_CONVERSATIONS
    ),
    "multi_conversations_select": _multi("initial_conversations", _IDS, **_CONVERSATIONS),
    "overflow": also(_element({"options": many(OPTION, 5)}, {**_ACT, "confirm": CONFIRM}), distinct_values),
    "radio_buttons": also(_RADIO, distinct_values, initial_among_options),
    "checkboxes": also(_CHECK, distinct_values, initial_among_options),
    "datepicker": _element(None, {**_ASKING, "initial_date": string(10, 10)}),
    "timepicker": _element(None, {**_ASKING, "initial_time": string(5, 5), "timezone": string(100)}),
    "datetimepicker": _element(
        None, {**_ACT, "initial_date_time": number(10**9), "confirm": CONFIRM, "focus_on_load": boolean}
    ),
    "plain_text_input": _typed(multiline=boolean, min_length=number(0, 3000), max_length=number(1, 3000)),
    "email_text_input": _typed(),
    "url_text_input": _typed(),
    "number_input": also(
        record(
            {"type": TYPE, "is_decimal_allowed": boolean},
            {
                **_HINTED,
                "initial_value": string(100),
                "min_value": string(100),
                "max_value": string(100),
                "dispatch_action_config": DISPATCH,
            },
        )
    ),
    "rich_text_input": _element(
        None,
        {
            **_HINTED,
            "initial_value": anything,
            "dispatch_action_config": DISPATCH,
            "min_lines": number(1, 100),
            "max_lines": number(1, 100),
        },
    ),
    "file_input": _element(None, {**_ACT, "filetypes": many(string(50, 1), 100), "max_files": number(1, 10)}),
    "image": also(
        _element({"alt_text": string(2000, 1)}, {"image_url": string(3000, 1), "slack_file": SLACK_FILE}),
        needs_one_of("image_url", "slack_file", only=True),
    ),
    "feedback_buttons": _element({"positive_button": _THUMB, "negative_button": _THUMB}, _ACT),
    "icon_button": _element(
        {"icon": choice("trash"), "text": plain(75)},
        {
            **_ACT,
            "value": string(2000),
            "confirm": CONFIRM,
            "accessibility_label": _LABEL,
            "visible_to_user_ids": many(string(255, 1), 10),
        },
    ),
    "url": _element({"url": string(3000, 1), "text": string(3000, 1)}),
    "plain_text": text(3000, "plain_text"),
    "mrkdwn": text(3000, "mrkdwn"),
}

SELECTS = (
    "static_select",
    "external_select",
    "users_select",
    "channels_select",
    "conversations_select",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_channels_select",
    "multi_conversations_select",
)
PICKERS = ("datepicker", "timepicker", "datetimepicker", "radio_buttons", "checkboxes")
PRESSED = ("button", "workflow_button", "overflow")
TYPED = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input")
