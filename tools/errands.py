"""What was approved and has to be done by hand becomes somebody's task, with a due time and a clock of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.notices import Notice, NoticeKind
from domain.people import Role
from domain.policy import ClockKind
from domain.stage_clocks import Subject, due_clock
from store import people as people_store
from store.desk import clocks as clock_store
from store.desk import errands as errand_store
from tools.registry import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """The task that was set, whose it is, until when, and the message that tells them."""

    task_id: int
    owner_id: int
    due_at: datetime
    notice: Notice


def usual_due(context: Context) -> datetime:
    """By when approved things are carried out by hand (`approvals.yaml: by_hand_within`, the team's working time)."""
    return context.calendars.of_team(None).add_working(context.now, context.policy.approvals.by_hand_within)


async def send(
    tx: AsyncConnection, key: str, params: Mapping[str, object], *, to: Role, due_at: datetime, context: Context
) -> Errand:
    """Set the task: for somebody of this role, or where there is nobody, for the first who approved."""
    people = await people_store.with_roles(tx, (to,))
    owner_id = min((person.id for person in people), default=None) or context.approved_by[0]
    task_id = await errand_store.add(
        tx, owner_id=owner_id, key=key, params=params, due_at=due_at, now=context.now, decision=context.decision
    )
    clock = due_clock(
        ClockKind.TASK,
        Subject(kind="task", id=task_id, owner_id=owner_id),
        policy=context.policy,
        calendar=context.calendars.of(await people_store.get(tx, owner_id)),
        opened_at=context.now,
        due_at=due_at,
    )
    await clock_store.open_clocks(tx, [clock])
    notice = Notice(
        person_id=owner_id,
        kind=NoticeKind.TASK,
        order_id=None if context.order is None else context.order.id,
        params={"errand": key, **params, "due_at": due_at},
        dedup_key=f"task:{task_id}",
    )
    return Errand(task_id=task_id, owner_id=owner_id, due_at=due_at, notice=notice)
