"""Who may see what: one rule for the pages, the API and the role agents. Managers see their own orders."""

from dataclasses import dataclass
from typing import Final, Self

from domain.errors import ForbiddenError
from domain.orders import Order, Status
from domain.people import Role

SEES_ALL: Final = frozenset({Role.OWNER, Role.HEAD, Role.ADMIN, Role.VIEWER})
LEADS: Final = frozenset({Role.OWNER, Role.HEAD, Role.ADMIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Whoever reads: a person in the role that the database has now, or one of the house (no role), which sees all."""

    name: str
    person_id: int | None = None
    role: Role | None = None

    @classmethod
    def person(cls, person_id: int, role: Role) -> Self:
        """A person who is known and works here."""
        return cls(name=f"person:{person_id}", person_id=person_id, role=role)

    @property
    def sees_all(self) -> bool:
        """Whether other people's orders and the numbers of the desk are shown."""
        return self.role is None or self.role in SEES_ALL

    @property
    def leads(self) -> bool:
        """Whether the journal and the approvals of the whole desk are shown."""
        return self.role is None or self.role in LEADS

    def knows_client(self, order: Order) -> bool:
        """Whether the client is shown whole, with contacts: to who runs the desk, and to who took the order up."""
        return self.leads or (order.owner_id == self.person_id and order.status is not Status.PENDING_MANAGER)

    @property
    def only_own(self) -> int | None:
        """The person to whose orders reading is narrowed; None for those who see all."""
        return None if self.sees_all else self.person_id

    def require_sees(self, owner_id: int | None) -> None:
        """Raise ForbiddenError when an order of somebody else would be shown to a manager."""
        if not self.sees_all and owner_id != self.person_id:
            raise ForbiddenError(action="read_order", rule="managers-see-their-own-orders", role=self._shown)

    def require_sees_all(self, what: str) -> None:
        """Raise ForbiddenError for those who see their own orders only."""
        if not self.sees_all:
            raise ForbiddenError(
                action=what, rule="those-who-see-all", role=self._shown, allowed=tuple(sorted(SEES_ALL))
            )

    def require_leads(self, what: str) -> None:
        """Raise ForbiddenError for those who do not run the desk."""
        if not self.leads:
            raise ForbiddenError(action=what, rule="leaders-only", role=self._shown, allowed=tuple(sorted(LEADS)))

    @property
    def _shown(self) -> str:
        return self.name if self.role is None else self.role.value


def masked(name: str) -> str:
    """A client whom the reader need not know: the first name and an initial, «Иван П.»."""
    first, _, last = name.strip().partition(" ")
    return f"{first} {last.strip()[0]}." if last.strip() else first
