"""Notes, contacts with client and seller, the client's decision, and the clocks that stop or start by them."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import AddNote, RecordClientDecision, RecordContact
from domain.errors import ConflictError
from domain.journal import Outcome
from domain.orders import ClientDecision, Order, Status
from domain.policy import ClockKind
from domain.remarks import RemarkKey, remark
from domain.stage_clocks import Subject, new_clock
from store.desk import clocks as clock_store
from store.desk import orders as order_store
from store.desk import signals as signal_store
from tools.follow_ups import drop_follow_ups
from tools.moves import owner_calendar
from tools.order_state import require_status
from tools.payments import ready_to_ship
from tools.registry import Context, Effect, Settling, tool

FOLLOW_UP_CODES = ("client_undecided",)
NAMED_WITHIN = timedelta(minutes=30)
"""So long after a contact is recorded, how it took place is said of that contact, not of another one."""

# Which clocks a contact with whom brings to rest (docs/DOMAIN.md 5).
ANSWERED_BY = {
    "client": (ClockKind.FIRST_CONTACT.value, ClockKind.CLIENT_REPLY.value),
    "seller": (ClockKind.FIRST_CONTACT.value,),
}

# Which clocks the client's word brings to rest: who is thinking again does not pay now.
STOPPED_BY = {
    ClientDecision.THINKING: (ClockKind.PAYMENT,),
    ClientDecision.CONFIRMED: (ClockKind.CLIENT_DECISION, ClockKind.FOLLOW_UP),
    ClientDecision.DECLINED: (ClockKind.CLIENT_DECISION, ClockKind.FOLLOW_UP, ClockKind.PAYMENT),
}


@tool(AddNote)
async def add_note(tx: AsyncConnection, command: AddNote, context: Context) -> Effect:
    """A note; it counts as movement."""
    return await _noted(tx, context, kind="note", note=command.text)


@tool(RecordContact)
async def record_contact(tx: AsyncConnection, command: RecordContact, context: Context) -> Effect:
    """A contact took place: the clocks it answers stop, a follow-up starts anew; a client's message wants a reply."""
    order = context.the_order
    if command.medium is not None and await _named(tx, command, command.medium, context):
        result = {"kind": f"contact_{command.party}", "medium": command.medium}
        return Effect(result=result, order_id=order.id)
    if command.party == "client" and command.direction == "in":
        await _open(tx, ClockKind.CLIENT_REPLY, order, context)
    else:
        await clock_store.close(
            tx,
            subject_kind="order",
            subject_id=order.id,
            now=context.now,
            resolution=remark(RemarkKey.CONTACT),
            kinds=ANSWERED_BY[command.party],
        )
    if command.party == "client" and order.client_decision is ClientDecision.THINKING:
        await _follow_up(tx, order, context)
    return await _noted(tx, context, kind=f"contact_{command.party}", note=command.text, medium=command.medium)


async def _named(tx: AsyncConnection, command: RecordContact, medium: str, context: Context) -> bool:
    return not command.text and await order_store.name_medium(
        tx,
        context.the_order.id,
        author_id=context.person_id,
        kind=f"contact_{command.party}",
        medium=medium,
        since=context.now - NAMED_WITHIN,
    )


async def _noted(tx: AsyncConnection, context: Context, *, kind: str, note: str, medium: str | None = None) -> Effect:
    order = context.the_order
    if not order.is_open:
        raise ConflictError(kind="order", name=order.code, state=order.status, allowed=("open",))
    await order_store.add_note(
        tx,
        order.id,
        author_id=context.person_id,
        kind=kind,
        note=note,
        at=context.at,
        decision=context.decision,
        medium=medium,
    )
    order = await order_store.change(tx, order.id, now=context.now)
    return Effect(result={"kind": kind}, order_id=order.id, settling=Settling.MOVED)


@tool(RecordClientDecision)
async def record_client_decision(tx: AsyncConnection, command: RecordClientDecision, context: Context) -> Effect:
    """Confirmed starts the payment clock; thinking starts the follow-up; declined leads to cancellation."""
    order = context.the_order
    require_status(order, Status.AWAITING_PAYMENT)
    known = order.client_decision is command.decision and command.decision is not ClientDecision.THINKING
    if known and not command.note:
        return Effect(result={"decision": command.decision}, order_id=order.id, outcome=Outcome.UNCHANGED)
    order = await order_store.change(tx, order.id, now=context.now, client_decision=command.decision.value)
    decided = remark(RemarkKey.CLIENT_DECIDED, decision=command.decision)
    await clock_store.close(
        tx,
        subject_kind="order",
        subject_id=order.id,
        now=context.now,
        resolution=decided,
        kinds=[kind.value for kind in STOPPED_BY[command.decision]],
    )
    if command.decision is ClientDecision.THINKING:
        await _follow_up(tx, order, context)
    else:
        await signal_store.resolve_of_order(tx, order.id, FOLLOW_UP_CODES, now=context.now, resolution=decided)
        await drop_follow_ups(tx, order, context)
    if command.decision is ClientDecision.CONFIRMED and not known:
        await _open(tx, ClockKind.PAYMENT, order, context)
    if command.note:
        await order_store.add_note(
            tx,
            order.id,
            author_id=context.person_id,
            kind="contact_client",
            note=command.note,
            at=context.now,
            decision=context.decision,
        )
    return Effect(
        result={"decision": command.decision},
        order_id=order.id,
        settling=Settling.MOVED,
        proposals=await ready_to_ship(tx, order, context),
    )


async def _follow_up(tx: AsyncConnection, order: Order, context: Context) -> None:
    """A new follow-up: the one before it, kept or missed, is over."""
    await clock_store.resolve_violations(
        tx,
        subject_kind="order",
        subject_id=order.id,
        kinds=(ClockKind.FOLLOW_UP.value,),
        now=context.now,
        by="system",
        resolution=remark(RemarkKey.FOLLOWED_UP),
    )
    await _open(tx, ClockKind.FOLLOW_UP, order, context)


async def _open(tx: AsyncConnection, kind: ClockKind, order: Order, context: Context) -> None:
    subject = Subject(kind="order", id=order.id, order_id=order.id, owner_id=order.owner_id, stage=order.status.value)
    calendar = await owner_calendar(tx, order, context)
    clock = new_clock(kind, subject, policy=context.policy, calendar=calendar, opened_at=context.now)
    await clock_store.open_clocks(tx, [clock])
