"""Signals as the rules raise them: circle and severity from the policy, due by severity, one open per dedup key."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.calendars import WorkCalendar
from domain.clocks import ack_expires, snooze
from domain.commands import HoldSignal, RaiseSignal, ResolveSignal, WatchSignals
from domain.errors import ConflictError
from domain.journal import Outcome
from domain.notices import Notice, NoticeKind
from domain.policy import ClockKind, SignalCode, TimeBase
from domain.remarks import RemarkKey, remark
from domain.severity import Severity
from domain.stage_clocks import NewClock, Subject, new_clock
from store import people as people_store
from store.desk import clocks as clock_store
from store.desk import orders as order_store
from store.desk import signals as signal_store
from store.desk.facts import Located
from store.desk.signals import Signal
from tools.crises import require_ends
from tools.registry import Context, Effect, Examination, Settling, tool
from tools.roster import leaders, on_duty
from tools.settle import settle

# A later fact that makes an order's earlier signals moot: a status move, a new owner.
MOVED_ON = (
    "sla_breach",
    "not_accepted",
    "no_eligible_manager",
    "client_undecided",
    "illegal_transition",
    "circle_conflict",
)
URGENT = (Severity.HIGH, Severity.CRITICAL)
TAKEN = "taken"
NEW_OWNER = ("not_accepted", "no_eligible_manager")


async def _about(tx: AsyncConnection, command: RaiseSignal) -> Located:
    if command.order is not None:
        order = await order_store.get(tx, command.order)
        return Located(id=order.id, order_id=order.id, owner_id=None)
    if command.person_id is not None:
        person = await people_store.get(tx, command.person_id)
        return Located(id=person.id, order_id=None, owner_id=person.id)
    return Located(id=0, order_id=None, owner_id=None)


@tool(RaiseSignal, locate=_about)
async def raise_signal(tx: AsyncConnection, command: RaiseSignal, context: Context) -> Effect:
    """Somebody has seen something; the duty admin hears of what is urgent, once while the signal is open."""
    order_id = None if context.order is None else context.order.id
    subject = _subject(command, order_id)
    row = signal_row(
        command.code,
        context,
        order_id=order_id,
        evidence=command.evidence,
        severity=command.severity,
        subject=subject,
    )
    raised = await signal_store.raise_many(tx, [row])
    if not raised:
        known = await signal_store.open_with_key(tx, str(row["dedup_key"]))
        return Effect(result={"known": known}, order_id=order_id, outcome=Outcome.UNCHANGED, value=known)
    return Effect(
        result={"signal": raised[0], "severity": row["severity"], "due_at": row["due_at"]},
        subject=("signal", raised[0]),
        order_id=order_id,
        notices=await _heard(tx, raised[0], command, Severity(str(row["severity"])), context),
        value=raised[0],
    )


def _subject(command: RaiseSignal, order_id: int | None) -> tuple[str, int | None]:
    if order_id is not None:
        return ("order", order_id)
    return ("company", None) if command.person_id is None else ("person", command.person_id)


async def _heard(
    tx: AsyncConnection, signal_id: int, command: RaiseSignal, severity: Severity, context: Context
) -> list[Notice]:
    """The leader on duty among those who can be reached, and who neither raised it nor are what it is about."""
    if severity not in URGENT:
        return []
    aside = (command.person_id, context.person_id)
    admins = [person for person in await leaders(tx) if person.telegram_blocked_at is None and person.id not in aside]
    admin = on_duty(admins, context)
    if admin is None:
        return []
    about = {} if command.person_id is None else {"person": (await people_store.get(tx, command.person_id)).name}
    return [
        Notice(
            person_id=admin.id,
            kind=NoticeKind.SIGNAL,
            order_id=None if context.order is None else context.order.id,
            params={"code": command.code.value, "signal": signal_id, **about},
            dedup_key=f"signal:{signal_id}:{admin.id}",
            critical=severity is Severity.CRITICAL,
        )
    ]


async def _locate(tx: AsyncConnection, command: ResolveSignal | HoldSignal) -> Located:
    signal = await signal_store.get_open(tx, command.signal_id)
    return Located(id=signal.id, order_id=signal.order_id, owner_id=None)


async def examine_resolving(tx: AsyncConnection, command: ResolveSignal, context: Context) -> Examination:
    """A crisis that does not end like any signal is refused before anybody is asked to vote."""
    signal = await signal_store.get_open(tx, command.signal_id)
    await require_ends(tx, signal, context, rejected=command.rejected)
    return Examination()


@tool(ResolveSignal, locate=_locate, examine=examine_resolving)
async def resolve_signal(tx: AsyncConnection, command: ResolveSignal, context: Context) -> Effect:
    """The signal is dealt with, or was none; a crisis has rules of its own (`tools/crises.py`)."""
    signal = await signal_store.get_open(tx, command.signal_id)
    await require_ends(tx, signal, context, rejected=command.rejected)
    status = "rejected" if command.rejected else "resolved"
    await signal_store.settle(tx, command.signal_id, status=status, resolution=command.resolution, now=context.now)
    await _stop_clock(tx, command.signal_id, command.resolution, context)
    assert context.located is not None
    return Effect(
        result={"status": status, "resolution": command.resolution},
        subject=("signal", command.signal_id),
        order_id=context.located.order_id,
        settling=Settling.STEP,
    )


@tool(HoldSignal, locate=_locate)
async def hold_signal(tx: AsyncConnection, command: HoldSignal, context: Context) -> Effect:
    """The signal's ladder stops while somebody is at it, or until the moment it was put away to."""
    taken = command.option == TAKEN
    if taken:
        await _require_free(tx, command.signal_id, context)
    until = await _held_until(tx, command, context)
    status = "acknowledged" if taken else "snoozed"
    await signal_store.hold(tx, command.signal_id, status=status, person_id=context.person_id, until=until)
    assert context.located is not None
    return Effect(
        result={"status": status, "until": until},
        subject=("signal", command.signal_id),
        order_id=context.located.order_id,
        value=until,
    )


