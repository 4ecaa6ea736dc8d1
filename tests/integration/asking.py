"""Requests that people have to decide, and how the journal tells of them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.commands import AdvanceOrder, CancelOrder, RecordPayment
from domain.orders import CancelReason, Order, Status
from domain.people import CRM_FEED, Actor
from guardrails.approval.proposals import Waiting
from tests.integration.desk import Desk


async def payable(desk: Desk) -> Order:
    """An order whose client has confirmed: what lacks is the confirmation of the payment, of far more than 500 EUR."""
    return await desk.confirmed(await desk.to_status(await desk.order(), Status.AWAITING_PAYMENT))


async def payment(desk: Desk, order: Order) -> Waiting:
    """The owner asks to have the payment confirmed: two votes."""
    return await desk.ask(AdvanceOrder(order=order.code, to=Status.READY_FOR_SHIPMENT), desk.by(order))


async def small_refund(desk: Desk, order: Order, by: Actor | None = None) -> Waiting:
    """A cancellation that gives 100 EUR back: one vote is enough."""
    await desk.do(RecordPayment(order=order.code, amount_eur=Decimal(100), reference="P-1"), CRM_FEED)
    cancel = CancelOrder(order=order.code, reason_code=CancelReason.CLIENT_CHANGED_MIND)
    return await desk.ask(cancel, by or desk.by(order))


async def last(desk: Desk, action: str) -> Mapping[str, Any]:
    """The newest journal row of an action."""
    return (await desk.decisions(action))[-1]
