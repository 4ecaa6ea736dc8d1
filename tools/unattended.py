"""The auditor: open orders that lack an owner, a due time or a next step get all three (seed AI-ROP, section 4)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from domain.assignment import NewOrder
from domain.commands import AssignUnattended
from domain.journal import Entry, Outcome
from domain.notices import Notice, NoticeKind, calm
from domain.orders import Order, Status
from domain.stage_clocks import NewClock, stage_clocks
from store.desk import dispatch as dispatch_store
from store.desk import signals as signal_store
from store.desk.dispatch import Batch
from tools.outgoing import addressed
from tools.registry import Context, Effect, tool
from tools.roster import Placement, Roster
from tools.signals import signal_row


@tool(AssignUnattended)
async def assign_unattended(tx: AsyncConnection, command: AssignUnattended, context: Context) -> Effect:
    """Attend to a batch of them as one decision; the value is how many there were."""
    unattended = await dispatch_store.lock_unattended(tx, batch=command.batch)
    if not unattended:
        return Effect(outcome=Outcome.UNCHANGED, journaled=True, value=0)
    roster = await Roster.read(tx, context)
    placements = _placements(unattended, roster, context)
    cases = [
        _Case(order, placement, context)
        for order, placement in zip(unattended, placements, strict=True)
        if placement is not None
    ]
    if not cases:  # nobody at all could own them: they stay until somebody can, and the doctor says so
        return Effect(outcome=Outcome.UNCHANGED, journaled=True, value=0)
    notices = calm([case.notice() for case in cases], threshold=context.policy.clocks.storm_threshold)
    await dispatch_store.assign_orders(
        tx,
        Batch(
            orders=[case.row() for case in cases],
            clocks=[clock for case in cases for clock in case.clocks],
            notices=addressed(notices, roster.staff, context),
            entries=[case.entry() for case in cases],
        ),
    )
    signals = [case.signal() for case in cases if not case.placement.manager]
    await signal_store.raise_many(tx, [*signals, _found(cases, context)])
    return Effect(result={"assigned": len(cases)}, journaled=True, value=len(cases))


def _placements(orders: Sequence[Order], roster: Roster, context: Context) -> list[Placement | None]:
    """Orders that have an owner keep them; the others are shared out as one decision."""
    homeless = [order for order in orders if order.owner_id is None]
    placed = iter(
        roster.find(
            [NewOrder(key=order.code, is_ebike=order.is_ebike, price_eur=order.price_eur) for order in homeless]
        )
    )
    return [next(placed) if order.owner_id is None else _kept(order.owner_id, roster, context) for order in orders]


def _kept(owner_id: int, roster: Roster, context: Context) -> Placement:
    row = roster.managers.get(owner_id)
    calendar = context.calendars.of_team(None) if row is None else context.calendars.of(row)
    return Placement(owner_id=owner_id, starts_at=context.now, calendar=calendar, manager=True)


@dataclass(slots=True)
class _Case:
    """One order that nobody attends to, and everything it gets."""

    order: Order
    placement: Placement
    context: Context
    decision: UUID = field(default_factory=uuid7)
    clocks: list[NewClock] = field(init=False)
    due_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        """Work out its clocks, the nearest of which is its due time."""
        self.clocks = stage_clocks(
            replace(self.order, owner_id=self.placement.owner_id),
            self.order.status,
            policy=self.context.policy,
            calendar=self.placement.calendar,
            opened_at=self.placement.starts_at,
        )
        self.due_at = min(clock.due_at for clock in self.clocks if clock.kind != "movement")

    def row(self) -> dict[str, object]:
        """The order's record for the statement."""
        step = self.context.policy.lifecycle.statuses[self.order.status].next_step
        assert step is not None
        return {
            "id": self.order.id,
            "owner_id": self.placement.owner_id,
            "next_step": self.order.next_step or step.value,
            "next_step_params": {},
            "next_step_due": self.due_at,
            "due_at": self.due_at,
            "now": self.context.now,
            "starts_at": self.placement.starts_at,
            "actor": self.context.actor.name,
            "on_manager": self.placement.manager,
            "decision": self.decision,
        }

    def entry(self) -> Entry:
        """The journal row: what lacked, and what the order got."""
        order = self.order
        return self.context.entry(
            uid=self.decision,
            action=AssignUnattended.action,
            order_id=order.id,
            facts={"owner": order.owner_id, "due_at": order.due_at, "next_step": order.next_step},
            proposed={"owner_id": self.placement.owner_id},
            result={"due_at": self.due_at, "starts_at": self.placement.starts_at},
        )

    def notice(self) -> Notice:
        """The card for the owner."""
        pending = self.order.status is Status.PENDING_MANAGER
        return Notice(
            person_id=self.placement.owner_id,
            kind=NoticeKind.NEW_ORDER if pending else NoticeKind.REASSIGNED,
            order_id=self.order.id,
            params={"due_at": self.due_at},
            decision=self.decision,
        )

    def signal(self) -> dict[str, object]:
        """Nobody was eligible: the duty admin owns the order (docs/DOMAIN.md 4)."""
        return signal_row(
            "no_eligible_manager",
            self.context,
            order_id=self.order.id,
            decision=self.decision,
            evidence={"order": self.order.code},
        )


def _found(cases: Sequence[_Case], context: Context) -> dict[str, object]:
    """Orders should never be without these: one signal for the company, with how many were found."""
    return signal_row(
        "missing_next_step",
        context,
        order_id=None,
        evidence={"orders": len(cases), "first": cases[0].order.code},
        decision=cases[0].decision,
        subject=("company", None),
    )
