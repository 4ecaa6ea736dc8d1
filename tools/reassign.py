"""Orders change hands, one or many (docs/DOMAIN.md 4)."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.assignment import NewOrder
from domain.clocks import Level
from domain.commands import MassReassign, ReassignOrder
from domain.errors import ConflictError, InvalidInputError
from domain.journal import Outcome
from domain.notices import Notice, NoticeKind, calm
from domain.orders import Order, Status
from domain.people import Role
from domain.policy import ClockKind, Risk
from domain.remarks import RemarkKey, remark
from domain.severity import Severity
from domain.stage_clocks import Subject, new_clock
from store import people as people_store
from store.desk import assignments as assignment_store
from store.desk import clocks as clock_store
from store.desk import facts as fact_store
from store.desk import orders as order_store
from store.desk import signals as signal_store
from store.desk.clocks import ClockRow
from store.desk.sweep import (
    Climb,
    climb,
)
from tools.escalation_outcomes import by_whom
from tools.ladder import violation_row
from tools.registry import Context, Effect, Examination, Settling, tool
from tools.roster import LEADERLESS_RETRY, Placement, Roster
from tools.settle import settle
from tools.signals import NEW_OWNER, signal_row
from tools.step_notice import step_notice


@tool(ReassignOrder)
async def reassign(tx: AsyncConnection, command: ReassignOrder, context: Context) -> Effect:
    """Give the order to a named manager, or to the least loaded eligible one who has not refused it."""
    order = context.the_order
    if not order.is_open:
        raise ConflictError(kind="order", name=order.code, state=order.status, allowed=("open",))
    if command.because == "not_accepted":
        missed = await _let_lie(tx, order, context)
        if not missed:
            return Effect(result={"owner": order.owner_id}, order_id=order.id, outcome=Outcome.UNCHANGED)
        rows = [
            violation_row(clock, Level.BREACHED, Severity(clock.severity), context, context.decision)
            for clock in missed
        ]
        await climb(tx, Climb(violations=rows))
        if command.manager_id is None and not await _anybody(tx, order, context):
            return await _stay(tx, order, missed, context)
    return await hand_over(tx, order, context, reason=command.reason, end_reason=command.because, to=command.manager_id)


async def _let_lie(tx: AsyncConnection, order: Order, context: Context) -> list[ClockRow]:
    """The clock of the last attempt to have the order accepted, when it is missed: a violation like every other.

    The owner may have accepted, or another worker may have given the order away, since somebody saw it lying.
    """
    attempts = context.policy.assignment.accept_attempts
    running = await clock_store.open_of_order(tx, order.id)
    missed = [
        clock for clock in running if clock.kind == "accept" and clock.epoch >= attempts and clock.due_at <= context.now
    ]
    return missed if order.status is Status.PENDING_MANAGER else []


async def _anybody(tx: AsyncConnection, order: Order, context: Context) -> bool:
    """Whether the order could go to a manager or, failing that, to a leader."""
    return (await Roster.read(tx, context)).find([await wanted(tx, order)])[0] is not None


async def _stay(tx: AsyncConnection, order: Order, missed: Sequence[ClockRow], context: Context) -> Effect:
    """There is nobody else: the owner keeps the order and hears of the breach, once; it is tried again in a while."""
    fresh = [clock for clock in missed if clock.level < Level.BREACHED]
    for clock in missed:
        await clock_store.update(tx, clock.id, level=int(Level.BREACHED), next_at=context.now + LEADERLESS_RETRY)
    owner_id = order.owner_id
    return Effect(
        result={"owner": owner_id, "waits_for": "a manager or a leader"},
        order_id=order.id,
        outcome=Outcome.UNCHANGED,
        notices=[
            step_notice(clock, Level.BREACHED, Severity(clock.severity), owner_id, context.decision)
            for clock in fresh
            if owner_id is not None
        ],
        journaled=not fresh,
    )


async def hand_over(
    tx: AsyncConnection,
    order: Order,
    context: Context,
    *,
    reason: str,
    end_reason: str,
    to: int | None = None,
    tell_former: bool = True,
) -> Effect:
    """End the present assignment, choose the next owner, restart the accept clock where nobody has accepted yet."""
    former = order.owner_id
    if to is not None and to == former:
        raise ConflictError(kind="order", name=order.code, state="theirs", allowed=("somebody else",))
    await assignment_store.end(tx, order.id, reason=end_reason, now=context.now)
    roster = await Roster.read(tx, context)
    placement = await _named(tx, to, roster, context) if to is not None else await _chosen(tx, order, roster)
    pending = order.status is Status.PENDING_MANAGER
    await assignment_store.begin(
        tx,
        order.id,
        manager_id=placement.owner_id,
        actor=context.actor.name,
        now=context.now,
        starts_at=placement.starts_at,
        accepted=not pending,
        decision=context.decision,
    )
    order = await order_store.change(tx, order.id, now=context.now, owner_id=placement.owner_id)
    await fact_store.pass_on_work(tx, order.id, former=former, owner_id=placement.owner_id)
    await clock_store.set_owner(tx, order_id=order.id, former=former, owner_id=placement.owner_id)
    if pending:
        await _restart_accept(tx, order, placement, context)
    found = placement.manager or to is not None
    await _raise(tx, order, context, end_reason=end_reason, former=former, found=found)
    return Effect(
        result={"from": former, "to": placement.owner_id, "starts_at": placement.starts_at},
        facts={"reason": reason, "because": end_reason},
        order_id=order.id,
        notices=_notices(
            order, placement, former if tell_former else None, reason, by=await by_whom(tx, context), pending=pending
        ),
        settling=Settling.STEP,
    )


async def _named(tx: AsyncConnection, manager_id: int, roster: Roster, context: Context) -> Placement:
    """The person somebody chose by name: one who works on orders; load and shift are the chooser's business."""
    person = await people_store.get(tx, manager_id)
    if not person.active or person.role is Role.VIEWER:
        raise InvalidInputError(field="manager_id", value=manager_id, allowed=[str(row) for row in roster.managers])
    calendar = context.calendars.working(person)
    return Placement(
        owner_id=person.id,
        starts_at=calendar.opening_at_or_after(context.now),
        calendar=context.calendars.of(person),
        manager=person.id in roster.managers,
    )


