"""Logistics and the delivery."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import RecordDelivery, SetLogistics
from domain.errors import InvalidInputError
from domain.orders import Status
from store.desk import orders as order_store
from tools.order_state import require_status
from tools.registry import Context, Effect, Settling, tool

LATEST_DISPATCH: Final = timedelta(days=365)


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
    if command.dispatch_date is not None:
        _require_likely(command.dispatch_date, since=order.created_at.date(), today=context.now.date())
    order = await order_store.change(tx, order.id, now=context.now, **given)
    return Effect(result=given, order_id=order.id, settling=Settling.MOVED)


def _require_likely(day: date, *, since: date, today: date) -> None:
    """No bike is sent before its order was there, and none is promised for years ahead: a slip of the pen.

    One day more is let, for people live in other time zones.
    """
    first, last = since - timedelta(days=1), today + LATEST_DISPATCH
    if not first <= day <= last:
        raise InvalidInputError(field="dispatch_day", value=day.isoformat(), allowed=(f"{first}..{last}",))


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
