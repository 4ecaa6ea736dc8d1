"""Everybody who may get an order at one moment, and the one decision that shares orders out (docs/DOMAIN.md 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.assignment import Candidate, Choice, Constraints, NewOrder, balance, duty_admin, stage_load
from domain.calendars import WorkCalendar
from domain.errors import ConflictError
from domain.orders import Status
from domain.people import Role
from domain.policy import ConstraintKind, Policy
from domain.staff import Staffed, absence_of
from store import people as people_store
from store.desk import dispatch as dispatch_store
from store.desk.dispatch import (
    StaffRow,
    Turn,
)
from store.people import Person
from tools.registry import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Who gets an order, when their clocks start, by which calendar; not a `manager` when the duty admin takes it."""

    owner_id: int
    starts_at: datetime
    calendar: WorkCalendar
    manager: bool


class Roster:
    """Managers with their loads and the admins, read with the turn to assign held until the transaction ends."""

    def __init__(self, turn: Turn, context: Context) -> None:
        self._context = context
        self.known = turn.known
        self.held = turn.held
        self.ids = turn.ids
        self.staff = {row.id: row for row in turn.staff}
        self.managers = {row.id: row for row in turn.staff if row.role is Role.MANAGER}
        weights = stage_weights(context.policy)
        self._candidates = tuple(candidate_of(row, weights, context) for row in self.managers.values())

    @classmethod
    async def read(cls, tx: AsyncConnection, context: Context, crm_ids: Sequence[str] = ()) -> "Roster":
        """Wait for the turn to assign, then read the present loads, and numbers for the new ones of these requests."""
        return cls(await dispatch_store.take_turn(tx, crm_ids), context)

    def place(self, orders: Sequence[NewOrder]) -> list[Placement]:
        """One decision for all: the least loaded eligible managers, or the duty admin where nobody is eligible.

        Raises:
            ConflictError: for some order there is neither.
        """
        placements = [found for found in self.find(orders) if found is not None]
        if len(placements) < len(orders):
            raise ConflictError(
                kind="company", name="people", state="no-admin", allowed=("add an admin, head or owner",)
            )
        return placements

    def find(self, orders: Sequence[NewOrder]) -> list[Placement | None]:
        """The same decision, with None where there is nobody at all."""
        weight = float(self._context.policy.assignment.stage_weights[Status.PENDING_MANAGER])
        choices = balance(self._candidates, orders, now=self._context.now, weight=weight)
        return [self._placement(choice) for choice in choices]

    def _placement(self, choice: Choice | None) -> Placement | None:
        if choice is None:
            admin = on_duty(_leaders(tuple(self.staff.values())), self._context)
            if admin is None:
                return None
            calendar = self._context.calendars.working(admin)
            return Placement(owner_id=admin.id, starts_at=self._context.now, calendar=calendar, manager=False)
        row = self.managers[choice.manager_id]
        calendar = self._context.calendars.of(row)
        return Placement(owner_id=row.id, starts_at=choice.starts_at, calendar=calendar, manager=True)


def candidate_of(row: StaffRow, weights: Mapping[Status, float], context: Context) -> Candidate:
    """A manager as assignment sees one."""
    return Candidate(
        id=row.id,
        load=stage_load(row.counts, weights),
        capacity=row.capacity,
        telegram_linked=row.telegram_linked,
        away=absences(row),
        calendar=context.calendars.of(row),
        last_assigned_at=row.last_assigned_at,
        constraints=constraints_of(row.constraints, context.policy),
    )


def stage_weights(policy: Policy) -> dict[Status, float]:
    """Weight of an open order by stage."""
    return {status: float(weight) for status, weight in policy.assignment.stage_weights.items()}


def constraints_of(written: "dict[str, Any] | Any", policy: Policy) -> Constraints:
    """Stored constraints (a JSON object by constraint kind) as assignment understands them."""
    slow = policy.assignment.constraints[ConstraintKind.SLOW_DOWN].penalty
    price = written.get(ConstraintKind.MAX_PRICE)
    return Constraints(
        max_load=written.get(ConstraintKind.MAX_LOAD),
        no_ebikes=bool(written.get(ConstraintKind.NO_EBIKES)),
        max_price=None if price is None else Decimal(str(price)),
        penalty=float(slow) if written.get(ConstraintKind.SLOW_DOWN) else 0.0,
    )


def absences(person: Staffed) -> tuple[Any, ...]:
    """The person's absence as a tuple of none or one."""
    absence = absence_of(person)
    return () if absence is None else (absence,)


class Leader(Staffed, Protocol):
    """A person who may answer for what managers cannot."""

    @property
    def id(self) -> int:
        """Identity."""
        ...

    @property
    def role(self) -> Role:
        """Their role."""
        ...


L = TypeVar("L", bound=Leader)

LEADERLESS_RETRY = timedelta(minutes=1)
"""What only a leader could answer for is looked at again so often while there is none."""


def _leaders(people: Sequence[L]) -> list[L]:
    """Admins, or heads and owners where there is no admin."""
    found = [person for person in people if person.role in (Role.ADMIN, Role.HEAD, Role.OWNER)]
    return [person for person in found if person.role is Role.ADMIN] or found


async def leaders(tx: AsyncConnection) -> list[Person]:
    """Those who answer for what managers cannot."""
    return _leaders(await people_store.with_roles(tx, (Role.ADMIN, Role.HEAD, Role.OWNER)))


def on_duty(admins: Sequence[L], context: Context) -> L | None:
    """The admin on shift, else the one whose shift opens first; None when the company has no leader at all."""
    by_id = {person.id: person for person in admins}
    candidates = [
        Candidate(id=person.id, load=0, capacity=1, away=absences(person), calendar=context.calendars.of(person))
        for person in admins
    ]
    chosen = duty_admin(candidates, context.now)
    return None if chosen is None else by_id[chosen]
