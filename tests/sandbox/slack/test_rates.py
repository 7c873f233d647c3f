import pytest

from sandbox.slack.rates import PER_CHANNEL_BURST, Rates
from sandbox.slack.wire import RateLimited
from tests.sandbox.slack.conftest import Wall


def post(rates: Rates, channel: str = "C0ALERTS") -> None:
    rates.spend("chat.postMessage", 600, channel)


def test_a_channel_takes_one_message_a_second_after_a_short_burst() -> None:
    wall = Wall()
    rates = Rates(wall, enforced=True)
    for _ in range(PER_CHANNEL_BURST):
        post(rates)
    with pytest.raises(RateLimited) as limited:
        post(rates)
    assert limited.value.retry_after == 1
    post(rates, "C0LAUNCH")  # another channel has its own second
    wall.at += 1
    post(rates)


def test_a_method_has_its_tier_each_minute_and_fills_up_steadily() -> None:
    wall = Wall()
    rates = Rates(wall, enforced=True)
    for _ in range(50):
        rates.spend("chat.update", 50, "C0ALERTS")
    with pytest.raises(RateLimited) as limited:
        rates.spend("chat.update", 50, "C0ALERTS")
    assert limited.value.retry_after == 2
    wall.at += 1.2
    rates.spend("chat.update", 50, "C0ALERTS")


def test_without_limits_nobody_waits() -> None:
    rates = Rates(Wall(), enforced=False)
    for _ in range(1000):
        post(rates)
