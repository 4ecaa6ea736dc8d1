"""One order in full: its facts, its check, its clocks, where it may go and what lacks for that, what has happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from domain import money
from domain.checklist import Progress, progress
from domain.lifecycle import Target, targets
from domain.orders import Order
from domain.policy import Policy
from store import approvals, clocks, listings, order_history, orders, violations
from store.approvals import Approval
from store.clocks import ClockRow
from store.listings import DecisionFilter, DecisionLine
from store.order_history import BlockerLine, CheckAnswer, Note, Particulars, Payment, StatusEvent, TaskLine
from store.violations import Violation
from tools.settle import order_facts

DECISIONS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCard:
    """Everything known of one order at one moment; lists are the newest first.

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
    notes: Sequence[Note]
    status_events: Sequence[StatusEvent]
    decisions: Sequence[DecisionLine]


async def order_card(tx: AsyncConnection, code: str, policy: Policy) -> OrderCard:
    """The order with this code or CRM id, all from one snapshot.

    Raises:
        NotFoundError: no such order.
    """
    order = await orders.get(tx, code)
    facts, _ = await order_facts(tx, order)
    deal = money.quote_by_tariff(order.price_eur, order.delivery_method, policy)
    pending = await approvals.pending_of_order(tx, order.id)
    return OrderCard(
        order=order,
        particulars=await order_history.particulars(tx, order.id),
        client_total_eur=None if deal is None else deal.client_total,
        check=progress(facts.answers, order, policy),
        answers=await order_history.answers(tx, order.id),
        targets=targets(order, facts, policy),
        clocks=await clocks.open_of_order(tx, order.id),
        violations=await violations.open_of_order(tx, order.id),
        tasks=await order_history.tasks(tx, order.id),
        blockers=await order_history.blockers(tx, order.id),
        approvals=pending,
        payments=await order_history.payments(tx, order.id),
        notes=await order_history.notes(tx, order.id),
        status_events=await order_history.status_events(tx, order.id),
        decisions=await listings.decisions(tx, DecisionFilter(order_id=order.id), before=None, limit=DECISIONS),
    )
