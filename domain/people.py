"""People, their roles, and who acts (docs/DOMAIN.md 8)."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """People's roles in the system (docs/DOMAIN.md 8)."""

    OWNER = "owner"
    HEAD = "head"
    ADMIN = "admin"
    MANAGER = "manager"
    VIEWER = "viewer"


LEADERS = (Role.ADMIN, Role.HEAD, Role.OWNER)
"""Who answers for the desk: hears escalations, gives time, resolves, hands orders over."""


class ActorKind(StrEnum):
    """Who asks for an action."""

    PERSON = "person"
    TIMER = "timer"
    FEED = "feed"
    AGENT = "agent"
    OPERATOR = "operator"


class Channel(StrEnum):
    """The door through which the request came."""

    CRM = "crm"
    TELEGRAM = "telegram"
    WEB = "web"
    API = "api"
    CLI = "cli"
    WATCHDOG = "watchdog"
    GRAPH = "graph"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever asks: a person (`person_id`), a timer, the CRM feed, a role agent (`name`, e.g. `ai-rop`), the operator.

    The role of a person is never taken from here: the gate reads it from the database.
    """

    kind: ActorKind
    name: str
    channel: Channel
    person_id: int | None = None

    @classmethod
    def person(cls, person_id: int, channel: Channel) -> "Actor":
        """A signed-in or Telegram-linked human."""
        return cls(kind=ActorKind.PERSON, name=f"person:{person_id}", channel=channel, person_id=person_id)

    @classmethod
    def agent(cls, role: str, *, person_id: int | None = None) -> "Actor":
        """A role agent (`ai-rop`), acting by itself or, with `person_id`, for the person who asked it."""
        return cls(kind=ActorKind.AGENT, name=role, channel=Channel.GRAPH, person_id=person_id)


WATCHDOG = Actor(kind=ActorKind.TIMER, name="watchdog", channel=Channel.WATCHDOG)
DISPATCHER = Actor(kind=ActorKind.TIMER, name="dispatcher", channel=Channel.WATCHDOG)
POSTMAN = Actor(kind=ActorKind.TIMER, name="postman", channel=Channel.TELEGRAM)
DOORMAN = Actor(kind=ActorKind.TIMER, name="doorman", channel=Channel.TELEGRAM)
"""The bot's own door: lets in who holds an invitation, and is nobody yet."""
CRM_FEED = Actor(kind=ActorKind.FEED, name="crm", channel=Channel.CRM)
OPERATOR = Actor(kind=ActorKind.OPERATOR, name="operator", channel=Channel.CLI)
"""Whoever holds the machine and its database, at the command line."""
