"""Follow-ups among an order's tasks: one a step, taken in the order's present status or not."""

from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

PREFIX: Final = "followup-"


def follow_up_key(step: str) -> str:
    """The key of a follow-up's task, which is also that of its text."""
    return PREFIX + step


async def follow_ups(tx: AsyncConnection, order_id: int, *, since: datetime) -> dict[str, int]:
    """The tasks of the steps that are taken since then, open or done, by step."""
    rows = await tx.execute(
        text(
            "SELECT key, id FROM tasks WHERE order_id = :order_id AND starts_with(key, :prefix)"
            " AND state IN ('open', 'done') AND created_at >= :since ORDER BY id"
        ),
        {"order_id": order_id, "prefix": PREFIX, "since": since},
    )
    return {row.key.removeprefix(PREFIX): row.id for row in rows}


async def cancel_follow_ups(tx: AsyncConnection, order_id: int, *, now: datetime) -> list[int]:
    """Cancel the order's open follow-ups; their ids, whose clocks must stop too."""
    rows = await tx.execute(
        text(
            "UPDATE tasks SET state = 'cancelled', done_at = :now WHERE order_id = :order_id AND state = 'open'"
            " AND starts_with(key, :prefix) RETURNING id"
        ),
        {"order_id": order_id, "prefix": PREFIX, "now": now},
    )
    return list(rows.scalars())
