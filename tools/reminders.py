"""Owners are reminded of an order when somebody asks for it, beside the ladder (docs/DOMAIN.md 8)."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import RemindOwner
from domain.errors import ConflictError
from domain.journal import Outcome
from domain.notices import Notice, NoticeKind
from domain.policy import Action
from store import journal as journal_store
from store import people as people_store
from tools.order_state import require_open
from tools.registry import Context, Effect, tool


@tool(RemindOwner)
async def remind(tx: AsyncConnection, command: RemindOwner, context: Context) -> Effect:
    """The owner gets the order's card with who reminds and of what; reminded lately, they are left in peace."""
    order = require_open(context.the_order)
    if order.owner_id is None:
        raise ConflictError(kind="order", name=order.code, state="unowned", allowed=(Action.ASSIGN_ORDER,))
    before = await told_lately(tx, Action.REMIND, context)
    if before is not None:
        return Effect(
            result={"owner": order.owner_id, "reminded_at": before, "again_from": again_from(before, context)},
            order_id=order.id,
            outcome=Outcome.UNCHANGED,
        )
    return Effect(
        result={"owner": order.owner_id},
        order_id=order.id,
        notices=[
            Notice(
                person_id=order.owner_id,
                kind=NoticeKind.NUDGE,
                order_id=order.id,
                params={"text": command.text, "by": await asker(tx, context)},
            )
        ],
    )


async def told_lately(tx: AsyncConnection, action: Action, context: Context) -> datetime | None:
    """When somebody last did this to the order, where that is not long ago (`clocks.yaml: told_again_after`)."""
    since = context.now - context.policy.clocks.told_again_after
    return await journal_store.last_done(tx, order_id=context.the_order.id, action=action, since=since)


def again_from(before: datetime, context: Context) -> datetime:
    """From when on it may be told again."""
    return before + context.policy.clocks.told_again_after


async def asker(tx: AsyncConnection, context: Context) -> str:
    """Who asks, as people call them: the role that speaks, or the person."""
    role = context.policy.roles.roles.get(context.actor.name)
    if role is not None:
        return role.name
    return context.actor.name if context.person_id is None else (await people_store.get(tx, context.person_id)).name
