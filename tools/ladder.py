"""What people do about a breach: acknowledge, snooze, resolve; extend, pause and resume clocks (docs/DOMAIN.md 5)."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.calendars import WorkCalendar
from domain.clocks import (
    ClockRule,
    Deadlines,
    Level,
    Pause,
    ack_expires,
    extend,
    next_instant,
    plan,
    plan_movement,
    resume,
    snooze,
)
from domain.commands import Acknowledge, ExtendClock, PauseClock, Resolve, ResumeClock, Snooze
from domain.errors import ConflictError, InvalidInputError
from domain.people import LEADERS
from domain.policy import ClockKind, Policy
from domain.remarks import RemarkKey, remark
from domain.severity import Severity
from domain.stage_clocks import Terms, terms_of
from store import people as people_store
from store import policies as policy_store
from store.desk import clocks as clock_store
from store.desk import facts as fact_store
from store.desk import violations as violation_store
from store.desk.clocks import ClockRow
from tools.escalation_outcomes import tell_owner
from tools.registry import Context, Effect, Settling, tool
from tools.signals import due_by_severity

# The stuck watch is moved by moving the order; signals and approvals have their own ways to end.
MOVABLE = tuple(kind for kind in ClockKind if kind not in (ClockKind.MOVEMENT, ClockKind.SIGNAL, ClockKind.APPROVAL))


@tool(Acknowledge, locate=lambda tx, command: fact_store.locate_violation(tx, command.violation_id))
async def acknowledge(tx: AsyncConnection, command: Acknowledge, context: Context) -> Effect:
    """The ladder stops until the acknowledgement expires; a leader may repeat it, the breach's own owner may not."""
    until = ack_expires(context.now, context.policy.clocks.acknowledgement_lifetime)
    await _require_free(tx, command.violation_id, context)
    return await _hold(tx, command.violation_id, until, context)


async def _require_free(tx: AsyncConnection, violation_id: int, context: Context) -> None:
    """Of two who take it one wins, and the other is told who; whoever has it may take it longer."""
    violation = await violation_store.lock(tx, violation_id)
    held = violation.ack_by is not None and violation.ack_until is not None and violation.ack_until > context.now
    if not held or violation.ack_by in (None, context.person_id):
        return
    by = await people_store.get(tx, violation.ack_by)
    allowed = ("snooze", "resolve")
    raise ConflictError(kind="violation", name=str(violation_id), state="held", by=by.name, allowed=allowed)


@tool(Snooze, locate=lambda tx, command: fact_store.locate_violation(tx, command.violation_id))
async def snooze_violation(tx: AsyncConnection, command: Snooze, context: Context) -> Effect:
    """The same until a chosen moment."""
    calendar = await _calendar_of(tx, context.person_id, context)
    return await _hold(
        tx,
        command.violation_id,
        snooze(command.option, now=context.now, calendar=calendar, lengths=_lengths(context.policy)),
        context,
    )


def _lengths(policy: Policy) -> dict[str, timedelta]:
    return {option.key: option.length for option in policy.clocks.snooze if option.length is not None}


async def _hold(tx: AsyncConnection, violation_id: int, until: datetime, context: Context) -> Effect:
    before = await violation_store.get(tx, violation_id)
    if before.ack_at is not None and context.role not in LEADERS:  # else a ladder could be kept silent for ever
        allowed = ("a leader acknowledges, snoozes or resolves it",)
        raise ConflictError(kind="violation", name=str(violation_id), state="acknowledged", allowed=allowed)
    violation = await violation_store.hold(tx, violation_id, person_id=context.person_id, now=context.now, until=until)
    return Effect(
        result={"until": until},
        facts={"level": violation.level, "severity": violation.severity},
        subject=("violation", violation_id),
        order_id=violation.order_id,
        notices=await tell_owner(tx, context, "held", clock=violation.clock_kind, until=until),
        value=until,
    )


@tool(Resolve, locate=lambda tx, command: fact_store.locate_violation(tx, command.violation_id))
async def resolve(tx: AsyncConnection, command: Resolve, context: Context) -> Effect:
    """The violation is dealt with, and its escalations; while its clock runs on, the ladder begins anew."""
    violation = await violation_store.resolve(
        tx, command.violation_id, by=context.actor.name, resolution=command.resolution, now=context.now
    )
    clock = await clock_store.lock_run(tx, violation.clock_id, violation.epoch)
    due_at = None if clock is None else await _begin_anew(tx, clock, context)
    return Effect(
        result={"resolution": command.resolution} | ({} if due_at is None else {"due_at": due_at}),
        facts={"level": violation.level, "severity": violation.severity},
        subject=("violation", command.violation_id),
        order_id=violation.order_id,
        notices=await tell_owner(tx, context, "resolved", clock=violation.clock_kind, reason=command.resolution),
        settling=Settling.STEP if violation.order_id is not None else Settling.NONE,
    )


