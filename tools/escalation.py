"""An order is put before the admin on duty because somebody asks for it, ahead of the ladder (docs/DOMAIN.md 5, 8)."""

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.clocks import ClockKind, Level
from domain.commands import EscalateOrder
from domain.errors import ConflictError
from domain.journal import Outcome
from domain.notices import Notice, NoticeKind
from domain.policy import Action
from domain.severity import Severity
from store.desk import clocks as clock_store
from store.desk import violations
from store.desk.clocks import ClockRow
from store.desk.sweep import (
    Climb,
    climb,
)
from store.desk.violations import Violation
from store.people import Person
from store.views import order_history
from tools.ladder import violation_row
from tools.order_state import require_open
from tools.registry import Context, Effect, Settling, tool
from tools.reminders import again_from, asker, told_lately
from tools.roster import leaders, on_duty
from tools.signals import due_by_severity
from tools.step_notice import step_notice
from tools.tasks import NewTask, add_task

ESCALATED = "escalation"
"""The key of the task that an admin gets where nothing is broken."""


@dataclass(frozen=True, slots=True)
class _Broken:
    """The violation to put before the admin, with its running clock."""

    violation: Violation
    clock: ClockRow

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return Severity(self.violation.severity)

    @property
    def of_its_attempt(self) -> ClockRow:
        """The clock as it stood when it broke: it may have begun anew since."""
        return replace(self.clock, epoch=self.violation.epoch, due_at=self.violation.due_at)


@tool(EscalateOrder)
async def escalate(tx: AsyncConnection, command: EscalateOrder, context: Context) -> Effect:
    """The worst broken limit climbs to the admin's step now; where nothing is broken, the admin gets a task."""
    order = require_open(context.the_order)
    before = await told_lately(tx, Action.ESCALATE, context)
    if before is not None:
        result = {"escalated_at": before, "again_from": again_from(before, context)}
        return Effect(result=result, order_id=order.id, outcome=Outcome.UNCHANGED)
    admin = await _admin(tx, context)
    running = {clock.id: clock for clock in await clock_store.open_of_order(tx, order.id)}
    broken = [one for one in await violations.open_of_order(tx, order.id) if one.clock_id in running]
    if not broken:
        return await _as_task(tx, command, admin, context)
    worst = max(broken, key=lambda one: (one.level, [*Severity].index(Severity(one.severity)), -one.id))
    return await _as_card(tx, command, _Broken(worst, running[worst.clock_id]), admin, context)


async def _admin(tx: AsyncConnection, context: Context) -> Person:
    """The leader on duty: somebody else than who asks, where there is somebody else."""
    known = await leaders(tx)
    others = [person for person in known if person.id != context.person_id]
    admin = on_duty(others or known, context)
    if admin is None:
        raise ConflictError(kind="company", name="people", state="no-admin", allowed=("add an admin, head or owner",))
    return admin


async def _as_card(
    tx: AsyncConnection, command: EscalateOrder, broken: _Broken, admin: Person, context: Context
) -> Effect:
    worst, level = broken.violation, Level(max(broken.violation.level, Level.L2))
    if worst.level < Level.L2:
        await _raise(tx, broken, admin, context)
    card = step_notice(broken.of_its_attempt, level, broken.severity, admin.id, context.decision)
    notice = replace(
        card,
        kind=NoticeKind.ESCALATION,
        params={**card.params, "by": await asker(tx, context), "reason": command.reason},
        dedup_key=f"escalated:{context.decision}",
    )
    return Effect(
        result={"violation_id": worst.id, "level": int(level), "admin": admin.id},
        facts={"reason": command.reason, "clock": worst.clock_kind, "level": worst.level, "severity": worst.severity},
        order_id=context.the_order.id,
        notices=[notice],
        settling=Settling.STEP,
    )


async def _raise(tx: AsyncConnection, broken: _Broken, admin: Person, context: Context) -> None:
    """The violation and its escalation stand at the admin's step; the clock goes on to the one after it."""
    worst, clock = broken.violation, broken.clock
    escalation = {
        "clock_id": clock.id,
        "epoch": worst.epoch,
        "order_id": worst.order_id,
        "level": int(Level.L2),
        "owner_id": admin.id,
        "at": context.now,
        "deadline": due_by_severity(broken.severity, context),
        "decision": context.decision,
    }
    row = violation_row(broken.of_its_attempt, Level.L2, broken.severity, context, context.decision)
    await climb(tx, Climb(violations=[row], escalations=[escalation]))
    # The second step of the stuck watch is a fact of its own, 72 hours, which no request brings forward.
    if clock.epoch == worst.epoch and clock.kind != ClockKind.MOVEMENT and clock.next_at is not None:
        held = worst.ack_until or context.now
        next_at = None if clock.l3_at is None else max(clock.l3_at, held)
        await clock_store.update(tx, clock.id, level=int(Level.L2), next_at=next_at)


async def _as_task(tx: AsyncConnection, command: EscalateOrder, admin: Person, context: Context) -> Effect:
    """Nothing is broken: a task of high severity, with its own clock and ladder, and one at a time."""
    order = context.the_order
    known = next((task for task in await order_history.tasks(tx, order.id) if task.key == ESCALATED), None)
    if known is not None:
        result = {"task_id": known.id, "due_at": known.due_at}
        return Effect(result=result, order_id=order.id, outcome=Outcome.UNCHANGED)
    due_at = due_by_severity(Severity.HIGH, context)
    task_id = await add_task(tx, NewTask(text=command.reason, owner_id=admin.id, due_at=due_at, key=ESCALATED), context)
    text = f"{await asker(tx, context)}: {command.reason}"
    return Effect(
        result={"task_id": task_id, "admin": admin.id, "due_at": due_at},
        facts={"reason": command.reason},
        order_id=order.id,
        notices=[
            Notice(person_id=admin.id, kind=NoticeKind.TASK, order_id=order.id, params={"text": text, "due_at": due_at})
        ],
        settling=Settling.STEP,
    )
