"""The queue's order: by deadline, but first what somebody has put first, with the reason (docs/DOMAIN.md 8)."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import Reprioritise
from domain.journal import Outcome
from store.desk import orders as order_store
from tools.order_state import require_open
from tools.registry import Context, Effect, tool


@tool(Reprioritise)
async def reprioritise(tx: AsyncConnection, command: Reprioritise, context: Context) -> Effect:
    """To the head of the queue, or back in line; its deadlines and clocks stay as they are."""
    order = require_open(context.the_order)
    urgent = command.urgency == "high"
    because = command.reason if urgent else None
    if (order.urgent, order.urgent_because) == (urgent, because):
        return Effect(result={"urgency": command.urgency}, order_id=order.id, outcome=Outcome.UNCHANGED)
    await order_store.change(tx, order.id, now=context.now, urgent=urgent, urgent_because=because)
    return Effect(
        result={"urgency": command.urgency},
        facts={"was": "high" if order.urgent else "normal", "was_because": order.urgent_because},
        order_id=order.id,
    )
