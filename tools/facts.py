"""What happened on an order: answers, notes, contacts, the client's decision, payment, delivery, logistics, claims."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.checklist import Answer, PointAnswer, progress, validate_answer
from domain.commands import (
    AddNote,
    AdvanceOrder,
    AnswerChecklist,
    CloseClaim,
    OpenClaim,
    RecordClientDecision,
    RecordCompliance,
    RecordContact,
    RecordDelivery,
    RecordPayment,
    SetLogistics,
)
from domain.errors import ConflictError, InvalidInputError
from domain.journal import Outcome
from domain.lifecycle import rule_transition
from domain.money import client_total
from domain.orders import OPEN_STATUSES, ClientDecision, Compliance, Order, Status
from domain.policy import ClockKind
from domain.stage_clocks import Subject, new_clock
from store import clocks as clock_store
from store import facts as fact_store
from store import orders as order_store
from store import signals as signal_store
from tools.moves import owner_calendar
from tools.registry import Context, Effect, Settling, tool
from tools.settle import order_facts
from tools.signals import signal_row

FOLLOW_UP_CODES = ("client_undecided",)


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


def _require(order: Order, *allowed: Status) -> None:
    if order.status not in allowed:
        raise ConflictError(kind="order", name=order.code, state=order.status, allowed=allowed)


@tool(AnswerChecklist)
async def answer(tx: AsyncConnection, command: AnswerChecklist, context: Context) -> Effect:
    """Write answers of the 28-point check while the bike is under inspection (docs/DOMAIN.md 3)."""
    order = context.the_order
    _require(order, Status.UNDER_INSPECTION)
    answers = [
        validate_answer(
            given.point,
            Answer(
                point=given.point,
                answer=PointAnswer(given.answer),
                comment=given.comment,
                photos=given.photos,
                flags=given.flags,
                verdict=given.verdict,
            ),
            order,
            context.policy,
        )
        for given in command.answers
    ]
    await fact_store.put_answers(
        tx, order.id, answers, by_id=context.person_id, now=context.now, decision=context.decision
    )
    facts, _ = await order_facts(tx, order)
    check = progress(facts.answers, order, context.policy)
    await order_store.change(
        tx, order.id, now=context.now, verdict=None if check.verdict is None else check.verdict.value
    )
    return Effect(
        result={
            "answered": check.answered,
            "total": check.total,
            "missing_points": check.missing_points,
            "missing_photos": check.missing_photos,
            "verdict": check.verdict,
        },
        facts={"points": [given.point for given in answers]},
        order_id=order.id,
        settling=Settling.MOVED,
    )


@tool(AddNote)
async def add_note(tx: AsyncConnection, command: AddNote, context: Context) -> Effect:
    """A note; it counts as movement."""
    return await _noted(tx, context, kind="note", note=command.text)


@tool(RecordContact)
async def record_contact(tx: AsyncConnection, command: RecordContact, context: Context) -> Effect:
    """A contact took place: the clocks it answers stop, a follow-up starts anew; a client's message wants a reply."""
    order = context.the_order
    if command.party == "client" and command.direction == "in":
        await _open(tx, ClockKind.CLIENT_REPLY, order, context)
    else:
        await clock_store.close(
            tx,
            subject_kind="order",
            subject_id=order.id,
            now=context.now,
            resolution="contact recorded",
            kinds=ANSWERED_BY[command.party],
        )
    if command.party == "client" and order.client_decision is ClientDecision.THINKING:
        await _follow_up(tx, order, context)
    return await _noted(tx, context, kind=f"contact_{command.party}", note=command.text)


async def _noted(tx: AsyncConnection, context: Context, *, kind: str, note: str) -> Effect:
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
    )
    order = await order_store.change(tx, order.id, now=context.now)
    return Effect(result={"kind": kind}, order_id=order.id, settling=Settling.MOVED)


@tool(RecordClientDecision)
async def record_client_decision(tx: AsyncConnection, command: RecordClientDecision, context: Context) -> Effect:
    """Confirmed starts the payment clock; thinking starts the follow-up; declined leads to cancellation."""
    order = context.the_order
    _require(order, Status.AWAITING_PAYMENT)
    known = order.client_decision is command.decision and command.decision is not ClientDecision.THINKING
    if known and not command.note:
        return Effect(result={"decision": command.decision}, order_id=order.id, outcome=Outcome.UNCHANGED)
    order = await order_store.change(tx, order.id, now=context.now, client_decision=command.decision.value)
    await clock_store.close(
        tx,
        subject_kind="order",
        subject_id=order.id,
        now=context.now,
        resolution=f"client: {command.decision}",
        kinds=[kind.value for kind in STOPPED_BY[command.decision]],
    )
    if command.decision is ClientDecision.THINKING:
        await _follow_up(tx, order, context)
    else:
        await signal_store.resolve_of_order(
            tx, order.id, FOLLOW_UP_CODES, now=context.now, resolution=f"client: {command.decision}"
        )
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
        proposals=await _ready_to_ship(tx, order, context),
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
        resolution="followed up",
    )
    await _open(tx, ClockKind.FOLLOW_UP, order, context)


