"""Words from outside never become formatting, and a cut never leaves a mark half open."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.mrkdwn import bold, code, cut, escape, link, moment


def test_a_title_cannot_call_the_channel() -> None:
    assert escape("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"
    assert "<!" not in bold("<!here>") + code("<!here>")


def test_a_star_or_backtick_in_a_title_does_not_end_the_mark() -> None:
    assert bold("M*A*S*H") == "*MASH*"
    assert code("a`b") == "`a'b`"


def test_a_link_cannot_be_broken_out_of() -> None:
    assert link("https://x/?a=1|2>", "a|b") == "<https://x/?a=1%7C2%3E|a/b>"


def test_a_moment_is_in_the_reader_s_zone_with_utc_for_those_who_cannot_see_that() -> None:
    at = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    assert moment(at) == f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|2026-03-01 12:30 UTC>"


@given(st.text(alphabet="a<>&|`;@ \n", max_size=900), st.integers(1, 800))
def test_a_cut_is_within_its_limit_and_leaves_nothing_half_open(words: str, limit: int) -> None:
    shorter = cut(escape(words), limit)
    assert len(shorter) <= limit
    head = shorter.split(" … (")[0].removesuffix("…")
    if len(escape(words)) > limit and limit >= 300:
        assert not head.endswith(("&", "&l", "&lt", "&g", "&gt", "&a", "&am", "&amp"))


def test_a_code_block_that_is_cut_is_closed() -> None:
    assert cut("```" + "x" * 5000, 3000).count("```") == 2