async def _begin_anew(tx: AsyncConnection, clock: ClockRow, context: Context) -> datetime:
    """The clock's next epoch, from now: words alone end no cause, so the order stays watched (docs/DOMAIN.md 5).

    Its limit is its own, but at most the policy's `after_resolving`: nobody waits 18 days to look at a lost bike again.
    """
    policy = context.policy
    if clock.kind == ClockKind.MOVEMENT:
        high, critical = policy.clocks.stuck[0], policy.clocks.stuck[-1]
        deadlines = plan_movement(context.now, high=high.after, critical=critical.after)
    else:
        terms = (await terms_of_clocks(tx, [clock], context))[clock.policy_version]
        limit = min(timedelta(seconds=clock.limit_seconds), policy.clocks.after_resolving)
        deadlines = plan(
            terms.rule(ClockKind(clock.kind), limit=limit, working=clock.working),
            opened_at=context.now,
            calendar=await _calendar_of(tx, clock.owner_id, context),
            pauses=pauses_of(clock),
            pause_max=terms.pause_max,
        )
        await clock_store.update(tx, clock.id, limit_seconds=int(limit.total_seconds()))
    await _replan(tx, clock, deadlines, epoch=clock.epoch + 1, level=Level.RUNNING)
    return deadlines.due_at


@tool(ExtendClock)
async def extend_clock(tx: AsyncConnection, command: ExtendClock, context: Context) -> Effect:
    """More running time for a clock; what it had broken is resolved by the extension, the ladder begins anew."""
    clock, terms = await _lock(tx, command.clock, context)
    calendar = await _calendar_of(tx, clock.owner_id, context)
    deadlines = extend(
        deadlines_of(clock),
        timedelta(minutes=command.minutes),
        rule=rule_of(clock, terms),
        calendar=calendar,
        now=context.now,
        pauses=pauses_of(clock),
        pause_max=terms.pause_max,
    )
    broken = clock.level >= Level.BREACHED  # what is not broken goes on: no attempt is used up
    await _replan(tx, clock, deadlines, epoch=clock.epoch + broken, level=Level.RUNNING)
    await clock_store.resolve_violations(
        tx,
        subject_kind=clock.subject_kind,
        subject_id=clock.subject_id,
        kinds=(clock.kind,),
        now=context.now,
        by=context.actor.name,
        resolution=remark(RemarkKey.EXTENDED, command.reason),
    )
    return Effect(
        result={"clock": clock.kind, "due_at": deadlines.due_at},
        facts={"was_due": clock.due_at, "reason": command.reason},
        order_id=clock.order_id,
        notices=await tell_owner(
            tx, context, "extended", clock=clock.kind, until=deadlines.due_at, reason=command.reason
        ),
        settling=Settling.STEP,
    )


@tool(PauseClock)
async def pause_clock(tx: AsyncConnection, command: PauseClock, context: Context) -> Effect:
    """The clock stands still, at most for the policy's longest pause; it goes on by itself when the time is up."""
    clock, terms = await _lock(tx, command.clock, context)
    length = timedelta(minutes=command.minutes)
    if length > terms.pause_max:
        most = int(terms.pause_max / timedelta(minutes=1))
        raise InvalidInputError(
            field="minutes", rule="pause", value=command.minutes, longest_minutes=most, allowed=(f"at most {most}",)
        )
    if any(pause.end is None or pause.end > context.now for pause in pauses_of(clock)):
        raise ConflictError(kind="clock", name=clock.kind, state="paused", allowed=("running",))
    pauses = [
        *clock.pauses,
        {
            "start": context.now.isoformat(),
            "end": (context.now + length).isoformat(),
            "reason": command.reason,
            "by": context.actor.name,
        },
    ]
    return await _with_pauses(tx, clock, pauses, terms, context)


@tool(ResumeClock)
async def resume_clock(tx: AsyncConnection, command: ResumeClock, context: Context) -> Effect:
    """The pause ends now."""
    clock, terms = await _lock(tx, command.clock, context)
    if not any(pause.end is not None and pause.start <= context.now < pause.end for pause in pauses_of(clock)):
        raise ConflictError(kind="clock", name=clock.kind, state="running", allowed=("paused",))
    last = {**clock.pauses[-1], "end": context.now.isoformat()}
    return await _with_pauses(tx, clock, [*clock.pauses[:-1], last], terms, context)


