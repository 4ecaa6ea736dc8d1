"""Tasks and blockers: each with an owner and a due time, each with its own clock (seed AI-ROP, section 4)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import CloseBlocker, CompleteTask, CreateTask, OpenBlocker
from domain.errors import InvalidInputError
from domain.notices import Notice, NoticeKind
from domain.policy import ClockKind
from domain.remarks import RemarkKey, remark
from domain.stage_clocks import Subject, due_clock
from store import people as people_store
from store.desk import clocks as clock_store
from store.desk import facts as fact_store
from store.desk import signals as signal_store
from tools.order_state import require_open
from tools.registry import Context, Effect, Settling, tool

LONGEST = timedelta(days=366)
MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """A task for somebody: what, whose, until when; `key` names what it is where a text of its own tells it."""

    owner_id: int
    due_at: datetime
    text: str = ""
    key: str = MANUAL
    about: Mapping[str, object] = field(default_factory=dict[str, object])


@tool(CreateTask)
async def create_task(tx: AsyncConnection, command: CreateTask, context: Context) -> Effect:
    """A task on the order; without a named owner it is the order's owner's."""
    owner_id = await _owner(tx, command.owner_id, command.due_at, context)
    task_id = await add_task(tx, NewTask(text=command.text, owner_id=owner_id, due_at=command.due_at), context)
    return Effect(
        result={"task_id": task_id, "owner_id": owner_id, "due_at": command.due_at},
        order_id=context.the_order.id,
        notices=_tell(NoticeKind.TASK, owner_id, command.text, command.due_at, context),
        settling=Settling.STEP,
        value=task_id,
    )


@tool(CompleteTask, locate=lambda tx, command: fact_store.locate_task(tx, command.task_id))
async def complete_task(tx: AsyncConnection, command: CompleteTask, context: Context) -> Effect:
    """The task is done; its clock stops."""
    await fact_store.complete_task(tx, command.task_id, now=context.now)
    await clock_store.close(
        tx, subject_kind="task", subject_id=command.task_id, now=context.now, resolution=remark(RemarkKey.TASK_DONE)
    )
    assert context.located is not None
    return Effect(
        result={"task_id": command.task_id},
        subject=("task", command.task_id),
        order_id=context.located.order_id,
        settling=Settling.MOVED,
    )


@tool(OpenBlocker)
async def open_blocker(tx: AsyncConnection, command: OpenBlocker, context: Context) -> Effect:
    """A blocker with owner and deadline; resolving it becomes the order's next step."""
    owner_id = await _owner(tx, command.owner_id, command.due_at, context)
    blocker_id = await fact_store.add_blocker(
        tx,
        {
            "order_id": context.the_order.id,
            "owner_id": owner_id,
            "text": command.text,
            "due_at": command.due_at,
            "now": context.now,
            "decision": context.decision,
        },
    )
    await _start(tx, ClockKind.BLOCKER, blocker_id, owner_id=owner_id, due_at=command.due_at, context=context)
    return Effect(
        result={"blocker_id": blocker_id, "owner_id": owner_id, "due_at": command.due_at},
        order_id=context.the_order.id,
        notices=_tell(NoticeKind.BLOCKER, owner_id, command.text, command.due_at, context),
        settling=Settling.MOVED,
        value=blocker_id,
    )


@tool(CloseBlocker, locate=lambda tx, command: fact_store.locate_blocker(tx, command.blocker_id))
async def close_blocker(tx: AsyncConnection, command: CloseBlocker, context: Context) -> Effect:
    """The blocker is out of the way; its clock and what it had raised end with it."""
    await fact_store.close_blocker(tx, command.blocker_id, resolution=command.resolution, now=context.now)
    await clock_store.close(
        tx,
        subject_kind="blocker",
        subject_id=command.blocker_id,
        now=context.now,
        resolution=command.resolution,
    )
    for code in ("blocker_overdue", "shipment_blocked"):
        await signal_store.resolve_key(
            tx, f"{code}:blocker:{command.blocker_id}", now=context.now, resolution=command.resolution
        )
    assert context.located is not None
    return Effect(
        result={"blocker_id": command.blocker_id, "resolution": command.resolution},
        subject=("blocker", command.blocker_id),
        order_id=context.located.order_id,
        settling=Settling.MOVED,
    )


async def add_task(tx: AsyncConnection, task: NewTask, context: Context) -> int:
    """Write the task, on the order at hand or on none, and start its clock; its id."""
    order, words = context.order, {"text": task.text} if task.text else {}
    task_id = await fact_store.add_task(
        tx,
        {
            "order_id": None if order is None else order.id,
            "owner_id": task.owner_id,
            "key": task.key,
            "params": json.dumps({**words, **task.about}, ensure_ascii=False),
            "due_at": task.due_at,
            "now": context.now,
            "decision": context.decision,
        },
    )
    await _start(tx, ClockKind.TASK, task_id, owner_id=task.owner_id, due_at=task.due_at, context=context)
    return task_id


async def _owner(tx: AsyncConnection, named: int | None, due_at: datetime, context: Context) -> int:
    order = require_open(context.the_order)
    require_future(due_at, context)
    owner_id = named or order.owner_id
    if owner_id is None:
        raise InvalidInputError(field="owner_id", value="nobody", allowed=("a person's id",))
    await require_active(tx, owner_id)
    return owner_id


def require_future(due_at: datetime, context: Context) -> None:
    """Raises `InvalidInputError` for a moment that has passed, or that is further away than anybody plans."""
    if due_at <= context.now:
        raise InvalidInputError(field="due_at", value=due_at.isoformat(), allowed=("a moment in the future",))
    if due_at > context.now + LONGEST:
        allowed = f"within {LONGEST.days} days"
        raise InvalidInputError(
            field="due_at", rule="far", value=due_at.isoformat(), days=LONGEST.days, allowed=(allowed,)
        )


async def require_active(tx: AsyncConnection, owner_id: int) -> None:
    """Raises `InvalidInputError` for somebody who has left, `NotFoundError` for a stranger."""
    if not (await people_store.get(tx, owner_id)).active:
        raise InvalidInputError(field="owner_id", value=owner_id, allowed=("an active person",))


async def _start(
    tx: AsyncConnection, kind: ClockKind, subject_id: int, *, owner_id: int, due_at: datetime, context: Context
) -> None:
    order, person = context.order, await people_store.get(tx, owner_id)
    stage = None if order is None else order.status.value
    order_id = None if order is None else order.id
    clock = due_clock(
        kind,
        Subject(kind=kind.value, id=subject_id, order_id=order_id, owner_id=owner_id, stage=stage),
        policy=context.policy,
        calendar=context.calendars.of(person),
        opened_at=context.now,
        due_at=due_at,
    )
    await clock_store.open_clocks(tx, [clock])


def _tell(kind: NoticeKind, owner_id: int, words: str, due_at: datetime, context: Context) -> list[Notice]:
    if owner_id == context.person_id:
        return []
    params = {"text": words, "due_at": due_at}
    return [Notice(person_id=owner_id, kind=kind, order_id=context.the_order.id, params=params)]
