"""Payments and compliance: what has to be true before a human is asked to confirm the payment, and the confirmation."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bounds import payment_bounds
from domain.commands import AdvanceOrder, ConfirmPayment, RecordCompliance, RecordPayment
from domain.errors import ConflictError, InvalidInputError
from domain.journal import Outcome
from domain.lifecycle import Ruling, rule_transition
from domain.money import client_total
from domain.orders import OPEN_STATUSES, Compliance, Order, Status
from domain.policy import Risk
from domain.remarks import RemarkKey, remark
from store.desk import approvals as approval_store
from store.desk import clocks as clock_store
from store.desk import orders as order_store
from store.views import money_decisions
from store.views.money_decisions import MoneyKind
from tools.moves import enter
from tools.order_state import require_status
from tools.registry import Context, Effect, Examination, Settling, tool
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
            rule="price",
            price=str(order.price_eur),
            high=str(window.maximum_eur),
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
    if order.paid_eur < await owed(tx, order, context):
        return []
    facts, _ = await order_facts(tx, order)
    ruling = rule_transition(order, Status.READY_FOR_SHIPMENT, facts, context.policy)
    if ruling.missing or facts.approval_pending:
        return []
    paid = remark(RemarkKey.PAID_IN_FULL)
    return [AdvanceOrder(order=order.code, to=Status.READY_FOR_SHIPMENT, reason=paid)]


async def owed(tx: AsyncConnection, order: Order, context: Context) -> Decimal:
    """What the client has to pay in all, EUR: the tariff's total less the discounts that people have given."""
    given = await money_decisions.sums(tx, order.id)
    return client_total(order.price_eur, order.delivery_method, context.policy) - given[MoneyKind.DISCOUNT]


# ── the confirmation ─────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class _Payment:
    """What confirming a payment comes to: was it reported, what is owed, is all paid with it, what lacks to move on."""

    reported: bool
    owed_eur: Decimal
    paid_eur: Decimal
    ruling: Ruling | None

    @property
    def completes(self) -> bool:
        """Whether nothing is owed any more."""
        return self.paid_eur >= self.owed_eur

    @property
    def moves(self) -> bool:
        """Whether the order goes on with it."""
        return self.completes and self.ruling is not None and not self.ruling.missing


async def _weighed(tx: AsyncConnection, command: ConfirmPayment, context: Context) -> _Payment:
    order = context.the_order
    require_status(order, *OPEN_STATUSES)
    reported = await order_store.payment_of(tx, order.id, command.reference)
    if reported is not None and order.payment_confirmed_at is not None:
        raise ConflictError(kind="payment", name=command.reference, state="confirmed", allowed=("a new payment",))
    if reported is not None and reported != command.amount_eur:
        recorded = str(reported)
        raise InvalidInputError(
            field="amount_eur", rule="recorded", value=str(command.amount_eur), recorded=recorded, allowed=(recorded,)
        )
    owed_eur = await owed(tx, order, context)
    if reported is None:
        payment_bounds(order, owed_eur=owed_eur).require(command.amount_eur)
    ruling = None
    if order.status is Status.AWAITING_PAYMENT:
        facts, _ = await order_facts(tx, order)
        ruling = rule_transition(order, Status.READY_FOR_SHIPMENT, facts, context.policy)
    paid_eur = order.paid_eur if reported is not None else order.paid_eur + command.amount_eur
    return _Payment(reported=reported is not None, owed_eur=owed_eur, paid_eur=paid_eur, ruling=ruling)


async def examine_confirmation(tx: AsyncConnection, command: ConfirmPayment, context: Context) -> Examination:
    """It touches what is confirmed, and the whole deal where the order goes on with it."""
    payment = await _weighed(tx, command, context)
    return Examination(
        risks=frozenset({Risk.MONEY}),
        amount_eur=max(payment.owed_eur, payment.paid_eur) if payment.completes else command.amount_eur,
        evidence={
            "amount_eur": command.amount_eur,
            "reference": command.reference,
            "reported": payment.reported,
            "client_total_eur": payment.owed_eur,
            "paid_eur": payment.paid_eur,
            "moves_on": payment.moves,
            "missing": () if payment.ruling is None else payment.ruling.missing,
        },
        why=command.reference,
    )


@tool(ConfirmPayment, examine=examine_confirmation)
async def confirm_payment(tx: AsyncConnection, command: ConfirmPayment, context: Context) -> Effect:
    """Approved: the payment counts; the one that completes the sum moves the order on where nothing else lacks."""
    payment = await _weighed(tx, command, context)
    order = context.the_order
    if not payment.reported:
        await order_store.add_payment(
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
        order = await order_store.change(tx, order.id, now=context.now, paid_eur=payment.paid_eur)
    result = {"paid_eur": payment.paid_eur, "owed_eur": payment.owed_eur}
    if not payment.moves:
        missing = () if payment.ruling is None else payment.ruling.missing
        return Effect(result={**result, "missing": missing}, order_id=order.id, settling=Settling.MOVED)
    await _drop_moot(tx, order, context)
    order = await order_store.change(tx, order.id, now=context.now, payment_confirmed_at=context.now)
    moved = await enter(tx, order, Status.READY_FOR_SHIPMENT, context, at=context.at, ruling=payment.ruling)
    return Effect(result={**result, **moved.result}, facts=moved.facts, order_id=order.id, settling=moved.settling)


async def _drop_moot(tx: AsyncConnection, order: Order, context: Context) -> None:
    """Whoever was asked to confirm the same by moving the order need not decide any more."""
    dropped = await approval_store.drop_moves(
        tx, order.id, to=Status.READY_FOR_SHIPMENT, now=context.now, because="payment confirmed"
    )
    for approval_id in dropped:
        await clock_store.close(
            tx, subject_kind="approval", subject_id=approval_id, now=context.now, resolution="payment confirmed"
        )