async def _require_free(tx: AsyncConnection, signal_id: int, context: Context) -> None:
    """Of two who take it one wins, and the other is told who."""
    signal = await signal_store.lock(tx, signal_id)
    held = signal.ack_by is not None and signal.snoozed_until is not None and signal.snoozed_until > context.now
    if not held or signal.ack_by in (None, context.person_id):
        return
    by = await people_store.get(tx, signal.ack_by)
    allowed = ("resolve", "snooze")
    raise ConflictError(kind="violation", name=str(signal_id), state="held", by=by.name, allowed=allowed)


async def _held_until(tx: AsyncConnection, command: HoldSignal, context: Context) -> datetime:
    clocks = context.policy.clocks
    if command.option == TAKEN:
        return ack_expires(context.now, clocks.acknowledgement_lifetime)
    calendar = context.calendars.of_team(None)
    if context.person_id is not None:
        calendar = context.calendars.of(await people_store.get(tx, context.person_id))
    lengths = {option.key: option.length for option in clocks.snooze if option.length is not None}
    return snooze(command.option, now=context.now, calendar=calendar, lengths=lengths)


@tool(WatchSignals)
async def watch_signals(tx: AsyncConnection, command: WatchSignals, context: Context) -> Effect:
    """Open signals get a clock that runs out when their severity says so; settled ones lose theirs."""
    settled = await _stop_settled(tx, command.batch, context)
    fresh = await signal_store.without_clock(tx, batch=command.batch)
    await clock_store.open_clocks(tx, [_clock(signal, context) for signal in fresh])
    count = settled + len(fresh)
    return Effect(
        result={"started": len(fresh), "stopped": settled},
        outcome=Outcome.DONE if count else Outcome.UNCHANGED,
        journaled=not count,
        value=count,
    )


async def _stop_settled(tx: AsyncConnection, batch: int, context: Context) -> int:
    """Their orders are made true again: the signal may have been what kept one hot. Orders in other hands wait."""
    settled = await signal_store.settled_with_clock(tx, batch=batch)
    free = await order_store.lock_free(tx, [signal.order_id for signal in settled if signal.order_id is not None])
    stopped = [signal for signal in settled if signal.order_id is None or signal.order_id in free]
    for signal in stopped:
        await _stop_clock(tx, signal.id, signal.resolution or remark(RemarkKey.SIGNAL_SETTLED), context)
    for order_id in {signal.order_id for signal in stopped if signal.order_id is not None}:
        await settle(tx, await order_store.lock_by_id(tx, order_id), context, Settling.STEP)
    return len(stopped)


def _clock(signal: Signal, context: Context) -> NewClock:
    severity = Severity(signal.severity)
    rule = context.policy.severity.limits[severity]
    return new_clock(
        ClockKind.SIGNAL,
        Subject(kind="signal", id=signal.id, order_id=signal.order_id),
        policy=context.policy,
        calendar=context.calendars.of_team(None),
        opened_at=signal.created_at,
        limit=rule.limit,
        working=rule.time is TimeBase.WORKING,
        severity=severity,
    )


async def _stop_clock(tx: AsyncConnection, signal_id: int, resolution: str, context: Context) -> None:
    await clock_store.close(tx, subject_kind="signal", subject_id=signal_id, now=context.now, resolution=resolution)


def due_by_severity(severity: Severity, context: Context, calendar: WorkCalendar | None = None) -> datetime:
    """By when a thing of this severity must be dealt with (docs/DOMAIN.md 6)."""
    rule = context.policy.severity.limits[severity]
    if rule.time is TimeBase.CALENDAR:
        return context.now + rule.limit
    return (calendar or context.calendars.of_team(None)).add_working(context.now, rule.limit)


def signal_row(
    code: str,
    context: Context,
    *,
    order_id: int | None,
    evidence: Mapping[str, object],
    decision: UUID | None = None,
    severity: Severity | None = None,
    subject: tuple[str, int | None] | None = None,
    dedup_key: str | None = None,
) -> dict[str, object]:
    """A row for the store; `severity` where the raiser knows better than the policy."""
    rule = context.policy.signals.codes[SignalCode(code)]
    level = severity or rule.severity
    kind, subject_id = subject or ("order", order_id)
    return {
        "code": code,
        "raised_by": context.actor.name,
        "circle": rule.circle,
        "severity": level.value,
        "subject_kind": kind,
        "subject_id": subject_id,
        "order_id": order_id,
        "evidence": dict(evidence),
        "dedup_key": dedup_key or f"{code}:{kind}:{subject_id}",
        "due_at": due_by_severity(level, context),
        "created_at": context.now,
        "decision": decision or context.decision,
    }