async def _open(tx: AsyncConnection, kind: ClockKind, order: Order, context: Context) -> None:
    subject = Subject(kind="order", id=order.id, order_id=order.id, owner_id=order.owner_id, stage=order.status.value)
    calendar = await owner_calendar(tx, order, context)
    clock = new_clock(kind, subject, policy=context.policy, calendar=calendar, opened_at=context.now)
    await clock_store.open_clocks(tx, [clock])


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
        proposals=await _ready_to_ship(tx, order, context),
    )


async def _ready_to_ship(tx: AsyncConnection, order: Order, context: Context) -> list[AdvanceOrder]:
    """The confirmation a human is asked for, once everything is paid and the evidence is complete; else nothing."""
    if order.status is not Status.AWAITING_PAYMENT or order.compliance is not Compliance.CLEAR:
        return []
    if order.paid_eur < client_total(order.price_eur, order.delivery_method, context.policy):
        return []
    facts, _ = await order_facts(tx, order)
    ruling = rule_transition(order, Status.READY_FOR_SHIPMENT, facts, context.policy)
    if ruling.missing or facts.approval_pending:
        return []
    return [AdvanceOrder(order=order.code, to=Status.READY_FOR_SHIPMENT, reason="payment reported in full")]


@tool(RecordCompliance)
async def record_compliance(tx: AsyncConnection, command: RecordCompliance, context: Context) -> Effect:
    """The screens are clear, or the deal is blocked (docs/DOMAIN.md 10)."""
    order = context.the_order
    _require(order, *OPEN_STATUSES)
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
        proposals=await _ready_to_ship(tx, order, context),
    )


@tool(SetLogistics)
async def set_logistics(tx: AsyncConnection, command: SetLogistics, context: Context) -> Effect:
    """Carrier, tracking number, dispatch date."""
    order = context.the_order
    _require(order, Status.READY_FOR_SHIPMENT, Status.IN_TRANSIT)
    given = command.model_dump(include={"carrier", "tracking_number", "dispatch_date"}, exclude_none=True)
    if not given:
        raise InvalidInputError(
            field="logistics", value="nothing", allowed=("carrier", "tracking_number", "dispatch_date")
        )
    order = await order_store.change(tx, order.id, now=context.now, **given)
    return Effect(result=given, order_id=order.id, settling=Settling.MOVED)


@tool(RecordDelivery)
async def record_delivery(tx: AsyncConnection, command: RecordDelivery, context: Context) -> Effect:
    """The delivery is confirmed; the order may move to delivered."""
    order = context.the_order
    _require(order, Status.IN_TRANSIT)
    delivered_at = command.delivered_at or context.now
    if delivered_at > context.now + timedelta(minutes=5):
        raise InvalidInputError(field="delivered_at", value=delivered_at.isoformat(), allowed=("not in the future",))
    order = await order_store.change(tx, order.id, now=context.now, delivery_confirmed_at=delivered_at)
    return Effect(result={"delivered_at": delivered_at}, order_id=order.id, settling=Settling.MOVED)


@tool(OpenClaim)
async def open_claim(tx: AsyncConnection, command: OpenClaim, context: Context) -> Effect:
    """A claim after delivery: the order stays open, Quality hears of it."""
    order = context.the_order
    _require(order, Status.DELIVERED)
    order = await order_store.change(tx, order.id, now=context.now, claim_open=True)
    await signal_store.raise_many(
        tx, [signal_row("claim_opened", context, order_id=order.id, evidence={"text": command.text})]
    )
    await order_store.add_note(
        tx,
        order.id,
        author_id=context.person_id,
        kind="note",
        note=command.text,
        at=context.now,
        decision=context.decision,
    )
    return Effect(result={"claim": "open"}, order_id=order.id, settling=Settling.MOVED)


@tool(CloseClaim)
async def close_claim(tx: AsyncConnection, command: CloseClaim, context: Context) -> Effect:
    """The claim is settled; what it cost in money went through its own approval."""
    order = context.the_order
    if not order.claim_open:
        raise ConflictError(kind="claim", name=order.code, state="closed", allowed=("open",))
    order = await order_store.change(tx, order.id, now=context.now, claim_open=False)
    await signal_store.resolve_of_order(tx, order.id, ("claim_opened",), now=context.now, resolution=command.resolution)
    return Effect(result={"claim": "closed"}, order_id=order.id, settling=Settling.MOVED)
