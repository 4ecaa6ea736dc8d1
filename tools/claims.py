"""Claims of clients after the delivery."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import CloseClaim, OpenClaim
from domain.errors import ConflictError
from domain.orders import Status
from store.desk import orders as order_store
from store.desk import signals as signal_store
from tools.order_state import require_status
from tools.registry import Context, Effect, Settling, tool
from tools.signals import signal_row


@tool(OpenClaim)
async def open_claim(tx: AsyncConnection, command: OpenClaim, context: Context) -> Effect:
    """A claim after delivery: the order stays open, Quality hears of it."""
    order = context.the_order
    require_status(order, Status.DELIVERED)
    order = await order_store.change(tx, order.id, now=context.now, claim_open=True)
    await signal_store.raise_many(
        tx, [signal_row("claim_opened", context, order_id=order.id, evidence={"text": command.text})]
    )
    await order_store.add_note(
        tx,
        order.id,
        author_id=context.person_id,
        kind="note",
        note=command.text,
        at=context.now,
        decision=context.decision,
    )
    return Effect(result={"claim": "open"}, order_id=order.id, settling=Settling.MOVED)


@tool(CloseClaim)
async def close_claim(tx: AsyncConnection, command: CloseClaim, context: Context) -> Effect:
    """The claim is settled; what it cost in money went through its own approval."""
    order = context.the_order
    if not order.claim_open:
        raise ConflictError(kind="claim", name=order.code, state="closed", allowed=("open",))
    order = await order_store.change(tx, order.id, now=context.now, claim_open=False)
    await signal_store.resolve_of_order(tx, order.id, ("claim_opened",), now=context.now, resolution=command.resolution)
    return Effect(result={"claim": "closed"}, order_id=order.id, settling=Settling.MOVED)