async def _chosen(tx: AsyncConnection, order: Order, roster: Roster) -> Placement:
    return roster.place([await wanted(tx, order)])[0]


async def wanted(tx: AsyncConnection, order: Order) -> NewOrder:
    """The order as assignment sees it: not for its present owner, nor for who refused it."""
    excluded = await assignment_store.refused_by(tx, order.id)
    if order.owner_id is not None:
        excluded |= {order.owner_id}
    return NewOrder(key=order.code, is_ebike=order.is_ebike, price_eur=order.price_eur, excluded=excluded)


async def _restart_accept(tx: AsyncConnection, order: Order, placement: Placement, context: Context) -> None:
    await clock_store.resolve_violations(
        tx,
        subject_kind="order",
        subject_id=order.id,
        kinds=("accept",),
        now=context.now,
        by="system",
        resolution=remark(RemarkKey.HANDED_OVER),
    )
    subject = Subject(
        kind="order", id=order.id, order_id=order.id, owner_id=placement.owner_id, stage=order.status.value
    )
    clock = new_clock(
        ClockKind.ACCEPT,
        subject,
        policy=context.policy,
        calendar=placement.calendar,
        opened_at=placement.starts_at,
    )
    await clock_store.restart(tx, clock, now=context.now)


async def _raise(
    tx: AsyncConnection,
    order: Order,
    context: Context,
    *,
    end_reason: str,
    former: int | None,
    found: bool,
) -> None:
    if found:
        resolution = remark(RemarkKey.NEW_OWNER)
        await signal_store.resolve_of_order(tx, order.id, NEW_OWNER, now=context.now, resolution=resolution)
    signals: list[dict[str, object]] = []
    if end_reason == "not_accepted":
        evidence = {"manager": former, "attempts": context.policy.assignment.accept_attempts}
        key = f"not_accepted:order:{order.id}:{former}"
        signals.append(signal_row("not_accepted", context, order_id=order.id, evidence=evidence, dedup_key=key))
    if not found:
        signals.append(signal_row("no_eligible_manager", context, order_id=order.id, evidence={"order": order.code}))
    await signal_store.raise_many(tx, signals)


def _notices(
    order: Order, placement: Placement, former: int | None, reason: str, *, by: str, pending: bool
) -> list[Notice]:
    kind = NoticeKind.NEW_ORDER if pending else NoticeKind.REASSIGNED
    notices = [
        Notice(
            person_id=placement.owner_id,
            kind=kind,
            order_id=order.id,
            params={"reason": reason, "by": by},
        )
    ]
    if former is not None and former != placement.owner_id:
        notices.append(
            Notice(person_id=former, kind=NoticeKind.TAKEN_AWAY, order_id=order.id, params={"reason": reason, "by": by})
        )
    return notices


# ── many at once ─────────────────────────────────────────────────────────────────────────────────────────────────────
async def examine_mass(_tx: AsyncConnection, command: MassReassign, context: Context) -> Examination:
    """More orders than the mass limit need a human approval (docs/DOMAIN.md 8)."""
    many = len(command.orders) > context.policy.approvals.mass_above
    return Examination(
        risks=frozenset({Risk.MASS}) if many else frozenset(),
        evidence={"orders": list(command.orders), "count": len(command.orders), "from_manager": command.from_manager},
        why=command.reason,
    )


@tool(MassReassign, examine=examine_mass)
async def mass_reassign(tx: AsyncConnection, command: MassReassign, context: Context) -> Effect:
    """Move these orders of one manager to the others; orders that meanwhile left the manager are left alone."""
    moved: list[str] = []
    notices: list[Notice] = []
    # All orders are locked before the first takes its turn to be assigned: nobody waits for us while we wait for them.
    locked = {order.id: order for order in [await order_store.lock(tx, code) for code in sorted(command.orders)]}
    for order in locked.values():
        if order.owner_id != command.from_manager or not order.is_open:
            continue
        effect = await hand_over(
            tx, order, replace(context, order=order), reason=command.reason, end_reason="reassigned"
        )
        await settle(tx, await order_store.lock_by_id(tx, order.id), context, effect.settling)
        notices.extend(effect.notices)
        moved.append(order.code)
    return Effect(
        result={"moved": moved, "left": [order.code for order in locked.values() if order.code not in moved]},
        outcome=Outcome.DONE if moved else Outcome.UNCHANGED,
        subject=("person", command.from_manager),
        notices=calm(notices, threshold=context.policy.clocks.storm_threshold),
    )
