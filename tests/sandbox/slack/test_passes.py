import pytest

from sandbox.slack.passes import Passes
from sandbox.slack.timing import Timing
from sandbox.slack.wire import SlackError
from tests.sandbox.slack.conftest import Wall


def test_a_response_url_works_five_times() -> None:
    passes = Passes(Timing(now=Wall()))
    key = passes.grant_hook("U0ONCALL", "C0ALERTS")
    assert [passes.spend_hook(key).channel for _ in range(5)] == ["C0ALERTS"] * 5
    with pytest.raises(SlackError, match="used_url"):
        passes.spend_hook(key)


def test_a_response_url_dies_after_half_an_hour() -> None:
    wall = Wall()
    passes = Passes(Timing(now=wall))
    key = passes.grant_hook("U0ONCALL", "C0ALERTS")
    wall.at += 29 * 60
    passes.spend_hook(key)
    wall.at += 2 * 60
    with pytest.raises(SlackError, match="expired_url"):
        passes.spend_hook(key)
