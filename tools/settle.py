"""After anything happened to an order: its next step, due time, step task and movement clock are made true again.

This is the one place that keeps "no open order without owner, due time and next step" (docs/DOMAIN.md 2).
"""

import json
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.lifecycle import OrderFacts
from domain.next_step import next_step
from domain.orders import Order
from domain.policy import ClockKind
from domain.remarks import RemarkKey, remark
from domain.stage_clocks import movement_clock
from store.desk import clocks as clock_store
from store.desk import facts as fact_store
from store.desk import orders as order_store
from store.desk import signals as signal_store
from store.desk import violations as violation_store
from tools.registry import Context, Settling

WATCHES = ("movement", "signal")
STUCK_SIGNALS = ("stuck_24h", "stuck_72h")


async def order_facts(tx: AsyncConnection, order: Order, **more: object) -> tuple[OrderFacts, int]:
    """The facts that lifecycle rules look at, and the number of open blockers."""
    known = await fact_store.of_order(tx, order.id)
    facts = OrderFacts(
        answers=known.answers,
        has_note=known.has_note,
        paid=order.paid_eur,
        claim_open=order.claim_open,
        contacted=known.contacted_seller,
        approval_pending=known.approval_pending,
        **more,  # pyright: ignore[reportArgumentType] - the names are fields
    )
    return facts, known.open_blockers


async def settle(tx: AsyncConnection, order: Order, context: Context, how: Settling) -> Order:
    """Bring an open order's step, due time and clocks up to date; a closed one is left alone."""
    if not order.is_open or how is Settling.NONE:
        return order
    if how is Settling.MOVED:
        await _moved(tx, order, context)
    running = await clock_store.open_of_order(tx, order.id)
    arrival_due = any(clock.kind == "stage" and clock.level > 0 for clock in running)
    facts, blockers = await order_facts(tx, order, arrival_due=arrival_due)
    step = next_step(order, facts, blockers, context.policy)
    assert step is not None
    awaited = [clock for clock in running if clock.kind != ClockKind.APPROVAL or facts.approval_pending]
    due_at = nearest_due(awaited) or context.now
    params = json.dumps(dict(step.params), ensure_ascii=False)
    changes: dict[str, object] = {
        "next_step": step.key,
        "next_step_params": params,
        "next_step_due": due_at,
        "due_at": due_at,
    }
    if how is Settling.MOVED:
        changes["last_moved_at"] = context.now
    if order.hot and not await violation_store.keep_hot(tx, order.id):
        changes["hot"] = False
    order = await order_store.change(tx, order.id, now=context.now, **changes)
    if order.owner_id is not None:
        await fact_store.set_step_task(
            tx,
            order_id=order.id,
            owner_id=order.owner_id,
            key=step.key,
            params=params,
            due_at=due_at,
            now=context.now,
            decision=context.decision,
        )
    return order


def nearest_due(running: list[clock_store.ClockRow]) -> datetime | None:
    """When the order's next deadline falls: its earliest running clock, aside from the watches over it."""
    return min((clock.due_at for clock in running if clock.kind not in WATCHES), default=None)


async def _moved(tx: AsyncConnection, order: Order, context: Context) -> None:
    clock = movement_clock(order, context.policy, now=context.now)
    moved = remark(RemarkKey.MOVEMENT)
    await clock_store.resolve_violations(
        tx,
        subject_kind="order",
        subject_id=order.id,
        kinds=("movement",),
        now=context.now,
        by="system",
        resolution=moved,
    )
    await signal_store.resolve_of_order(tx, order.id, STUCK_SIGNALS, now=context.now, resolution=moved)
    if clock is not None:
        await clock_store.open_clocks(tx, [clock])
