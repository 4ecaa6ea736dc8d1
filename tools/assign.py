"""An order that no manager has gets one, because somebody asks for it (docs/DOMAIN.md 4 and 8)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import AssignOrder
from domain.errors import ConflictError
from domain.orders import Order
from domain.people import Role
from domain.policy import Action
from domain.stage_clocks import stage_clocks
from store import people as people_store
from store.desk import clocks as clock_store
from store.desk import orders as order_store
from tools.order_state import require_open
from tools.reassign import hand_over, wanted
from tools.registry import Context, Effect, tool
from tools.roster import Roster


@tool(AssignOrder)
async def assign(tx: AsyncConnection, command: AssignOrder, context: Context) -> Effect:
    """To a named manager or the least loaded eligible one; what a manager has already is for `reassign_order`."""
    order = require_open(context.the_order)
    if order.owner_id is not None:
        await _require_leaders(tx, order, order.owner_id)
        if command.manager_id is None:
            await _require_eligible(tx, order, context)
    clocked = bool(await clock_store.open_of_order(tx, order.id))
    effect = await hand_over(tx, order, context, reason=command.reason, end_reason="assigned", to=command.manager_id)
    if not clocked:
        await _start_clocks(tx, order, context)
    return effect


async def _require_leaders(tx: AsyncConnection, order: Order, owner_id: int) -> None:
    if (await people_store.get(tx, owner_id)).role is Role.MANAGER:
        raise ConflictError(kind="order", name=order.code, state="managed", allowed=(Action.REASSIGN_ORDER,))


async def _require_eligible(tx: AsyncConnection, order: Order, context: Context) -> None:
    """It stays with the leader where it could only go to a leader again."""
    placement = (await Roster.read(tx, context)).find([await wanted(tx, order)])[0]
    if placement is None or not placement.manager:
        raise ConflictError(kind="order", name=order.code, state="nobody-eligible", allowed=("a manager by name",))


async def _start_clocks(tx: AsyncConnection, order: Order, context: Context) -> None:
    """An order that nobody attended to begins its stage's clocks with its first owner."""
    owned = await order_store.by_id(tx, order.id)
    assert owned.owner_id is not None
    calendar = context.calendars.of(await people_store.get(tx, owned.owner_id))
    opened_at = calendar.opening_at_or_after(context.now)
    fresh = stage_clocks(owned, owned.status, policy=context.policy, calendar=calendar, opened_at=opened_at)
    running = {clock.kind for clock in await clock_store.open_of_order(tx, order.id)}
    await clock_store.open_clocks(tx, [clock for clock in fresh if clock.kind not in running])
