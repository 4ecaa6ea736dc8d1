"""What the bot remembers of each conversation: the question it asked, and what it was told so far."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def state_of(tx: AsyncConnection, key: str) -> str | None:
    """The state of a conversation; None when nothing is being asked."""
    row = (await tx.execute(text("SELECT state FROM chat_states WHERE key = :key"), {"key": key})).one_or_none()
    return None if row is None else row.state


async def data_of(tx: AsyncConnection, key: str) -> dict[str, Any]:
    """What the conversation has gathered."""
    row = (await tx.execute(text("SELECT data FROM chat_states WHERE key = :key"), {"key": key})).one_or_none()
    return {} if row is None else dict(row.data)


async def changed_at(tx: AsyncConnection, key: str) -> datetime | None:
    """When the conversation took its last step, wall time."""
    found = await tx.execute(text("SELECT updated_at FROM chat_states WHERE key = :key"), {"key": key})
    return found.scalar_one_or_none()


async def set_state(tx: AsyncConnection, key: str, state: str | None) -> None:
    """Move the conversation to a state."""
    await tx.execute(
        text(
            "INSERT INTO chat_states (key, state, updated_at) VALUES (:key, :state, clock_timestamp())"
            " ON CONFLICT (key) DO UPDATE SET state = excluded.state, updated_at = excluded.updated_at"
        ),
        {"key": key, "state": state},
    )


async def set_data(tx: AsyncConnection, key: str, data: Mapping[str, Any]) -> None:
    """Replace what the conversation has gathered."""
    await tx.execute(
        text(
            "INSERT INTO chat_states (key, data, updated_at) VALUES (:key, CAST(:data AS jsonb), clock_timestamp())"
            " ON CONFLICT (key) DO UPDATE SET data = excluded.data, updated_at = excluded.updated_at"
        ),
        {"key": key, "data": json.dumps(dict(data), ensure_ascii=False)},
    )
