"""Logistics and the delivery."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import RecordDelivery, SetLogistics
from domain.errors import InvalidInputError
from domain.orders import Status
from store import orders as order_store
from tools.order_state import require_status
from tools.registry import Context, Effect, Settling, tool


@tool(SetLogistics)
async def set_logistics(tx: AsyncConnection, command: SetLogistics, context: Context) -> Effect:
    """Carrier, tracking number, dispatch date."""
    order = context.the_order
    require_status(order, Status.READY_FOR_SHIPMENT, Status.IN_TRANSIT)
    given = command.model_dump(include={"carrier", "tracking_number", "dispatch_date"}, exclude_none=True)
    if not given:
        raise InvalidInputError(
            field="logistics", value="nothing", allowed=("carrier", "tracking_number", "dispatch_date")
        )
    order = await order_store.change(tx, order.id, now=context.now, **given)
    return Effect(result=given, order_id=order.id, settling=Settling.MOVED)


@tool(RecordDelivery)
async def record_delivery(tx: AsyncConnection, command: RecordDelivery, context: Context) -> Effect:
    """The delivery is confirmed; the order may move to delivered."""
    order = context.the_order
    require_status(order, Status.IN_TRANSIT)
    delivered_at = command.delivered_at or context.now
    if delivered_at > context.now + timedelta(minutes=5):
        raise InvalidInputError(field="delivered_at", value=delivered_at.isoformat(), allowed=("not in the future",))
    order = await order_store.change(tx, order.id, now=context.now, delivery_confirmed_at=delivered_at)
    return Effect(result={"delivered_at": delivered_at}, order_id=order.id, settling=Settling.MOVED)
