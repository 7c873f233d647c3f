"""The worker that says what the outbox holds: each message once, threads in order, at Slack's pace."""

from __future__ import annotations

from datetime import timedelta

import structlog
from slack_sdk import WebClient
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock, SystemClock
from bot.slack.claims import Claimed, Claims, Overtaken
from bot.slack.client import SlackFailed
from bot.slack.delivery import Delivery
from bot.slack.messages import Place, Said
from bot.slack.outbox import Outbox
from bot.slack.pacing import LONGEST, Pacer, back_off
from bot.slack.posting import Sent, is_about_channel
from bot.store.sessions import Store

PATIENCE = timedelta(days=1)
FLEETING = ("home", "update_view")  # drawn anew when somebody looks again: not worth trying for ever
TRIES = 6


class Sender:
    """Call `send_due` in a loop. Several senders on one store take turns; a crash in any of them loses nothing.

    `clock` is the product's (a replay's may jump by days) and stamps what was sent; `wall` is real time and decides
    pace, leases, back-off and Slack's own Retry-After. `pace`: seconds between two posts in one channel.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        client: WebClient,
        *,
        fallback_channel: str = "",
        pace: float = 1.0,
        wall: Clock | None = None,
    ) -> None:
        wall = wall or SystemClock()
        self._store = store
        self._wall = wall
        self._outbox = Outbox(clock)
        self._fallback = fallback_channel
        self._claims = Claims(store, clock, wall)
        self._pacer = Pacer(wall, pace)
        self._delivery = Delivery(store, client, self._claims, fallback_channel)
        self._log = structlog.get_logger("slack")

    def send_due(self, limit: int = 50) -> int:
        """Send what is due now, at most `limit` messages; returns how many were. Never raises for Slack's failures."""
        sent = 0
        for _ in range(limit):
            claimed = None if self._pacer.is_down else self._claims.take_next(self._pacer.may_go)
            if claimed is None:
                break
            sent += self._send(claimed)
        return sent

    def _send(self, claimed: Claimed) -> int:
        try:
            sent = self._delivery.deliver(claimed)
        except SlackFailed as failed:
            self._take_failure(claimed, failed)
            return 0
        except Overtaken:
            return 0
        except DBAPIError as error:  # the store, not the message: the lease brings it back, to be looked for first
            self._log.warning("message left for later", key=claimed.row.key, reason=str(error.orig))
            return 0
        except Exception as error:  # one message that cannot even be built must not stop all the others
            self._log.error("message could not be built", key=claimed.row.key, exc_info=error)
            self._claims.give_up(claimed, f"{type(error).__name__}: {error}")
            return 0
        self._claims.settle(claimed, sent.ts, sent.channel)
        self._pacer.went(_lane(claimed))
        if sent.moved_from:
            self._notify_operator(sent)
        return 1

    def _take_failure(self, claimed: Claimed, failed: SlackFailed) -> None:
        facts = {"key": claimed.row.key, "reason": failed.reason, "attempt": claimed.row.attempts}
        overdue = claimed.row.kind in FLEETING and claimed.row.attempts >= TRIES
        if overdue or (failed.permanent and not self._may_be_invited(claimed, failed)):
            self._log.error("message given up", **facts)
            self._claims.give_up(claimed, failed.reason)
            return
        self._log.warning("message put back", **facts)
        wait = back_off(claimed.row.attempts)
        if failed.retry_after is not None:
            wait = timedelta(seconds=failed.retry_after)
            self._pacer.pause(_lane(claimed), wait)
        elif failed.permanent:
            wait = LONGEST
            self._pacer.pause(_lane(claimed), wait)
        elif failed.unsure or failed.reason.startswith("connection"):
            self._pacer.could_not_reach()
        self._claims.put_back(claimed, wait, failed.reason, failed.unsure or claimed.unsure)

    def _may_be_invited(self, claimed: Claimed, failed: SlackFailed) -> bool:
        """For a day a message waits for its channel: most often somebody only forgot to invite the bot."""
        waited = self._wall.now().timestamp() - float(claimed.row.body["tried_at"])
        return is_about_channel(failed) and waited < PATIENCE.total_seconds()

    def _notify_operator(self, sent: Sent) -> None:
        """Once a day and channel: whoever runs the bot must name another channel."""
        words = (
            f"I can no longer post in <#{sent.moved_from}> ({sent.refused_by}). Until [slack] channel in "
            "recsysops.toml names another one, or I am invited there again, everything meant for it comes here."
        )
        key = f"notice:{sent.moved_from}:{self._wall.now():%Y-%m-%d}"
        with self._store.session() as session:
            self._outbox.post(session, key, Place(self._fallback), Said(words), priority=0)


def _lane(claimed: Claimed) -> str:
    row = claimed.row
    return f"channel:{row.channel}" if row.kind in ("post", "picture") else row.kind
