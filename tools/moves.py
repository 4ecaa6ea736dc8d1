"""A manager's moves: accept, decline, advance, cancel (docs/DOMAIN.md 2)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from domain import money
from domain.calendars import WorkCalendar
from domain.commands import AcceptOrder, AdvanceOrder, CancelOrder, DeclineOrder
from domain.errors import ConflictError, EvidenceMissingError
from domain.lifecycle import OrderFacts, Ruling, TransitionKind, rule_transition
from domain.notices import Notice, NoticeKind
from domain.orders import CancelReason, Order, Status
from domain.policy import Risk
from domain.remarks import RemarkKey, remark
from domain.stage_clocks import stage_clocks
from store import people as people_store
from store.desk import approvals as approval_store
from store.desk import assignments as assignment_store
from store.desk import clocks as clock_store
from store.desk import facts as fact_store
from store.desk import orders as order_store
from store.desk import signals as signal_store
from tools.reassign import hand_over
from tools.registry import Context, Effect, Examination, Settling, tool
from tools.settle import order_facts
from tools.signals import MOVED_ON

RISK_OF: Mapping[TransitionKind, Risk] = {
    TransitionKind.MONEY: Risk.MONEY,
    TransitionKind.LEGAL: Risk.LEGAL,
    TransitionKind.DISPUTED: Risk.DISPUTED,
}


@tool(AcceptOrder)
async def accept(tx: AsyncConnection, _command: AcceptOrder, context: Context) -> Effect:
    """The owner takes the order up; it goes into the check and the first-contact clock starts."""
    order = context.the_order
    if order.status is not Status.PENDING_MANAGER:
        raise ConflictError(kind="order", name=order.code, state=order.status, allowed=(Status.PENDING_MANAGER,))
    await assignment_store.accept(tx, order.id, now=context.now)
    order = await order_store.change(tx, order.id, now=context.now, accepted_at=context.now)
    return await enter(tx, order, Status.UNDER_INSPECTION, context, at=context.at)


@tool(DeclineOrder)
async def decline(tx: AsyncConnection, command: DeclineOrder, context: Context) -> Effect:
    """The owner cannot take it: counted, and given to somebody else who has not had it (docs/DOMAIN.md 4)."""
    order = context.the_order
    if order.status is not Status.PENDING_MANAGER:
        raise ConflictError(kind="order", name=order.code, state=order.status, allowed=(Status.PENDING_MANAGER,))
    return await hand_over(tx, order, context, reason=command.reason, end_reason="declined", tell_former=False)


async def _ruling(tx: AsyncConnection, to: Status, context: Context, **more: object) -> tuple[Ruling, OrderFacts]:
    facts, _ = await order_facts(tx, context.the_order, **more)
    ruling = rule_transition(context.the_order, to, facts, context.policy)
    if ruling.missing:
        order = context.the_order
        raise EvidenceMissingError(order=order.code, source=order.status, target=to, missing=ruling.missing)
    return ruling, facts


def _examination(ruling: Ruling, context: Context, to: Status, why: str) -> Examination:
    order = context.the_order
    quote = money.quote_by_tariff(order.price_eur, order.delivery_method, context.policy)
    return Examination(
        risks=frozenset(RISK_OF[kind] for kind in ruling.kinds if kind in RISK_OF),
        amount_eur=_at_stake(order, to, quote),
        evidence={
            "from": order.status,
            "to": to,
            "client_total_eur": None if quote is None else quote.client_total,
            "paid_eur": order.paid_eur,
            "planned_margin_eur": None if quote is None else quote.planned_margin,
            "verdict": order.verdict,
            "compliance": order.compliance,
        },
        why=why,
    )


def _at_stake(order: Order, to: Status, quote: money.Quote | None) -> Decimal | None:
    """The client's money that the move touches: a cancellation what has been paid, anything else the whole deal.

    None is unknown, and counts as much.
    """
    if to is Status.CANCELLED and order.payment_confirmed_at is None:
        return order.paid_eur
    return None if quote is None else max(quote.client_total, order.paid_eur)


async def examine_advance(tx: AsyncConnection, command: AdvanceOrder, context: Context) -> Examination:
    """Is the move legal, is the evidence complete, and what does it touch?"""
    ruling, _ = await _ruling(tx, command.to, context, reason=command.reason)
    return _examination(ruling, context, command.to, command.reason)


@tool(AdvanceOrder, examine=examine_advance)
async def advance(tx: AsyncConnection, command: AdvanceOrder, context: Context) -> Effect:
    """Move the order along the transition table; a money move is the human confirmation of the payment."""
    ruling, _ = await _ruling(tx, command.to, context, reason=command.reason)
    order = context.the_order
    changes: dict[str, object] = {}
    if (order.status, command.to) == (Status.AWAITING_PAYMENT, Status.READY_FOR_SHIPMENT):
        changes["payment_confirmed_at"] = context.now
    if order.status is Status.PENDING_MANAGER:
        await assignment_store.accept(tx, order.id, now=context.now)
        changes["accepted_at"] = order.accepted_at or context.now
    if changes:
        order = await order_store.change(tx, order.id, now=context.now, **changes)
    return await enter(tx, order, command.to, context, at=context.at, ruling=ruling, reason=command.reason)


async def examine_cancel(tx: AsyncConnection, command: CancelOrder, context: Context) -> Examination:
    """A cancellation touches money once anything is paid, and the law when the bike is lost."""
    ruling, _ = await _ruling(
        tx, Status.CANCELLED, context, cancel_reason=command.reason_code, cancel_note=command.note
    )
    return _examination(ruling, context, Status.CANCELLED, _cancel_reason(command))


@tool(CancelOrder, examine=examine_cancel)
async def cancel(tx: AsyncConnection, command: CancelOrder, context: Context) -> Effect:
    """Cancel with a reason code."""
    ruling, _ = await _ruling(
        tx, Status.CANCELLED, context, cancel_reason=command.reason_code, cancel_note=command.note
    )
    order = await order_store.change(
        tx, context.the_order.id, now=context.now, cancel_reason=CancelReason(command.reason_code).value
    )
    return await enter(
        tx, order, Status.CANCELLED, context, at=context.at, ruling=ruling, reason=_cancel_reason(command)
    )


def _cancel_reason(command: CancelOrder) -> str:
    return remark(RemarkKey.CANCEL_REASON, command.note, reason=command.reason_code)


async def enter(
    tx: AsyncConnection,
    order: Order,
    to: Status,
    context: Context,
    *,
    at: datetime,
    ruling: Ruling | None = None,
    reason: str = "",
) -> Effect:
    """The order enters a status: event, old clocks closed and what they broke resolved, new clocks opened."""
    source = order.status
    kinds = sorted(ruling.kinds) if ruling else ["normal"]
    await order_store.add_status_event(
        tx,
        order,
        to,
        at=at,
        now=context.now,
        actor=context.actor.name,
        kind="+".join(kinds),
        reason=reason,
        decision=context.decision,
    )
    resolution = remark(RemarkKey.MOVED, source=source, target=to)
    await clock_store.close(tx, subject_kind="order", subject_id=order.id, now=context.now, resolution=resolution)
    await signal_store.resolve_of_order(tx, order.id, MOVED_ON, now=context.now, resolution=resolution)
    if not _is_open(to):
        return await _end(tx, order, to, context)
    reset: dict[str, object] = {}
    if to is Status.UNDER_INSPECTION and source is Status.AWAITING_PAYMENT:
        reset["client_decision"] = None
    if (source, to) == (Status.IN_TRANSIT, Status.READY_FOR_SHIPMENT):
        reset |= {"carrier": None, "tracking_number": None, "dispatch_date": None, "delivery_confirmed_at": None}
    order = await order_store.change(tx, order.id, now=context.now, status=to.value, status_since=at, **reset)
    await clock_store.set_stage(tx, order_id=order.id, stage=to.value)
    calendar = await owner_calendar(tx, order, context)
    await clock_store.open_clocks(
        tx, stage_clocks(order, to, policy=context.policy, calendar=calendar, opened_at=context.now)
    )
    return Effect(
        result={"from": source, "to": to},
        facts={"kinds": kinds, "reason": reason},
        order_id=order.id,
        settling=Settling.MOVED,
    )


def _is_open(status: Status) -> bool:
    return status not in (Status.CLOSED, Status.CANCELLED)


async def _end(tx: AsyncConnection, order: Order, to: Status, context: Context) -> Effect:
    """A terminal status: nothing may stay open behind it."""
    resolution = remark(RemarkKey.ORDER_ENDED, status=to)
    for task_id in await fact_store.end_tasks(tx, order.id, state="cancelled", now=context.now):
        await clock_store.close(tx, subject_kind="task", subject_id=task_id, now=context.now, resolution=resolution)
    for blocker_id in await fact_store.open_blocker_ids(tx, order.id):
        await fact_store.close_blocker(tx, blocker_id, resolution=resolution, now=context.now)
        await clock_store.close(
            tx, subject_kind="blocker", subject_id=blocker_id, now=context.now, resolution=resolution
        )
    for approval_id in await approval_store.drop_of_order(tx, order.id, now=context.now, because=resolution):
        await clock_store.close(
            tx, subject_kind="approval", subject_id=approval_id, now=context.now, resolution=resolution
        )
    await signal_store.resolve_of_order(tx, order.id, now=context.now, resolution=resolution)
    await assignment_store.end(tx, order.id, reason=to.value, now=context.now)
    await order_store.change(
        tx,
        order.id,
        now=context.now,
        status=to.value,
        status_since=context.at,
        closed_at=context.at,
        last_moved_at=context.now,
        next_step=None,
        next_step_due=None,
        due_at=None,
        hot=False,
    )
    from_status = order.status
    return Effect(
        result={"from": from_status, "to": to},
        order_id=order.id,
        notices=_tell_owner(order, to, context),
    )


def _tell_owner(order: Order, to: Status, context: Context) -> list[Notice]:
    if to is not Status.CANCELLED or order.owner_id is None or order.owner_id == context.person_id:
        return []
    return [
        Notice(
            person_id=order.owner_id,
            kind=NoticeKind.TAKEN_AWAY,
            order_id=order.id,
            params={"reason": remark(RemarkKey.ORDER_CANCELLED, reason=order.cancel_reason or CancelReason.OTHER)},
        )
    ]


async def owner_calendar(tx: AsyncConnection, order: Order, context: Context) -> WorkCalendar:
    """The working calendar that the order's clocks run by: its owner's, or the company's."""
    if order.owner_id is None:
        return context.calendars.of_team(None)
    return context.calendars.of(await people_store.get(tx, order.owner_id))
