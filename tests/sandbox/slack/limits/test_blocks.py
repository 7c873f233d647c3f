"""The limits are Slack's: what the block library builds passes, and one step past each limit does not."""

from typing import Any

import pytest
import slackblocks as sb

from sandbox.slack.limits.surfaces import block_problems
from tests.sandbox.slack.conftest import actions, button, plain, section, text_input

Block = dict[str, Any]


def problems(*blocks: Block, surface: str = "message") -> list[str]:
    return block_problems(list(blocks), surface, lambda file: file == "F0KNOWN")


def option(value: str = "a") -> Block:
    return {"text": plain("A"), "value": value}


def select(*options: Block) -> Block:
    return {"type": "static_select", "action_id": "s", "options": list(options)}


def context(*elements: Block) -> Block:
    return {"type": "context", "elements": list(elements)}


def table(rows: int, columns: int) -> Block:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows}


def data_table(rows: int = 2, **more: Any) -> Block:
    cells = [[{"type": "raw_text", "text": "x"}]] * rows
    return {"type": "data_table", "caption": "Coverage", "rows": cells, **more}


def chart(labels: int = 2, **more: Any) -> Block:
    points = [{"label": str(n), "value": n} for n in range(labels)]
    axis = {"categories": [str(n) for n in range(labels)]}
    drawn = {"type": "line", "series": [{"name": "now", "data": points}], "axis_config": axis}
    return {"type": "data_visualization", "title": "Coverage", "chart": drawn, **more}


def image(**more: Any) -> Block:
    return {"type": "image", "alt_text": "a line", **more}


WITHIN = [
    section("x" * 3000),
    {"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2000}] * 10},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider"},
    context(*[plain("x")] * 10),
    actions(*[button(f"b{n}") for n in range(25)]),
    actions(button(text=plain("x" * 75), value="x" * 2000, style="danger")),
    actions(select(*[option(str(n)) for n in range(100)])),
    {**section(), "block_id": "x" * 255},
    {**section(), "accessory": {"type": "overflow", "action_id": "o", "options": [option(str(n)) for n in range(5)]}},
    image(image_url="https://example.org/a.png"),
    image(slack_file={"id": "F0KNOWN"}),
    {"type": "markdown", "text": "x" * 12_000},
    table(100, 20),
    data_table(201, page_size=100),
    chart(20),
    actions({**select(option()), "initial_option": option()}),
    {**table(1, 2), "column_settings": [None, {"align": "right"}]},
    text_input(),
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]},
]

