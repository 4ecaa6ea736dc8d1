"""The order a notification is about."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.orders import Order
from store.desk import orders
from store.talk.outbox import Notification


async def order_of(tx: AsyncConnection, notification: Notification) -> Order | None:
    """The order as it stands; None for a notification about something else."""
    return None if notification.order_id is None else await orders.get_by_id(tx, notification.order_id)
