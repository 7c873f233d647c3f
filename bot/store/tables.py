"""Every table the bot keeps. `table=True` models do not validate: what enters is checked at the edge.

JSON columns are replaced whole, never changed in place (SQLAlchemy would not notice). All times are aware UTC.
Everything that must happen once has a unique key; everything that must not be lost is a row before it is done.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def json_column() -> Any:
    """A fresh JSON column (SQLAlchemy columns cannot be shared between tables)."""
    return Column(JSON, nullable=False)


class SliceName(SQLModel, table=True):
    """A slice that something was measured in, so that a block of measurements can name it by number."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)  # checks.base.Slice.key


class Block(SQLModel):
    """A block of measurements, whatever stretch of time it is of; its arrays are as bot.detection.packing packs them.

    The small columns come first: SQLite then reads them without walking through the arrays.
    """

    id: int | None = Field(default=None, primary_key=True)
    measure: str
    window_start: datetime
    window_end: datetime
    kind: str = ""  # checks.base.Kind; "" where an older version did not write it down
    slices: int = 0  # how many, beside everyone
    everyone: bool = False  # whether there is a measurement over everyone ...
    valued: bool = False  # ... with a value ...
    rows: int = 0  # ... and what it rests on
    bins: int = 0  # of each histogram; 0: numbers
    ids: bytes  # of the slices (SliceName)
    n: bytes
    values: bytes  # one for each slice, or `bins` for each; NaN where there was no data


class Measurements(Block, table=True):
    """One measure in one window, in every slice: written once, judged many times."""

    __table_args__ = (UniqueConstraint("measure", "window_start", "window_end"),)


class WeeklyMeasurements(Block, table=True):
    """What is left of one measure in one week (from Monday, local time) once its windows are no longer kept."""

    __table_args__ = (UniqueConstraint("measure", "window_start"),)


class Edges(SQLModel, table=True):
    """The histogram edges of a column, learned once on a sample so that windows stay comparable."""

    column: str = Field(primary_key=True)
    edges: list[float] = Field(sa_column=json_column())
    learned_at: datetime


class ToldApart(SQLModel, table=True):
    """The only values of a slice column that are told apart, where it has too many: the same after a restart."""

    column: str = Field(primary_key=True)
    values: list[str] = Field(sa_column=json_column())
    learned_at: datetime


class CheckRun(SQLModel, table=True):
    """One check over one window: who runs it is decided by this row, what came of it is told by it."""

    __table_args__ = (UniqueConstraint("code", "window_start", "window_end"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str
    window_start: datetime
    window_end: datetime
    outcome: str  # claimed | quiet | finding | warming-up | no-data | not-applicable | failed
    words: str = ""  # why, for the outcomes that need a reason
    findings: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_column())
    at: datetime
    lease_until: datetime | None = None  # a claimed run older than this may be claimed again


class Incident(SQLModel, table=True):
    """One cause of trouble, with one thread."""

    id: int | None = Field(default=None, primary_key=True)
    fingerprint: str = Field(index=True)
    open_key: str | None = Field(default=None, unique=True)  # the fingerprint while not resolved, else None
    state: str  # open | acknowledged | mitigated | resolved
    severity: int  # checks.base.Severity
    title: str
    cause: str  # the first guess, replaced by the diagnosis' verdict
    cause_class: str = "unknown"  # set-up | systems | inputs | model | unknown
    subject: str  # what the leading finding is about: "feature:genre_affinity"
    slice: str = ""
    codes: list[str] = Field(default_factory=list, sa_column=json_column())
    findings: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_column())
    impact: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    owner: str = ""  # team_id:user_id of who acknowledged it
    onset: datetime  # when it began, as far as known
    detected_at: datetime  # when the bot noticed
    last_seen_at: datetime  # the end of the last window in which it was still seen
    clean_windows: int = 0
    acknowledged_at: datetime | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None
    reopened: int = 0
    snoozed_until: datetime | None = None
    not_an_issue: bool = False
    channel: str = ""  # where its thread is; the card's ts is in the outbox under card_key
    version: int = 1  # a click carries the version it saw; a stale click changes nothing

    @property
    def card_key(self) -> str:
        """The outbox key of its card."""
        return f"incident:{self.id}:card"


class TimelineEntry(SQLModel, table=True):
    """Something that happened to an incident, once."""

    __table_args__ = (UniqueConstraint("incident_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", index=True)
    key: str  # unique within the incident: writing it twice is writing it once
    at: datetime
    kind: (
        str  # opened | joined | acknowledged | diagnosed | hotfix-... | snoozed | mitigated | resolved | reopened | ...
    )
    who: str = "recsysops"  # team_id:user_id, or the bot
    words: str = ""
    data: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())


