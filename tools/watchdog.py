"""AI-ROP as watchdog: every due clock reminds, breaches or climbs its ladder (docs/DOMAIN.md 5).

One sweep takes a batch of due clocks, works out in memory what each step means, and writes it all as one statement.
Sweeping twice, or on two machines, changes nothing: rows are locked and passed over, violations, messages are unique.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from domain.clocks import Audience, Deadlines, LadderStep, Level, due_level, ladder_step, next_instant, plan
from domain.clocks import ClockKind as Kind
from domain.commands import SweepClocks
from domain.journal import Entry, Outcome
from domain.notices import Notice, calm
from domain.orders import Status
from domain.policy import SignalCode
from domain.severity import Severity, bump
from domain.stage_clocks import Terms
from store import people as people_store
from store.desk import orders as order_store
from store.desk.clocks import ClockRow
from store.desk.sweep import (
    Climb,
    climb,
    take_due,
)
from store.people import Person
from tools.ladder import deadlines_of, rule_of, terms_of_clocks, violation_row
from tools.outgoing import outgoing
from tools.registry import Context, Effect, Settling, tool
from tools.roster import LEADERLESS_RETRY, leaders, on_duty
from tools.settle import settle
from tools.signals import due_by_severity, signal_row
from tools.step_notice import step_notice

# What a step of a clock raises beside its violation (docs/DOMAIN.md 9).
SIGNAL_OF: Mapping[tuple[Kind, Level], SignalCode] = {
    (Kind.MOVEMENT, Level.BREACHED): SignalCode.STUCK_24H,
    (Kind.MOVEMENT, Level.L2): SignalCode.STUCK_72H,
    (Kind.CLIENT_DECISION, Level.BREACHED): SignalCode.CLIENT_UNDECIDED,
    (Kind.BLOCKER, Level.BREACHED): SignalCode.BLOCKER_OVERDUE,
    (Kind.STAGE, Level.L2): SignalCode.SLA_BREACH,
    (Kind.ACCEPT, Level.L2): SignalCode.SLA_BREACH,
    (Kind.FIRST_CONTACT, Level.L2): SignalCode.SLA_BREACH,
    (Kind.CLIENT_REPLY, Level.L2): SignalCode.SLA_BREACH,
    (Kind.PAYMENT, Level.L2): SignalCode.SLA_BREACH,
    (Kind.TASK, Level.L2): SignalCode.SLA_BREACH,
}

SHIPMENT = (Status.READY_FOR_SHIPMENT.value, Status.IN_TRANSIT.value)


@dataclass(slots=True)
class _Sweep:
    """What one sweep has to write, gathered clock by clock."""

    context: Context
    admins: Sequence[Person]
    owners: Mapping[int, Person]
    duty: Person | None
    terms: Mapping[str, Terms]
    clocks: list[Mapping[str, object]] = field(default_factory=list[Mapping[str, object]])
    violations: list[Mapping[str, object]] = field(default_factory=list[Mapping[str, object]])
    escalations: list[Mapping[str, object]] = field(default_factory=list[Mapping[str, object]])
    signals: list[Mapping[str, object]] = field(default_factory=list[Mapping[str, object]])
    hot_orders: set[int] = field(default_factory=set[int])
    due_anew: dict[int, datetime] = field(default_factory=dict[int, datetime])
    arriving: dict[int, UUID] = field(default_factory=dict[int, UUID])
    notices: list[Notice] = field(default_factory=list[Notice])
    entries: list[Entry] = field(default_factory=list[Entry])

    def act_on(self, clock: ClockRow) -> None:
        """Move one clock on to the level it has reached."""
        deadlines = deadlines_of(clock)
        again = clock.kind == Kind.ACCEPT and clock.epoch < self.context.policy.assignment.accept_attempts
        reached = due_level(deadlines, self.context.now)
        # A card needs somebody to answer for it: without any leader the ladder waits at the breach.
        waits = self.duty is None and reached > Level.BREACHED
        reached = min(reached, Level.BREACHED) if again or waits else reached
        before = Level(clock.level)
        levels = [level for level in Level if before < level <= reached and ladder_step(Kind(clock.kind), level)]
        if len(levels) > 1 and levels[0] is Level.REMINDED:
            levels = levels[1:]
        decision = uuid7()
        severity = Severity(clock.severity)
        for level in levels:
            step = ladder_step(Kind(clock.kind), level)
            assert step is not None
            severity = bump(severity, step.severity_steps)
            self._step(clock, level, step, severity, decision)
        self._move(clock, deadlines, max(reached, before), severity, again=again and Level.BREACHED in levels)
        if waits:
            self.clocks[-1] = {**self.clocks[-1], "next_at": self.context.now + LEADERLESS_RETRY}
        if levels:
            self.entries.append(self._entry(clock, before, levels, severity, decision))
        if levels and before is Level.RUNNING and clock.kind == Kind.STAGE and clock.stage == Status.IN_TRANSIT:
            self.arriving[clock.subject_id] = decision

    def _step(self, clock: ClockRow, level: Level, step: LadderStep, severity: Severity, decision: UUID) -> None:
        if level >= Level.BREACHED:
            self.violations.append(violation_row(clock, level, severity, self.context, decision))
        if step.card:
            self.escalations.append(self._escalation(clock, level, severity, decision))
        if step.hot and clock.order_id is not None:
            self.hot_orders.add(clock.order_id)
        self._signal(clock, level, severity, decision)
        for person_id in self._audience(clock, step):
            self.notices.append(step_notice(clock, level, severity, person_id, decision))

    def _move(self, clock: ClockRow, deadlines: Deadlines, level: Level, severity: Severity, *, again: bool) -> None:
        """The clock's next stop; an accept clock missed for the first time begins its next attempt."""
        epoch = clock.epoch
        if again:
            owner = self.owners.get(clock.owner_id or 0)
            calendar = self.context.calendars.of(owner) if owner else self.context.calendars.of_team(None)
            deadlines = plan(
                rule_of(clock, self.terms[clock.policy_version]), opened_at=self.context.now, calendar=calendar
            )
            epoch, level = epoch + 1, Level.RUNNING
            self.due_anew[clock.subject_id] = deadlines.due_at
        self.clocks.append(
            {
                "id": clock.id,
                "level": int(level),
                "next_at": next_instant(deadlines, level),
                "epoch": epoch,
                "opened_at": deadlines.opened_at,
                "remind_at": deadlines.remind_at,
                "due_at": deadlines.due_at,
                "l2_at": deadlines.l2_at,
                "l3_at": deadlines.l3_at,
                "severity": severity.value,
                "extended_seconds": int(deadlines.extended_by.total_seconds()),
            }
        )

    def orders(self) -> list[Mapping[str, object]]:
        """The orders that turn hot, or fall due anew with a next attempt."""
        touched = sorted(self.hot_orders | self.due_anew.keys())
        return [{"id": id_, "hot": id_ in self.hot_orders, "due_at": self.due_anew.get(id_)} for id_ in touched]

    def _escalation(self, clock: ClockRow, level: Level, severity: Severity, decision: UUID) -> dict[str, object]:
        assert self.duty is not None
        return {
            "clock_id": clock.id,
            "epoch": clock.epoch,
            "order_id": clock.order_id,
            "level": int(level),
            "owner_id": self.duty.id,
            "at": self.context.now,
            "deadline": due_by_severity(severity, self.context),
            "decision": decision,
        }

    def _signal(self, clock: ClockRow, level: Level, severity: Severity, decision: UUID) -> None:
        kind = Kind(clock.kind)
        codes = [code for key, code in SIGNAL_OF.items() if key == (kind, level)]
        if kind is Kind.BLOCKER and level is Level.BREACHED and clock.stage in SHIPMENT:
            codes.append(SignalCode.SHIPMENT_BLOCKED)
        evidence = {"clock": clock.kind, "due_at": clock.due_at, "stage": clock.stage, "severity": severity}
        self.signals.extend(
            signal_row(
                code,
                self.context,
                order_id=clock.order_id,
                evidence=evidence,
                decision=decision,
                subject=(clock.subject_kind, clock.subject_id),
            )
            for code in codes
        )

    def _audience(self, clock: ClockRow, step: LadderStep) -> list[int]:
        match step.hears:
            case Audience.OWNER:
                owner = self.owners.get(clock.owner_id or 0)
                return [owner.id] if owner is not None and owner.active else self._on_duty()
            case Audience.DUTY_ADMIN:
                return self._on_duty()
            case Audience.ALL_ADMINS:
                return [person.id for person in self.admins]

    def _on_duty(self) -> list[int]:
        return [] if self.duty is None else [self.duty.id]

    def _entry(
        self, clock: ClockRow, before: Level, levels: Sequence[Level], severity: Severity, decision: UUID
    ) -> Entry:
        return self.context.entry(
            uid=decision,
            action="remind" if levels[-1] is Level.REMINDED else "escalate",
            order_id=clock.order_id,
            facts={
                "clock": clock.kind,
                "subject": [clock.subject_kind, clock.subject_id],
                "due_at": clock.due_at,
                "policy": clock.policy_version,
                "level": int(before),
                "late_seconds": int((self.context.now - clock.due_at).total_seconds()),
            },
            proposed={"level": int(levels[-1])},
            result={"level": int(levels[-1]), "severity": severity, "owner": clock.owner_id},
        )


