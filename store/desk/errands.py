"""Errands: tasks that follow from a decision. They are kept by key, and stay open when their order is closed."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.journal import canonical


async def add(
    tx: AsyncConnection,
    *,
    owner_id: int,
    key: str,
    params: Mapping[str, object],
    due_at: datetime,
    now: datetime,
    decision: UUID,
) -> int:
    """A task of this person's that belongs to no order; its number. It is completed like every other task."""
    row = (
        await tx.execute(
            text(
                "INSERT INTO tasks (owner_id, kind, key, params, due_at, created_at, decision) VALUES"
                " (:owner_id, 'manual', :key, CAST(:params AS jsonb), :due_at, :now, :decision) RETURNING id"
            ),
            {
                "owner_id": owner_id,
                "key": key,
                "params": canonical(dict(params)).decode(),
                "due_at": due_at,
                "now": now,
                "decision": decision,
            },
        )
    ).one()
    return int(row.id)
