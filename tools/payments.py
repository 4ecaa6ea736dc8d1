"""Payments and compliance: what has to be true before a human is asked to confirm the payment."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import AdvanceOrder, RecordCompliance, RecordPayment
from domain.errors import ConflictError, InvalidInputError
from domain.journal import Outcome
from domain.lifecycle import rule_transition
from domain.money import client_total
from domain.orders import OPEN_STATUSES, Compliance, Order, Status
from domain.remarks import RemarkKey, remark
from store import orders as order_store
from tools.order_state import require_status
from tools.registry import Context, Effect, Settling, tool
from tools.settle import order_facts


@tool(RecordPayment)
async def record_payment(tx: AsyncConnection, command: RecordPayment, context: Context) -> Effect:
    """A payment was reported: counted once per reference; when all is paid, a human is asked to confirm it."""
    order = context.the_order
    if not order.is_open:
        raise ConflictError(kind="order", name=order.code, state=order.status, allowed=("open",))
    known = not await order_store.add_payment(
        tx,
        order.id,
        {
            "amount_eur": command.amount_eur,
            "reference": command.reference,
            "at": context.at,
            "reported_by": context.actor.name,
            "decision": context.decision,
        },
    )
    if known:
        return Effect(result={"reference": command.reference}, order_id=order.id, outcome=Outcome.UNCHANGED)
    order = await order_store.change(tx, order.id, now=context.now, paid_eur=order.paid_eur + command.amount_eur)
    return Effect(
        result={"paid_eur": order.paid_eur},
        order_id=order.id,
        settling=Settling.MOVED,
        proposals=await ready_to_ship(tx, order, context),
    )


@tool(RecordCompliance)
async def record_compliance(tx: AsyncConnection, command: RecordCompliance, context: Context) -> Effect:
    """The screens are clear, or the deal is blocked (docs/DOMAIN.md 10)."""
    order = context.the_order
    require_status(order, *OPEN_STATUSES)
    window = context.policy.money.price_window
    if command.state is Compliance.CLEAR and order.price_eur > window.maximum_eur:
        raise InvalidInputError(
            field="state",
            value=command.state,
            allowed=(f"blocked: price {order.price_eur} EUR is above {window.maximum_eur} EUR",),
        )
    order = await order_store.change(tx, order.id, now=context.now, compliance=command.state.value)
    return Effect(
        result={"compliance": command.state},
        order_id=order.id,
        settling=Settling.STEP,
        proposals=await ready_to_ship(tx, order, context),
    )


async def ready_to_ship(tx: AsyncConnection, order: Order, context: Context) -> list[AdvanceOrder]:
    """The confirmation a human is asked for, once everything is paid and the evidence is complete; else nothing."""
    if order.status is not Status.AWAITING_PAYMENT or order.compliance is not Compliance.CLEAR:
        return []
    if order.paid_eur < client_total(order.price_eur, order.delivery_method, context.policy):
        return []
    facts, _ = await order_facts(tx, order)
    ruling = rule_transition(order, Status.READY_FOR_SHIPMENT, facts, context.policy)
    if ruling.missing or facts.approval_pending:
        return []
    paid = remark(RemarkKey.PAID_IN_FULL)
    return [AdvanceOrder(order=order.code, to=Status.READY_FOR_SHIPMENT, reason=paid)]
