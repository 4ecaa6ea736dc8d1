"""The pages of the web admin: where each is, what it is called, and which roles may look (docs/DOMAIN.md 8).

The menu and the check at every route read the same table; a test walks every route as every role.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.people import Role
from domain.viewers import LEADS, SEES_ALL

EVERYBODY: Final = frozenset(Role)


class Place(StrEnum):
    """A page; the value is its address and the end of its texts' keys."""

    PULSE = "pulse"
    QUEUE = "queue"
    HEATMAP = "heatmap"
    CRISES = "crises"
    APPROVALS = "approvals"
    DECISIONS = "decisions"
    MANAGERS = "managers"
    CIRCLES = "circles"
    SIGNALS = "signals"
    CHAT = "chat"
    POLICY = "policy"
    SYSTEM = "system"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Entry:
    """Who may see a page, the count that its menu entry carries (`store/views/menu.py`), and whether it has one."""

    roles: frozenset[Role]
    count: str = ""
    in_menu: bool = True


PLACES: Final[Mapping[Place, Entry]] = {
    Place.PULSE: Entry(SEES_ALL),
    Place.QUEUE: Entry(EVERYBODY, "open"),
    Place.HEATMAP: Entry(SEES_ALL),
    Place.CRISES: Entry(SEES_ALL, "crises"),
    Place.APPROVALS: Entry(LEADS, "approvals"),
    Place.DECISIONS: Entry(LEADS),
    Place.MANAGERS: Entry(EVERYBODY),
    Place.CIRCLES: Entry(SEES_ALL),
    Place.SIGNALS: Entry(EVERYBODY, "signals"),
    Place.CHAT: Entry(EVERYBODY),
    Place.POLICY: Entry(SEES_ALL),
    Place.SYSTEM: Entry(LEADS),
    Place.ACCOUNT: Entry(EVERYBODY, in_menu=False),
}


def home_of(role: Role) -> str:
    """The first page of a role."""
    return next(f"/{place}" for place, entry in PLACES.items() if role in entry.roles)
