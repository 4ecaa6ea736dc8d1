"""The queue in short: open orders by status, how many are late, and how long the oldest has stood there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.views.listings import (
    OrderFilter,
    order_conditions,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCount:
    """Orders in one status: how many, how many past their deadline, since when the oldest is there."""

    status: str
    count: int
    late: int
    oldest_since: datetime


async def by_status(tx: AsyncConnection, which: OrderFilter, *, now: datetime) -> list[StatusCount]:
    """The statuses that these orders are in."""
    asked = order_conditions(which)
    rows = await tx.execute(
        text(
            "SELECT o.status, count(*) AS count, count(*) FILTER (WHERE o.due_at < :now) AS late,"
            f" min(o.status_since) AS oldest_since FROM orders AS o WHERE {asked.where} GROUP BY o.status"
        ),
        {**asked.values, "now": now},
    )
    return [StatusCount(**row) for row in rows.mappings()]