@tool(SweepClocks)
async def sweep(tx: AsyncConnection, command: SweepClocks, context: Context) -> Effect:
    """Act on one batch of due clocks; the value is how many there were."""
    due = await take_due(
        tx,
        now=context.now,
        batch=command.batch,
        accept_attempts=context.policy.assignment.accept_attempts,
    )
    if not due:
        return Effect(outcome=Outcome.UNCHANGED, journaled=True, value=0)
    admins = await leaders(tx)
    owners = await people_store.by_ids(tx, [clock.owner_id for clock in due if clock.owner_id is not None])
    work = _Sweep(context, admins, owners, on_duty(admins, context), await terms_of_clocks(tx, due, context))
    for clock in due:
        work.act_on(clock)
    notices = calm(work.notices, threshold=context.policy.clocks.storm_threshold)
    await climb(
        tx,
        Climb(
            clocks=work.clocks,
            violations=_highest(work.violations),
            escalations=work.escalations,
            signals=work.signals,
            orders=work.orders(),
            notices=await outgoing(tx, notices, context),
            entries=work.entries,
        ),
    )
    for order_id, decision in work.arriving.items():  # the transit time is nearly over: ask whether the bike is there
        order = await order_store.lock_by_id(tx, order_id)
        await settle(tx, order, replace(context, decision=decision), Settling.STEP)
    return Effect(result={"clocks": len(due)}, journaled=True, value=len(due))


def _highest(violations: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """One row per clock and epoch, the highest level: a statement may touch a conflicting row only once."""
    best: dict[tuple[object, object], Mapping[str, object]] = {}
    for violation in violations:
        best[violation["clock_id"], violation["epoch"]] = violation
    return list(best.values())
