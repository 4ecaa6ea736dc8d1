"""One order in full: its facts, its check, its clocks, where it may go and what lacks for that, what has happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from domain import money
from domain.checklist import Progress, progress
from domain.lifecycle import Target, targets
from domain.orders import Order
from domain.policy import Policy
from store.desk import approvals, clocks, orders, violations
from store.desk.approvals import Approval
from store.desk.clocks import ClockRow
from store.desk.violations import Violation
from store.views import listings, order_history
from store.views.listings import (
    DecisionFilter,
    DecisionLine,
)
from store.views.order_history import (
    BlockerLine,
    CheckAnswer,
    Note,
    Particulars,
    Payment,
    StatusEvent,
    TaskLine,
)
from tools.settle import order_facts

DECISIONS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderState:
    """How one order stands at one moment, all from one snapshot.

    `client_total_eur` is None where no tariff reaches: compliance blocks a bike above the price window.
    """

    order: Order
    particulars: Particulars
    client_total_eur: Decimal | None
    check: Progress
    answers: Sequence[CheckAnswer]
    targets: Sequence[Target]
    clocks: Sequence[ClockRow]
    violations: Sequence[Violation]
    tasks: Sequence[TaskLine]
    blockers: Sequence[BlockerLine]
    approvals: Sequence[Approval]
    payments: Sequence[Payment]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCard(OrderState):
    """The same with what has happened, each list the newest first."""

    notes: Sequence[Note]
    status_events: Sequence[StatusEvent]
    decisions: Sequence[DecisionLine]


async def order_state(tx: AsyncConnection, code: str, policy: Policy) -> OrderState:
    """How the order with this code or CRM id stands.

    Raises:
        NotFoundError: no such order.
    """
    return OrderState(**await _state(tx, await orders.get(tx, code), policy))


async def order_card(tx: AsyncConnection, code: str, policy: Policy) -> OrderCard:
    """The same with its history; raises like `order_state`."""
    order = await orders.get(tx, code)
    return OrderCard(
        **await _state(tx, order, policy),
        notes=await order_history.notes(tx, order.id),
        status_events=await order_history.status_events(tx, order.id),
        decisions=await listings.decisions(tx, DecisionFilter(order_id=order.id), before=None, limit=DECISIONS),
    )


async def _state(tx: AsyncConnection, order: Order, policy: Policy) -> dict[str, Any]:
    facts, _ = await order_facts(tx, order)
    deal = money.quote_by_tariff(order.price_eur, order.delivery_method, policy)
    return {
        "order": order,
        "particulars": await order_history.particulars(tx, order.id),
        "client_total_eur": None if deal is None else deal.client_total,
        "check": progress(facts.answers, order, policy),
        "answers": await order_history.answers(tx, order.id),
        "targets": targets(order, facts, policy),
        "clocks": await clocks.open_of_order(tx, order.id),
        "violations": await violations.open_of_order(tx, order.id),
        "tasks": await order_history.tasks(tx, order.id),
        "blockers": await order_history.blockers(tx, order.id),
        "approvals": await approvals.pending_of_order(tx, order.id),
        "payments": await order_history.payments(tx, order.id),
    }
