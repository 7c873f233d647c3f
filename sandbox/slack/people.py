"""Who is in the workspace and where they talk: people by role, three channels, one bot."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.slack.wire import Json

TEAM_ID = "T0RECSYS"
APP_ID = "A0RECOPS"
BOT_USER = "U0BOT"
BOT_ID = "B0BOT"
TEAM: Json = {"id": TEAM_ID, "name": "Sandbox", "domain": "sandbox"}


@dataclass(frozen=True)
class Person:
    """Someone who can post, command, click and submit."""

    id: str
    handle: str
    name: str
    roles_hint: str = ""
    is_bot: bool = False
    is_guest: bool = False

    @property
    def email(self) -> str:
        """Their address; the domain is reserved for examples, so nothing can ever be sent."""
        return f"{self.handle}@sandbox.example"


PEOPLE = (
    Person("U0ONCALL", "oncall", "On-call engineer", "diagnoses, acknowledges, asks for hotfixes"),
    Person("U0MLLEAD", "lead", "ML lead", "approves hotfixes"),
    Person("U0LAUNCH", "launches", "Launch manager", "cares about new titles"),
    Person("U0OWNER", "owner", "Product owner", "reads, asks questions"),
    Person("U0GUEST", "guest", "Guest", "may read, must not change anything", is_guest=True),
    Person(BOT_USER, "recsysops", "recsysops", is_bot=True),
)


@dataclass
class Channel:
    """A place to talk: a public channel, or one person's direct messages with the bot (`im_user`)."""

    id: str
    name: str
    topic: str = ""
    members: set[str] = field(default_factory=set)
    is_archived: bool = False
    im_user: str | None = None
    created: int = 0
    pins: set[str] = field(default_factory=set)

    @property
    def kind(self) -> str:
        """What Slack calls `channel_type` in events."""
        return "im" if self.im_user else "channel"

    def shown(self, reader: str = BOT_USER) -> Json:
        """The channel as `conversations.info` shows it to `reader`."""
        if self.im_user:
            common = {"id": self.id, "is_im": True, "is_channel": False, "user": self.im_user}
            return {**common, "created": self.created, "is_archived": False, "is_open": True}
        topic = {"value": self.topic, "creator": "", "last_set": 0}
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": True,
            "is_im": False,
            "is_private": False,
            "is_general": self.name == "general",
            "is_archived": self.is_archived,
            "is_member": reader in self.members,
            "num_members": len(self.members),
            "created": self.created,
            "topic": topic,
            "purpose": dict(topic),
            "context_team_id": TEAM_ID,
        }


def found_channels() -> list[Channel]:
    """The channels on the first day: the bot has been invited to two of the three."""
    staff = {"U0ONCALL", "U0MLLEAD", "U0LAUNCH", "U0OWNER"}
    return [
        Channel("C0ALERTS", "recsys-alerts", "Incidents of the recommender", {*staff, "U0GUEST", BOT_USER}),
        Channel("C0LAUNCH", "launches", "New titles and how they start", {*staff, BOT_USER}),
        Channel("C0GENERL", "general", "Everything else", {*staff, "U0GUEST"}),
    ]


def profile(person: Person) -> Json:
    """The person as `users.info` shows them."""
    return {
        "id": person.id,
        "team_id": TEAM_ID,
        "name": person.handle,
        "real_name": person.name,
        "deleted": False,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "is_restricted": person.is_guest,
        "is_ultra_restricted": False,
        "is_admin": False,
        "is_owner": False,
        "tz": "Etc/UTC",
        "tz_label": "Coordinated Universal Time",
        "tz_offset": 0,
        "updated": 0,
        "profile": {
            "real_name": person.name,
            "display_name": person.handle,
            "email": person.email,
            "team": TEAM_ID,
            **({"bot_id": BOT_ID, "api_app_id": APP_ID} if person.is_bot else {}),
        },
    }
