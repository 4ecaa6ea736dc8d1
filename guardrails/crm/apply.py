"""One event of the CRM and its effect on one order, inside a transaction that the caller commits."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import AdvanceOrder, CancelOrder, OrderCommand
from domain.errors import ConflictError, NotFoundError
from domain.journal import Outcome
from domain.orders import Order, Status
from domain.people import CRM_FEED, Role
from domain.remarks import RemarkKey, remark
from guardrails.approval.proposals import (
    Waiting,
    arguments_of,
)
from guardrails.crm.events import (
    CLOCK_SKEW,
    Incoming,
)
from guardrails.crm.refusals import (
    ILLEGAL,
    REFUSALS,
    Refusal,
    keep,
)
from guardrails.crm.results import (
    EventOutcome,
    EventResult,
)
from guardrails.gate import Gate
from store import feed as feed_store
from store import journal
from store.desk import approvals, orders, signals
from store.feed import Held
from tools.registry import Context


async def apply_event(
    gate: Gate, tx: AsyncConnection, incoming: Incoming, context: Context, *, previous: Held | None
) -> EventResult:
    """Carry the event out, or keep it with the reason; what it could not finish is undone, what it found is written."""
    assert incoming.command is not None
    try:
        order = await orders.lock(tx, incoming.order_ref)
    except (NotFoundError, ConflictError) as error:
        return await refuse(tx, Refusal(incoming=incoming, error=error, previous=previous), context)
    try:
        async with tx.begin_nested():
            result = await _carry(gate, tx, incoming, order, context)
    except REFUSALS as error:
        return await refuse(tx, Refusal(incoming=incoming, error=error, order=order, previous=previous), context)
    if previous is not None and result.outcome is not EventOutcome.LATE:
        taken_in = remark(RemarkKey.EVENT_TAKEN_IN)
        await signals.resolve_of_order(tx, order.id, (ILLEGAL,), now=context.now, resolution=taken_in)
    if result.outcome is not EventOutcome.APPLIED:
        return result
    assert incoming.occurred_at is not None
    freed = await feed_store.freed(tx, [order.code], occurred_at=incoming.occurred_at)
    return replace(result, freed=tuple(freed))


async def refuse(tx: AsyncConnection, refusal: Refusal, context: Context) -> EventResult:
    """Keep what cannot be taken in, and say so."""
    await keep(tx, refusal, context)
    return EventResult(
        event_id=refusal.incoming.event_id,
        outcome=EventOutcome(refusal.state),
        order=None if refusal.order is None else refusal.order.code,
        decision=None,
        error=refusal.error,
        occurred_at=refusal.incoming.occurred_at,
    )


async def _carry(gate: Gate, tx: AsyncConnection, incoming: Incoming, order: Order, context: Context) -> EventResult:
    assert incoming.command is not None
    assert incoming.occurred_at is not None
    command = incoming.command.model_copy(update={"order": order.code})
    happened_at = min(incoming.occurred_at, context.now)
    to = _target(command)
    if to is not None:
        if to is order.status:
            return await _noted(tx, EventOutcome.UNCHANGED, incoming, order, context)
        if await _is_late(tx, command, incoming, order):
            return await _noted(tx, EventOutcome.LATE, incoming, order, context)
        asked = await feed_store.pending_move(tx, order.id, to)
        if asked is not None:
            return _result(incoming, order, EventOutcome.APPROVAL, approval=await _known(tx, asked))
        happened_at = max(happened_at, order.status_since)
    done = await gate.perform_in(tx, command, replace(context, happened_at=happened_at))
    if isinstance(done, Waiting):
        return _result(incoming, order, EventOutcome.APPROVAL, approval=done)
    outcome = EventOutcome.UNCHANGED if done.outcome is Outcome.UNCHANGED else EventOutcome.APPLIED
    return replace(_result(incoming, order, outcome), decision=done.decision)


def _target(command: OrderCommand) -> Status | None:
    """The status the command would bring the order to; None for a fact that moves nothing."""
    match command:
        case AdvanceOrder():
            return command.to
        case CancelOrder():
            return Status.CANCELLED
        case _:
            return None


async def _is_late(tx: AsyncConnection, command: OrderCommand, incoming: Incoming, order: Order) -> bool:
    """Whether the order has moved on since the event occurred.

    A cancellation is late only when the CRM itself has reported a later status: what our people did meanwhile does not
    make a client's "no" undone.
    """
    assert incoming.occurred_at is not None
    # An order's first status begins by our clock, unless the CRM told when; its own may run a little behind.
    skew = CLOCK_SKEW if order.status is Status.PENDING_MANAGER else timedelta(0)
    if incoming.occurred_at >= order.status_since - skew:
        return False
    if not isinstance(command, CancelOrder):
        return True
    return await feed_store.last_mover(tx, order.id) == CRM_FEED.name


async def _known(tx: AsyncConnection, approval_id: int) -> Waiting:
    approval = await approvals.get(tx, approval_id)
    return Waiting(
        approval_id=approval.id,
        voters=frozenset(Role(role) for role in approval.voters),
        quorum=approval.quorum,
        expires_at=approval.expires_at,
        known=True,
    )


async def _noted(
    tx: AsyncConnection, outcome: EventOutcome, incoming: Incoming, order: Order, context: Context
) -> EventResult:
    """Nothing to do: journaled with the reason, no effect."""
    assert incoming.command is not None
    facts: Mapping[str, object] = {
        "event": incoming.event_id,
        "occurred_at": incoming.occurred_at,
        "status": order.status,
        "status_since": order.status_since,
    }
    entry = context.entry(
        uid=context.decision,
        action=incoming.command.action,
        order_id=order.id,
        facts=facts,
        proposed=arguments_of(incoming.command),
        result={"event": outcome},
        outcome=Outcome.UNCHANGED,
    )
    await journal.append(tx, [replace(entry, rule=f"feed-{outcome}")])
    return replace(_result(incoming, order, outcome), decision=context.decision)


def _result(incoming: Incoming, order: Order, outcome: EventOutcome, *, approval: Waiting | None = None) -> EventResult:
    return EventResult(
        event_id=incoming.event_id,
        outcome=outcome,
        order=order.code,
        approval=approval,
        occurred_at=incoming.occurred_at,
    )
