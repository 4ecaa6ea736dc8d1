"""Signs of life in wall time: who ran when, and with what result."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """The last sign of life of one worker or job; `seconds` ago by the database's clock."""

    name: str
    at: datetime
    seconds: float
    detail: Mapping[str, Any]


async def beat(tx: AsyncConnection, name: str, detail: Mapping[str, object]) -> None:
    """Leave a sign of life."""
    await tx.execute(
        text(
            "INSERT INTO heartbeats (name, at, detail) VALUES (:name, clock_timestamp(), CAST(:detail AS jsonb))"
            " ON CONFLICT (name) DO UPDATE SET at = excluded.at, detail = excluded.detail"
        ),
        {"name": name, "detail": json.dumps(dict(detail))},
    )


async def listed(tx: AsyncConnection) -> list[Heartbeat]:
    """All signs of life, by name."""
    rows = await tx.execute(
        text(
            "SELECT name, at, extract(epoch FROM clock_timestamp() - at)::float8 AS seconds, detail"
            " FROM heartbeats ORDER BY name"
        )
    )
    return [Heartbeat(**row) for row in rows.mappings()]


async def tidy(tx: AsyncConnection) -> None:
    """Forget updates handled a month ago, work that nobody asks for again, and limits nobody has met for a day."""
    await tx.execute(text("DELETE FROM inbox_updates WHERE handled_at < clock_timestamp() - interval '30 days'"))
    await tx.execute(text("DELETE FROM rate_slots WHERE tat < clock_timestamp() - interval '1 day'"))
    await tx.execute(text("DELETE FROM done_once WHERE at < clock_timestamp() - interval '90 days'"))
