import pytest

from sandbox.slack.escaping import store_app_text, typed_text
from sandbox.slack.people import PEOPLE, found_channels


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("ask @recsysops please", "ask <@U0BOT> please"),
        ("see #launches", "see <#C0LAUNCH|launches>"),
        ("<@U0MLLEAD> is only text", "&lt;@U0MLLEAD&gt; is only text"),
        ("mail me@oncall", "mail me@oncall"),
        ("read https://example.org/a?b=1&c=2", "read <https://example.org/a?b=1&amp;c=2>"),
        ("@nobody", "@nobody"),
    ],
)
def test_what_a_person_types_is_escaped_first_and_formatted_after(typed: str, stored: str) -> None:
    assert typed_text(typed, PEOPLE, found_channels()) == stored


def test_a_command_that_asks_for_escaping_gets_names_with_the_ids() -> None:
    assert typed_text("@lead", PEOPLE, found_channels(), named=True) == "<@U0MLLEAD|lead>"


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("<@U0ONCALL> look", "<@U0ONCALL> look"),
        ("<https://example.org|here> & there", "<https://example.org|here> &amp; there"),
        ("already &lt;safe&gt; &amp; sound", "already &lt;safe&gt; &amp; sound"),
        ("<script>alert()</script>", "&lt;script&gt;alert()&lt;/script&gt;"),
        ("<!here> 1 < 2", "<!here> 1 &lt; 2"),
        ("<!date^1^{time}|now>", "<!date^1^{time}|now>"),
    ],
)
def test_an_apps_references_survive_and_everything_else_is_escaped(sent: str, stored: str) -> None:
    assert store_app_text(sent) == stored