UNSENT = ("waiting", "sending")  # states of a message that is still to be sent
IN_FORCE = ("applied", "verified", "not-verified")  # states of a hotfix that serving obeys


class OutboxMessage(SQLModel, table=True):
    """Something to say in Slack: a row first, sent later, never lost and never said twice."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)  # stable: saying the same thing twice is one row
    kind: str  # post | edit | picture | whisper | update_view | home
    channel: str = ""
    thread_key: str | None = None  # the key of the post whose thread it goes to
    thread_ts: str | None = None  # or a thread of somebody else's
    target_key: str | None = Field(default=None, index=True)  # edit: the key of the post to edit
    body: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    state: str = Field(default="waiting", index=True)  # waiting | sending | sent | superseded | failed
    priority: int = 1  # 0 goes first: answers to people
    attempts: int = 0
    not_before: datetime
    created_at: datetime
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    ts: str | None = Field(default=None, index=True)  # Slack's name of the message, once sent
    sent_channel: str | None = None  # the channel's id, as Slack answered it
    error: str = ""


class InboxMessage(SQLModel, table=True):
    """Something a person asked for: a row within the acknowledgement, worked on afterwards, once."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)  # event id, trigger id or action ts: a redelivery is the same row
    kind: str  # command | mention | action | view | home | message
    body: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    state: str = Field(default="waiting", index=True)  # waiting | working | done | failed
    attempts: int = 0
    received_at: datetime
    lease_until: datetime | None = None
    done_at: datetime | None = None
    error: str = ""


class Hotfix(SQLModel, table=True):
    """One hotfix from preview to undo; the audit trail is in AuditEntry."""

    id: int | None = Field(default=None, primary_key=True)
    kind: str  # "rollback model"
    params: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    incident_id: int | None = Field(default=None, foreign_key="incident.id", index=True)
    state: (
        str  # requested | approved | applied | verified | not-verified | undone | expired | refused | lapsed | failed
    )
    requested_by: str = ""  # team_id:user_id
    decided_by: str = ""  # approver or refuser, never the requester
    preview: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    verification: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    override_id: str | None = Field(default=None, unique=True)
    channel: str = ""
    thread_key: str | None = None
    thread_ts: str | None = None
    created_at: datetime
    applied_at: datetime | None = None
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    version: int = 1


class AuditEntry(SQLModel, table=True):
    """Who did what to production, when and with what right. Only ever added to."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    who: str
    did: str  # requested | approved | refused | applied | verified | undone | expired | lapsed | failed | denied
    what: str
    hotfix_id: int | None = Field(default=None, foreign_key="hotfix.id", index=True)
    data: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())


class KnownIssue(SQLModel, table=True):
    """A kind of fire that has burned before: how it looks, what it was, what puts it out."""

    id: int | None = Field(default=None, primary_key=True)
    title: str
    signature: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    cause: str
    cause_class: str = "unknown"
    fix: str = ""
    long_term_fix: str = ""
    seen: int = 1
    first_seen_at: datetime
    last_seen_at: datetime


class Resolution(SQLModel, table=True):
    """How one incident ended, in the words of who closed it. The catalogue grows from these."""

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", unique=True)
    known_issue_id: int | None = Field(default=None, foreign_key="knownissue.id", index=True)
    cause: str
    cause_class: str = "unknown"
    fix: str  # what fixed it: a hotfix kind, or free text
    fix_worked: bool = True
    long_term_fix: str = ""
    detect_faster: str = ""
    predict: str = ""
    diagnose_faster: str = ""
    resolved_by: str = ""
    at: datetime


class Heartbeat(SQLModel, table=True):
    """When each of the bot's own loops last came round: a silent loop is not a healthy one."""

    loop: str = Field(primary_key=True)
    at: datetime


class LaunchPrediction(SQLModel, table=True):
    """What was expected of a launch at a moment, by a version of the model; later, what came of it."""

    __table_args__ = (UniqueConstraint("item_id", "as_of", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: str = Field(index=True)
    launches_at: datetime
    as_of: datetime  # nothing later was looked at
    made_at: datetime
    version: str  # of the ranking model
    looked_back: bool = False  # made after the launch, from what was there as_of: to learn from
    top: int
    value: float | None = None  # share of requests; None where too few launches were known
    low: float | None = None
    high: float | None = None
    usual: float | None = None
    launches: int = 0
    rank: float  # what shadow scoring said
    lost: float
    score: float
    kept_out: dict[str, float] = Field(default_factory=dict, sa_column=json_column())  # share of requests by reason
    missing: list[str] = Field(default_factory=list, sa_column=json_column())
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())  # the catalogue's, as_of
    voided_at: datetime | None = None
    void_reason: str = ""
    outcome: float | None = None  # share of requests on its launch day
    scored_at: datetime | None = None
