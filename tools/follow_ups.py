"""Follow-ups towards a client who has not decided: a step becomes its owner's task, with the catalogue's draft.

The manager reads, changes and sends the text by hand; nothing goes to a client from here (seed AI-ROP, section 3.7).
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.calendars import WorkCalendar
from domain.commands import DraftFollowUp
from domain.errors import ConflictError, InvalidInputError
from domain.followups import FollowUp, StepState, plan
from domain.journal import Outcome
from domain.notices import Notice, NoticeKind
from domain.orders import Order
from domain.people import ActorKind
from domain.policy import Action, ClockKind, FollowUpKey
from store.desk import clocks as clock_store
from store.desk import follow_ups as follow_up_store
from tools.moves import owner_calendar
from tools.registry import Context, Effect, Settling, tool
from tools.tasks import NewTask, add_task

TAKEABLE = (StepState.DUE, StepState.AHEAD)


@tool(DraftFollowUp)
async def draft_follow_up(tx: AsyncConnection, command: DraftFollowUp, context: Context) -> Effect:
    """The step that is due, or the one named, once: a task for the owner and its card with the draft."""
    order = context.the_order
    if order.owner_id is None:
        raise ConflictError(kind="order", name=order.code, state="unowned", allowed=(Action.ASSIGN_ORDER,))
    taken = await follow_up_store.follow_ups(tx, order.id, since=order.status_since)
    calendar = await owner_calendar(tx, order, context)
    steps = plan(
        order, context.policy.followups, now=context.now, calendar=calendar, done=frozenset(map(FollowUpKey, taken))
    )
    step = _chosen(order, steps, command.step)
    if step.key in taken:
        result = {"step": step.key, "task_id": taken[step.key]}
        return Effect(result=result, order_id=order.id, outcome=Outcome.UNCHANGED)
    due_at = _due(step, calendar, context)
    task = NewTask(
        owner_id=order.owner_id,
        due_at=due_at,
        key=follow_up_store.follow_up_key(step.key),
        about={"step": step.key},
    )
    task_id = await add_task(tx, task, context)
    told = {"step": step.key, "due_at": due_at}
    return Effect(
        result={"step": step.key, "task_id": task_id, "owner": order.owner_id, "due_at": due_at},
        facts={"state": step.state, "releases": step.releases},
        order_id=order.id,
        notices=_tell(order.owner_id, told, context),
        settling=Settling.STEP,
    )


def _tell(owner_id: int, told: Mapping[str, object], context: Context) -> list[Notice]:
    """The owner's own request is answered where it was made."""
    if context.actor.kind is ActorKind.PERSON and context.person_id == owner_id:
        return []
    return [Notice(person_id=owner_id, kind=NoticeKind.FOLLOW_UP, order_id=context.the_order.id, params=told)]


def _chosen(order: Order, steps: tuple[FollowUp, ...], named: FollowUpKey | None) -> FollowUp:
    """The step that is meant; raises ConflictError where there is none, InvalidInputError for one that is over."""
    if not steps:
        raise ConflictError(kind="order", name=order.code, state="decided", allowed=("a client who has not decided",))
    open_steps = [step for step in steps if step.state in TAKEABLE]
    if named is None:
        due = next((step for step in steps if step.state is StepState.DUE), None)
        found = due or next(iter(open_steps), None) or steps[-1]
    else:
        found = next(step for step in steps if step.key == named)
    if found.state is StepState.OVERTAKEN:
        raise InvalidInputError(field="step", value=found.key, allowed=[step.key for step in open_steps])
    return found


def _due(step: FollowUp, calendar: WorkCalendar, context: Context) -> datetime:
    """Its own time, or from now on as long as a follow-up may take."""
    if step.due_at > context.now:
        return step.due_at
    limit = context.policy.clocks.kinds[ClockKind.FOLLOW_UP].limit
    assert limit is not None
    return calendar.add_working(context.now, limit)


async def drop_follow_ups(tx: AsyncConnection, order: Order, context: Context) -> None:
    """The client has decided: what was still to be sent is not."""
    for task_id in await follow_up_store.cancel_follow_ups(tx, order.id, now=context.now):
        await clock_store.close(
            tx, subject_kind="task", subject_id=task_id, now=context.now, resolution="the client has decided"
        )
