"""Which clocks run at which stage of an order, and how one is opened with every instant of its ladder worked out.

The instants are frozen on the clock together with the policy version: a later policy does not move a running clock, and
the sweep needs no calendar (docs/DOMAIN.md 5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.calendars import WorkCalendar
from domain.clocks import ClockRule, Deadlines, Level, next_instant, plan, plan_movement
from domain.orders import Order, Status
from domain.policy import ClockKind, Policy, TimeBase
from domain.severity import Severity

STAGE_CLOCKS: Mapping[Status, tuple[ClockKind, ...]] = {
    Status.PENDING_MANAGER: (ClockKind.STAGE, ClockKind.ACCEPT),
    Status.UNDER_INSPECTION: (ClockKind.STAGE, ClockKind.FIRST_CONTACT),
    Status.AWAITING_PAYMENT: (ClockKind.STAGE, ClockKind.CLIENT_DECISION),
    Status.READY_FOR_SHIPMENT: (ClockKind.STAGE,),
    Status.IN_TRANSIT: (ClockKind.STAGE,),
    Status.DELIVERED: (ClockKind.STAGE,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClock:
    """A clock to be opened; limits in seconds of running time, instants in UTC."""

    subject_kind: str
    subject_id: int
    order_id: int | None
    kind: str
    stage: str | None
    owner_id: int | None
    policy_version: str
    limit_seconds: int
    working: bool
    severity: str
    opened_at: datetime
    remind_at: datetime | None
    due_at: datetime
    l2_at: datetime | None
    l3_at: datetime | None
    next_at: datetime | None
    epoch: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a clock is about, and whose clock it is."""

    kind: str
    id: int
    order_id: int | None = None
    owner_id: int | None = None
    stage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a running clock keeps of the policy it was opened under, beside the limit and hours on itself.

    Shares of the limit as in `domain.clocks.ClockRule`; the kinds that run around the clock; the longest pause.
    """

    remind_at: float
    l2_after: float
    l3_after: float
    critical: frozenset[str]
    pause_max: timedelta

    def rule(self, kind: ClockKind, *, limit: timedelta, working: bool) -> ClockRule:
        """The rule of a clock of this kind as arithmetic wants it."""
        return ClockRule(
            limit=limit,
            working=working,
            remind_at=self.remind_at,
            l2_after=self.l2_after,
            l3_after=self.l3_after,
            critical=kind in self.critical,
        )


def terms_of(policy: Policy) -> Terms:
    """The terms of clocks that are opened under this policy."""
    clocks = policy.clocks
    return Terms(
        remind_at=float(clocks.remind_at),
        l2_after=float(clocks.ladder.l2_after),
        l3_after=float(clocks.ladder.l3_after),
        critical=frozenset(kind for kind, rule in clocks.kinds.items() if rule.severity is Severity.CRITICAL),
        pause_max=clocks.pause_max,
    )


def _rule_for(kind: ClockKind, policy: Policy, *, limit: timedelta | None, working: bool | None) -> ClockRule:
    """The policy's rule of a kind; `limit` and `working` where the subject brings its own."""
    written = policy.clocks.kinds[kind]
    length = limit or written.limit
    if length is None:
        raise AssertionError(f"clock {kind} needs a limit from its subject")
    return terms_of(policy).rule(
        kind, limit=length, working=written.time is TimeBase.WORKING if working is None else working
    )


def new_clock(
    kind: ClockKind,
    subject: Subject,
    *,
    policy: Policy,
    calendar: WorkCalendar,
    opened_at: datetime,
    limit: timedelta | None = None,
    working: bool | None = None,
    severity: Severity | None = None,
) -> NewClock:
    """A clock that starts at `opened_at`, or at the next opening of the calendar when it counts working time."""
    rule = _rule_for(kind, policy, limit=limit, working=working)
    return _frozen(
        kind,
        subject,
        plan(rule, opened_at=opened_at, calendar=calendar),
        policy=policy,
        limit=rule.limit,
        working=rule.working,
        severity=severity or policy.clocks.kinds[kind].severity,
    )


def due_clock(
    kind: ClockKind, subject: Subject, *, policy: Policy, calendar: WorkCalendar, opened_at: datetime, due_at: datetime
) -> NewClock:
    """A clock whose due instant a person named (task, blocker): its limit is the time up to it, at least a minute."""
    working = calendar.working_between(opened_at, due_at)
    counts_working = working > timedelta(minutes=1)
    limit = working if counts_working else max(due_at - opened_at, timedelta(minutes=1))
    return new_clock(
        kind, subject, policy=policy, calendar=calendar, opened_at=opened_at, limit=limit, working=counts_working
    )


def stage_clocks(
    order: Order, status: Status, *, policy: Policy, calendar: WorkCalendar, opened_at: datetime
) -> list[NewClock]:
    """The clocks that start when an order enters `status` (docs/DOMAIN.md 2 and 5); none for a terminal one."""
    if status not in STAGE_CLOCKS:
        return []
    subject = Subject(kind="order", id=order.id, order_id=order.id, owner_id=order.owner_id, stage=status.value)
    rule = policy.lifecycle.statuses[status]
    clocks = [
        new_clock(
            kind,
            subject,
            policy=policy,
            calendar=calendar,
            opened_at=opened_at,
            limit=policy.lifecycle.stage_limit(status, order.delivery_method) if kind is ClockKind.STAGE else None,
            working=rule.time is TimeBase.WORKING if kind is ClockKind.STAGE else None,
        )
        for kind in STAGE_CLOCKS[status]
    ]
    watch = movement_clock(order, policy, now=opened_at, status=status)
    return clocks if watch is None else [*clocks, watch]


def movement_clock(order: Order, policy: Policy, *, now: datetime, status: Status | None = None) -> NewClock | None:
    """The stuck watch, in calendar hours; None in stages that the policy lets rest (a bike on its way stands here)."""
    stage = status or order.status
    if stage not in policy.clocks.stuck_in:
        return None
    high, critical = policy.clocks.stuck[0], policy.clocks.stuck[-1]
    return _frozen(
        ClockKind.MOVEMENT,
        Subject(kind="order", id=order.id, order_id=order.id, owner_id=order.owner_id, stage=stage.value),
        plan_movement(now, high=high.after, critical=critical.after),
        policy=policy,
        limit=high.after,
        working=False,
        severity=high.severity,
    )


def _frozen(
    kind: ClockKind,
    subject: Subject,
    deadlines: Deadlines,
    *,
    policy: Policy,
    limit: timedelta,
    working: bool,
    severity: Severity,
) -> NewClock:
    return NewClock(
        subject_kind=subject.kind,
        subject_id=subject.id,
        order_id=subject.order_id,
        kind=kind.value,
        stage=subject.stage,
        owner_id=subject.owner_id,
        policy_version=policy.version,
        limit_seconds=int(limit.total_seconds()),
        working=working,
        severity=severity.value,
        opened_at=deadlines.opened_at,
        remind_at=deadlines.remind_at,
        due_at=deadlines.due_at,
        l2_at=deadlines.l2_at,
        l3_at=deadlines.l3_at,
        next_at=next_instant(deadlines, Level.RUNNING),
    )
