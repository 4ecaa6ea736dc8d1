"""Where the role agents stand on an order, each role once; a position falls with the status that it was taken in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An open position."""

    id: int
    role: str
    stance: str
    reason: str
    at: datetime


async def take(
    tx: AsyncConnection, order_id: int, *, role: str, stance: str, reason: str, now: datetime, decision: UUID
) -> int:
    """The role's position on the order; it replaces an open one of the same role. Its number."""
    row = (
        await tx.execute(
            text(
                "INSERT INTO ai_positions (role, subject_kind, subject_id, order_id, stance, reason, at, decision)"
                " VALUES (:role, 'order', :order_id, :order_id, :stance, :reason, :now, :decision)"
                " ON CONFLICT (role, subject_kind, subject_id) WHERE ruling_id IS NULL DO UPDATE SET"
                " stance = excluded.stance, reason = excluded.reason, at = excluded.at, decision = excluded.decision"
                " RETURNING id"
            ),
            {
                "role": role,
                "order_id": order_id,
                "stance": stance,
                "reason": reason,
                "now": now,
                "decision": decision,
            },
        )
    ).one()
    return int(row.id)


async def open_on(tx: AsyncConnection, order_id: int) -> Sequence[Taken]:
    """Positions on the order in its present status that no ruling has ended."""
    rows = await tx.execute(
        text(
            "SELECT p.id, p.role, p.stance, p.reason, p.at FROM ai_positions AS p JOIN orders AS o ON o.id = p.order_id"
            " WHERE p.order_id = :id AND p.ruling_id IS NULL AND p.at >= o.status_since ORDER BY p.id"
        ),
        {"id": order_id},
    )
    return [Taken(**row) for row in rows.mappings()]


async def close(tx: AsyncConnection, ids: Sequence[int], *, ruling_id: int) -> None:
    """A ruling ends these positions."""
    await tx.execute(
        text("UPDATE ai_positions SET ruling_id = :ruling_id WHERE id = ANY(:ids)"),
        {"ruling_id": ruling_id, "ids": list(ids)},
    )
