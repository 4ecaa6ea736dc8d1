"""Assignments: who had an order from when to when, whether they accepted it, and why it left them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def accept(tx: AsyncConnection, order_id: int, *, now: datetime) -> None:
    """The owner accepted."""
    await tx.execute(
        text("UPDATE ai_assignments SET accepted_at = :now WHERE order_id = :id AND ended_at IS NULL"),
        {"id": order_id, "now": now},
    )


async def end(tx: AsyncConnection, order_id: int, *, reason: str, now: datetime) -> None:
    """The open assignment ends."""
    await tx.execute(
        text(
            "UPDATE ai_assignments SET ended_at = :now, end_reason = :reason WHERE order_id = :id AND ended_at IS NULL"
        ),
        {"id": order_id, "now": now, "reason": reason},
    )


async def begin(
    tx: AsyncConnection,
    order_id: int,
    *,
    manager_id: int,
    actor: str,
    now: datetime,
    starts_at: datetime,
    accepted: bool,
    decision: UUID,
) -> None:
    """A new assignment; one already accepted where work on the order goes on."""
    await tx.execute(
        text(
            "INSERT INTO ai_assignments (order_id, manager_id, actor, assigned_at, starts_at, accepted_at, decision)"
            " VALUES (:id, :manager_id, :actor, :now, :starts_at, :accepted_at, :decision)"
        ),
        {
            "id": order_id,
            "manager_id": manager_id,
            "actor": actor,
            "now": now,
            "starts_at": starts_at,
            "accepted_at": now if accepted else None,
            "decision": decision,
        },
    )
    await tx.execute(text("UPDATE managers SET last_assigned_at = :now WHERE id = :id"), {"id": manager_id, "now": now})


async def refused_by(tx: AsyncConnection, order_id: int) -> frozenset[int]:
    """Managers who declined the order or let it lie: it does not go back to them by itself."""
    rows = await tx.execute(
        text(
            "SELECT DISTINCT manager_id FROM ai_assignments WHERE order_id = :id"
            " AND end_reason IN ('declined', 'not_accepted')"
        ),
        {"id": order_id},
    )
    return frozenset(row.manager_id for row in rows)