async def _with_pauses(
    tx: AsyncConnection, clock: ClockRow, pauses: list[Mapping[str, Any]], terms: Terms, context: Context
) -> Effect:
    calendar = await _calendar_of(tx, clock.owner_id, context)
    deadlines = resume(
        deadlines_of(clock),
        rule_of(clock, terms),
        parse_pauses(pauses),
        calendar,
        pause_max=terms.pause_max,
    )
    await clock_store.set_pauses(tx, clock.id, json.dumps(pauses, ensure_ascii=False))
    await _replan(tx, clock, deadlines, epoch=clock.epoch, level=Level(clock.level))
    return Effect(
        result={"clock": clock.kind, "due_at": deadlines.due_at},
        facts={"was_due": clock.due_at},
        order_id=clock.order_id,
        settling=Settling.STEP,
    )


async def _replan(tx: AsyncConnection, clock: ClockRow, deadlines: Deadlines, *, epoch: int, level: Level) -> None:
    await clock_store.update(
        tx,
        clock.id,
        epoch=epoch,
        level=int(level),
        opened_at=deadlines.opened_at,
        remind_at=deadlines.remind_at,
        due_at=deadlines.due_at,
        l2_at=deadlines.l2_at,
        l3_at=deadlines.l3_at,
        next_at=next_instant(deadlines, level),
        extended_seconds=deadlines.extended_by.total_seconds(),
    )


async def _lock(tx: AsyncConnection, kind: str, context: Context) -> tuple[ClockRow, Terms]:
    if kind not in MOVABLE:
        raise InvalidInputError(field="clock", value=kind, allowed=MOVABLE)
    clock = await clock_store.lock_one(tx, order_id=context.the_order.id, kind=kind)
    return clock, (await terms_of_clocks(tx, [clock], context))[clock.policy_version]


async def _calendar_of(tx: AsyncConnection, person_id: int | None, context: Context) -> WorkCalendar:
    if person_id is None:
        return context.calendars.of_team(None)
    return context.calendars.of(await people_store.get(tx, person_id))


async def terms_of_clocks(tx: AsyncConnection, clocks: Sequence[ClockRow], context: Context) -> Mapping[str, Terms]:
    """The terms of these clocks by policy version: a clock keeps those it was opened under (docs/DOMAIN.md 5)."""
    present = context.policy.version
    former = {clock.policy_version for clock in clocks} - {present}
    kept = await policy_store.terms(tx, former) if former else {}
    return dict.fromkeys({present, *former}, terms_of(context.policy)) | kept


def rule_of(clock: ClockRow, terms: Terms) -> ClockRule:
    """The rule as it was frozen on the clock: its own limit and hours, the ladder's shares of its terms."""
    limit = timedelta(seconds=clock.limit_seconds)
    return terms.rule(ClockKind(clock.kind), limit=limit, working=clock.working)


def deadlines_of(clock: ClockRow) -> Deadlines:
    """The clock's instants as the arithmetic wants them."""
    return Deadlines(
        opened_at=clock.opened_at,
        remind_at=clock.remind_at,
        due_at=clock.due_at,
        l2_at=clock.l2_at,
        l3_at=clock.l3_at,
        extended_by=timedelta(seconds=clock.extended_seconds),
    )


def pauses_of(clock: ClockRow) -> list[Pause]:
    """The clock's pauses, past and present."""
    return parse_pauses(clock.pauses)


def parse_pauses(written: "list[Mapping[str, Any]] | Any") -> list[Pause]:
    """Pauses from their stored JSON form."""
    return [
        Pause(
            start=datetime.fromisoformat(pause["start"]),
            end=datetime.fromisoformat(pause["end"]),
            reason=pause["reason"],
        )
        for pause in written
    ]


def violation_row(
    clock: ClockRow, level: Level, severity: Severity, context: Context, decision: UUID
) -> dict[str, object]:
    """The row for a clock that has broken its limit; `decision` is the journal row that says so."""
    return {
        "clock_id": clock.id,
        "subject_kind": clock.subject_kind,
        "subject_id": clock.subject_id,
        "order_id": clock.order_id,
        "clock_kind": clock.kind,
        "epoch": clock.epoch,
        "stage": clock.stage,
        "owner_id": clock.owner_id,
        "severity": severity.value,
        "level": int(level),
        "due_at": clock.due_at,
        "breached_at": context.now,
        "deadline": due_by_severity(severity, context),
        "decision": decision,
    }
