"""The client's money: refund, compensation, discount. Each is bounded by the rules, decided by people, and paid out by
hand: what is done here is to keep the decision and to set the task (docs/DOMAIN.md 8 and 10).
"""

from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from domain import money
from domain.bounds import compensation_bounds, discount_bounds, refund_bounds
from domain.commands import ProposeCompensation, ProposeDiscount, ProposeRefund
from domain.lifecycle import PriceRuling, price_ruling
from domain.people import Role
from domain.policy import Risk
from store.views import money_decisions
from store.views.money_decisions import (
    RETURNED,
    MoneyDecision,
    MoneyKind,
)
from tools.errands import send, usual_due
from tools.registry import Context, Effect, Examination, Settling, tool

Proposal = ProposeRefund | ProposeCompensation | ProposeDiscount


async def _returned(tx: AsyncConnection, context: Context) -> Decimal:
    decided = await money_decisions.sums(tx, context.the_order.id)
    return sum((decided[kind] for kind in RETURNED), Decimal(0))


async def examine_refund(tx: AsyncConnection, command: ProposeRefund, context: Context) -> Examination:
    """At most what was paid and not given back; what counts for the votes is all that would have gone back."""
    returned = await _returned(tx, context)
    refund_bounds(context.the_order, returned_eur=returned).require(command.amount_eur)
    return _examination(command, context, before_eur=returned)


async def examine_compensation(tx: AsyncConnection, command: ProposeCompensation, context: Context) -> Examination:
    """Within the range of its kind."""
    returned = await _returned(tx, context)
    order, policy = context.the_order, context.policy
    compensation_bounds(order, command.kind, returned_eur=returned, policy=policy).require(command.amount_eur)
    return _examination(command, context, before_eur=returned)


async def examine_discount(tx: AsyncConnection, command: ProposeDiscount, context: Context) -> Examination:
    """At most the service fee, before the payment is confirmed."""
    given = (await money_decisions.sums(tx, context.the_order.id))[MoneyKind.DISCOUNT]
    discount_bounds(context.the_order, given_eur=given, policy=context.policy).require(command.amount_eur)
    return _examination(command, context, before_eur=given)


def _examination(command: Proposal, context: Context, *, before_eur: Decimal) -> Examination:
    """Small amounts one after another count together: two people decide once they are above the bound."""
    order, policy = context.the_order, context.policy
    inside = price_ruling(order.price_eur, policy) is PriceRuling.ACCEPTED
    quote = money.quote(order.price_eur, order.delivery_method, policy) if inside else None
    return Examination(
        risks=frozenset({Risk.MONEY}),
        amount_eur=before_eur + command.amount_eur,
        evidence={
            "amount_eur": command.amount_eur,
            "decided_before_eur": before_eur,
            "client_total_eur": None if quote is None else quote.client_total,
            "paid_eur": order.paid_eur,
            "planned_margin_eur": None if quote is None else quote.planned_margin,
        },
        why=command.reason,
    )


@tool(ProposeRefund, examine=examine_refund)
async def refund(tx: AsyncConnection, command: ProposeRefund, context: Context) -> Effect:
    """Approved: the client gets this back."""
    return await _decided(tx, MoneyKind.REFUND, command, context)


@tool(ProposeCompensation, examine=examine_compensation)
async def compensate(tx: AsyncConnection, command: ProposeCompensation, context: Context) -> Effect:
    """Approved: the client is compensated."""
    return await _decided(tx, MoneyKind.COMPENSATION, command, context, ground=command.kind)


@tool(ProposeDiscount, examine=examine_discount)
async def discount(tx: AsyncConnection, command: ProposeDiscount, context: Context) -> Effect:
    """Approved: the client owes so much less."""
    return await _decided(tx, MoneyKind.DISCOUNT, command, context)


async def _decided(
    tx: AsyncConnection, kind: MoneyKind, command: Proposal, context: Context, *, ground: str | None = None
) -> Effect:
    assert context.approval_id is not None, "money is moved by an approval only"
    order = context.the_order
    params = {"order": order.code, "amount_eur": command.amount_eur, "reason": command.reason}
    errand = await send(tx, f"money_{kind}", params, to=Role.HEAD, due_at=usual_due(context), context=context)
    number = await money_decisions.add(
        tx,
        MoneyDecision(
            order_id=order.id,
            kind=kind,
            ground=ground,
            amount_eur=command.amount_eur,
            reason=command.reason,
            approval_id=context.approval_id,
            approved_by=context.approved_by,
            task_id=errand.task_id,
            at=context.now,
            decision=context.decision,
        ),
    )
    return Effect(
        result={
            "money_decision": number,
            "kind": kind,
            "amount_eur": command.amount_eur,
            "task_id": errand.task_id,
            "owner_id": errand.owner_id,
            "due_at": errand.due_at,
        },
        order_id=order.id,
        notices=[errand.notice],
        settling=Settling.STEP,
        value=number,
    )
