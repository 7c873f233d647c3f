"""P01 low-ranked choices."""

from checks.members.low_ranked import LOW, LowRankedChoices
from tests.checks.fakes import FakeHistory, a_judge, a_schema, daily, wobble


def test_p01_stays_quiet_while_people_choose_as_ever() -> None:
    assert (
        LowRankedChoices().findings(a_schema(), FakeHistory([daily(LOW, wobble(0.2, 30, 0.1), 300)]), a_judge()) == []
    )


def test_p01_fires_when_choices_were_not_foreseen() -> None:
    series = daily(LOW, [*wobble(0.2, 29, 0.1), 0.6], 300)
    (finding,) = LowRankedChoices().findings(a_schema(), FakeHistory([series]), a_judge())
    assert finding.direction == "up"
    assert "60 % of choices were ranked below 10 or not retrieved, usually 21 %" in finding.words
