"""A title's health as a launch manager reads it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from bot.cards.actions import CHOOSE_ITEM
from bot.cards.item import choices_said, item_said, item_to_json
from bot.diagnosis.item_health import Choices, ItemHealth
from bot.slack.charts import Comparable
from bot.slack.messages import Said
from bot.store.tables import Incident

NOW = datetime(2026, 3, 14, 6, 0, tzinfo=UTC)
SICK = ItemHealth(
    item={"item_id": "33", "title": "Love & <War>", "launch_date": NOW},
    healthy=False,
    headline="Love & <War> is not shown at all: people see it 0 times a day.",
    reasons=("It has no artwork in the catalogue.",),
    how_to_fix=("Ask the catalogue team to add the artwork.",),
    comparables=tuple(Comparable(str(n), f"Title {n}", (10.0, 12.0)) for n in range(7)),
    exposure=0.0,
    expected=(12.0, 8.0, 20.0),
    launch_day=3,
    picture=None,
    fresh_at=NOW,
)


def words(said: Said) -> str:
    return json.dumps(said.blocks, ensure_ascii=False)


def test_it_says_healthy_or_not_why_not_and_what_to_do_in_that_order() -> None:
    text = words(item_said(SICK))
    assert text.index(":red_circle:") < text.index("*Why*") < text.index("*What to do*") < text.index("*Comparable")


def test_titles_are_escaped() -> None:
    said = item_said(SICK)
    assert "Love &amp; &lt;War&gt;" in said.text
    assert "<War>" not in json.dumps([block for block in said.blocks if block["type"] != "header"])


def test_it_says_how_fresh_the_numbers_are_and_how_long_ago_the_launch() -> None:
    text = words(item_said(SICK))
    assert f"<!date^{int(NOW.timestamp())}^" in text
    assert "Launched 3 days ago." in text


def test_open_incidents_are_listed_with_an_end() -> None:
    open_ones = [
        Incident(id=n, fingerprint="f", state="open", severity=2, title=f"Trouble {n}", cause="", subject="",
                 onset=NOW, detected_at=NOW, last_seen_at=NOW)
        for n in range(7)
    ]  # fmt: skip
    text = words(item_said(SICK, open_ones))
    assert "Trouble 4" in text
    assert "Trouble 5" not in text
    assert "2 more" in text
    assert "No open incident touches it." in words(item_said(SICK))


def test_several_titles_are_offered_in_one_menu() -> None:
    items = tuple({"item_id": str(n), "title": f"{'Long ' * 30}{n}"} for n in range(10))
    said = choices_said(Choices("long", items))
    (menu,) = said.blocks[1]["elements"]
    assert menu["action_id"] == CHOOSE_ITEM
    assert [option["value"] for option in menu["options"]] == [str(n) for n in range(10)]
    assert all(len(option["text"]["text"]) <= 75 for option in menu["options"])
    assert "Which one do you mean?" in said.text


def test_scripts_get_the_health_or_the_choices() -> None:
    made = json.loads(json.dumps(item_to_json(SICK)))
    assert made["healthy"] is False
    assert made["expected"] == {"usual": 12.0, "low": 8.0, "high": 20.0}
    assert made["fresh_at"] == "2026-03-14T06:00:00+00:00"
    assert item_to_json(Choices("x", ({"item_id": "1"},))) == {"asked": "x", "choices": [{"item_id": "1"}]}


def test_json_names_the_open_incidents_that_touch_it() -> None:
    about = Incident(id=4, fingerprint="f", state="open", severity=2, title="Trouble", cause="", subject="",
                     onset=NOW, detected_at=NOW, last_seen_at=NOW)  # fmt: skip
    assert item_to_json(SICK, [about])["incidents"] == [4]
    assert item_to_json(SICK)["incidents"] == []
