"""Plans: tasks for several people about one order or one signal, made as one decision."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import MakePlan
from domain.notices import Notice, NoticeKind, calm
from domain.policy import Risk
from store.desk import orders as order_store
from store.desk import signals as signal_store
from store.desk.facts import Located
from tools.order_state import require_open
from tools.registry import Context, Effect, Examination, Settling, tool
from tools.tasks import NewTask, add_task, require_active, require_future


async def _about(tx: AsyncConnection, command: MakePlan) -> Located:
    if command.order is not None:
        order = await order_store.get(tx, command.order)
        return Located(id=order.id, order_id=order.id, owner_id=None)
    assert command.signal_id is not None
    signal = await signal_store.get_open(tx, command.signal_id)
    return Located(id=signal.id, order_id=signal.order_id, owner_id=None)


async def examine_plan(_tx: AsyncConnection, command: MakePlan, context: Context) -> Examination:
    """More steps than the mass limit need a human approval (docs/DOMAIN.md 8)."""
    many = len(command.steps) > context.policy.approvals.mass_above
    people = sorted({step.owner_id for step in command.steps})
    return Examination(
        risks=frozenset({Risk.MASS}) if many else frozenset(),
        evidence={"count": len(command.steps), "people": people},
        why=command.goal,
    )


@tool(MakePlan, locate=_about, examine=examine_plan)
async def make_plan(tx: AsyncConnection, command: MakePlan, context: Context) -> Effect:
    """Each step a task with its owner, deadline and clock, or none of them."""
    if context.order is not None:
        require_open(context.order)
    signal = {} if command.signal_id is None else {"signal": command.signal_id}
    tasks: list[int] = []
    for step in command.steps:
        require_future(step.due_at, context)
        await require_active(tx, step.owner_id)
        task = NewTask(
            text=step.text, owner_id=step.owner_id, due_at=step.due_at, about={"goal": command.goal, **signal}
        )
        tasks.append(await add_task(tx, task, context))
    order_id = None if context.order is None else context.order.id
    return Effect(
        result={"tasks": tasks},
        facts={"goal": command.goal},
        subject=None if command.signal_id is None else ("signal", command.signal_id),
        order_id=order_id,
        notices=calm(_notices(command, order_id, context), threshold=context.policy.clocks.storm_threshold),
        settling=Settling.STEP,
        value=tasks,
    )


def _notices(command: MakePlan, order_id: int | None, context: Context) -> list[Notice]:
    return [
        Notice(
            person_id=step.owner_id,
            kind=NoticeKind.TASK,
            order_id=order_id,
            params={"text": step.text, "due_at": step.due_at},
        )
        for step in command.steps
        if step.owner_id != context.person_id
    ]
