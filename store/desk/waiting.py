"""Orders that wait for their owner to accept them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingOrder:
    """An order not accepted yet, and by when it has to be."""

    code: str
    due_at: datetime


async def of(tx: AsyncConnection, person_id: int) -> list[WaitingOrder]:
    """Those of one person, by code."""
    rows = await tx.execute(
        text(
            "SELECT o.code, c.due_at FROM orders AS o JOIN clocks AS c ON c.order_id = o.id"
            " AND c.subject_kind = 'order' AND c.kind = 'accept' AND c.state <> 'done'"
            " WHERE o.owner_id = :id AND o.status = 'pending_manager' AND o.source <> 'history' ORDER BY o.code"
        ),
        {"id": person_id},
    )
    return [WaitingOrder(code=row.code, due_at=row.due_at) for row in rows]