BEYOND = [
    (section("x" * 3001), "must be less than 3001 characters"),
    (section(""), "must be more than 0 characters"),
    ({"type": "section"}, "must have one of text, fields"),
    ({"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11}, "no more than 10 items allowed"),
    ({"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}, "must be less than 2001 characters"),
    ({"type": "header", "text": plain("x" * 151)}, "must be less than 151 characters"),
    ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "unsupported type: mrkdwn"),
    (context(*[plain("x")] * 11), "no more than 10 items allowed"),
    (context(), "no less than 1 items allowed"),
    (actions(*[button(f"b{n}") for n in range(26)]), "no more than 25 items allowed"),
    (actions(button(text=plain("x" * 76))), "must be less than 76 characters"),
    (actions(button(value="x" * 2001)), "must be less than 2001 characters"),
    (actions(button(style="default")), "is not one of primary, danger"),
    (actions(button("x" * 256)), "must be less than 256 characters"),
    (actions(button(), button()), "action_id `go` already exists"),
    (actions(button(colour="red")), "invalid additional property: colour"),
    (actions(button(confirm={"title": plain("x")})), "missing required field: text"),
    (actions(select(*[option(str(n)) for n in range(101)])), "no more than 100 items allowed"),
    (actions(select(option("x" * 151))), "must be less than 151 characters"),
    (actions(select(option(), option())), "option values must be unique"),
    (actions({**select(option()), "initial_option": option("z")}), "the initial option must be one of the options"),
    (actions({"type": "static_select", "action_id": "s"}), "must have one of options, option_groups"),
    ({**section(), "block_id": "x" * 256}, "must be less than 256 characters"),
    ({**section(), "colour": "red"}, "invalid additional property: colour"),
    (
        {**section(), "accessory": {"type": "overflow", "options": [option(str(n)) for n in range(6)]}},
        "no more than 5 items",
    ),
    ({**section(), "accessory": {"type": "plain_text_input"}}, "unsupported type: plain_text_input"),
    (image(), "must have one of image_url, slack_file"),
    (image(slack_file={"id": "F0STRANGE"}), "invalid slack file: F0STRANGE"),
    ({"type": "image", "image_url": "https://example.org/a.png"}, "missing required field: alt_text"),
    (image(image_url="x", alt_text="x" * 2001), "must be less than 2001 characters"),
    ({"type": "markdown", "text": "x" * 12_001}, "must be less than 12001 characters"),
    (table(101, 1), "no more than 100 items allowed"),
    (table(1, 21), "no more than 20 items allowed"),
    (data_table(202), "no more than 201 items allowed"),
    (data_table(1), "no less than 2 items allowed"),
    (data_table(page_size=101), "must be between 1 and 100"),
    ({"type": "data_table", "rows": [[{"type": "raw_text", "text": "x"}]] * 2}, "missing required field: caption"),
    (chart(21), "no more than 20 items allowed"),
    (chart(title="x" * 51), "must be less than 51 characters"),
    ({"type": "alert", "text": plain("x")}, "unsupported type: alert"),
    ({"type": "sparkline"}, "unsupported type: sparkline"),
    ({"type": "task_card", "task_id": "1", "title": "x", "status": "pending"}, "only tasks of a plan can be pending"),
]


@pytest.mark.parametrize("block", WITHIN, ids=lambda b: str(b["type"]))
def test_a_block_at_its_limit_passes(block: Block) -> None:
    assert problems(block) == []


@pytest.mark.parametrize(("block", "said"), BEYOND, ids=lambda b: str(b)[:40])
def test_one_step_past_a_limit_is_refused(block: Block, said: str) -> None:
    assert any(said in problem for problem in problems(block)), problems(block)


def test_fifty_blocks_make_a_message_and_a_hundred_a_modal() -> None:
    divider = {"type": "divider"}
    assert problems(*[divider] * 50) == []
    assert problems(*[divider] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]
    assert problems(*[divider] * 100, surface="modal") == []
    assert problems(*[divider] * 101, surface="home") == ["no more than 100 items allowed [json-pointer:/blocks]"]


def test_two_blocks_cannot_share_an_id_but_two_rows_can_share_action_ids() -> None:
    assert problems(actions(button()), actions(button(), block_id="other")) == []
    assert problems(actions(button()), actions(button())) == ["block_id `row` already exists [json-pointer:/blocks]"]


def test_a_third_chart_is_one_too_many() -> None:
    assert problems(chart(), chart()) == []
    assert "no more than 2 data_visualization blocks allowed [json-pointer:/blocks]" in problems(
        chart(), chart(), chart()
    )


def test_a_series_must_have_a_point_for_every_category() -> None:
    lame = chart()
    lame["chart"]["series"][0]["data"].pop()
    assert any("one point for every category" in p for p in problems(lame))


def test_an_alert_belongs_into_a_modal() -> None:
    assert problems({"type": "alert", "text": plain("x"), "level": "warning"}, surface="modal") == []


def test_things_that_are_no_blocks_at_all_are_refused_and_not_crashed_on() -> None:
    for nonsense in (
        {"type": ["section"]},
        {},
        {"type": "section", "text": "bare"},
        {"type": "actions", "elements": {}},
    ):
        assert problems(nonsense)
    assert block_problems({"type": "section"}, "message", bool) == ["must be an array [json-pointer:/blocks]"]


def built() -> list[sb.Block]:
    axis = sb.AxisConfig(categories=["a", "b"], y_label="plays")
    series = [sb.DataSeries(name="now", data=[sb.DataPoint("a", 1), sb.DataPoint("b", 2.5)])]
    return [
        sb.SectionBlock("*x*", fields=["a", "b"], accessory=sb.Button("Go", action_id="go", value="1", style="danger")),
        sb.HeaderBlock("Coverage fell"),
        sb.DividerBlock(),
        sb.ContextBlock([sb.Markdown("a"), sb.Image(image_url="https://example.org/a.png", alt_text="a")]),
        sb.ActionsBlock(
            [sb.Button("Go", action_id="go"), sb.StaticSelectMenu("s", [sb.Option(sb.PlainText("A"), "a")])]
        ),
        sb.ImageBlock("https://example.org/a.png", alt_text="a", title="t"),
        sb.TableBlock(rows=[[sb.RawText("a"), sb.RawText("b")]], column_settings=[sb.ColumnSettings(align="right")]),
        sb.DataTableBlock(rows=[[sb.RawText("a")], [sb.RawNumber(1.5, "1.5")]], caption="c", page_size=10),
        sb.DataVisualizationBlock("t", sb.LineChart(series, axis)),
        sb.DataVisualizationBlock("t", sb.PieChart([sb.ChartSegment("a", 1)])),
        sb.MarkdownBlock("**x**"),
        sb.RichTextBlock(sb.RichTextSection([sb.RichText("x", bold=True)])),
        sb.ContextActionsBlock([sb.FeedbackButtons(sb.FeedbackButton("Yes", "1"), sb.FeedbackButton("No", "0"), "f")]),
        sb.PlanBlock("Plan", [sb.TaskCardBlock("1", "Look", status="pending")]),
        sb.InputBlock("Why?", sb.PlainTextInput("why", multiline=True, max_length=300), hint="h", optional=True),
    ]


@pytest.mark.parametrize("block", built(), ids=lambda b: type(b).__name__)
def test_what_the_block_library_builds_passes(block: sb.Block) -> None:
    assert problems(block._resolve()) == []
