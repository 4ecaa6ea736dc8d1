"""What people and roles have done about a thing, as its card tells it: the journal's rows in short."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

ABOUT_ORDER: Final = ("assign_order", "reassign_order", "extend_clock", "create_task")
"""What is done to the order, and told on the cards about its breaches and signals."""
ABOUT_ITSELF: Final = ("acknowledge", "snooze", "resolve", "hold_signal", "resolve_signal")
"""What is done to the breach or the signal itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that somebody did: `name` is a person's, None for a role; `to` the person an order was given to."""

    id: int
    at: datetime
    actor: str
    name: str | None
    action: str
    proposed: Mapping[str, Any]
    result: Mapping[str, Any]
    to: str | None


async def deeds(
    tx: AsyncConnection, kind: str, subject_id: int, *, order_id: int | None, since: datetime, limit: int
) -> list[Deed]:
    """The last deeds about a violation or a signal, and about its order since it began; the oldest first."""
    rows = await tx.execute(
        text(
            "SELECT d.id, d.at, d.actor, p.name, d.action, d.proposed, d.result, t.name AS to FROM ("
            "SELECT * FROM ai_decisions WHERE subject_kind = :kind AND subject_id = :id AND action = ANY(:itself)"
            " AND subject_kind IN ('violation', 'signal')"
            " UNION SELECT * FROM ai_decisions WHERE order_id = :order_id AND action = ANY(:order) AND at >= :since"
            ") AS d LEFT JOIN people AS p ON d.actor = 'person:' || p.id"
            " LEFT JOIN people AS t ON d.result ->> 'to' = CAST(t.id AS text)"
            " WHERE d.outcome = 'done' AND d.actor_kind IN ('person', 'agent') ORDER BY d.id DESC LIMIT :limit"
        ),
        {
            "kind": kind,
            "id": subject_id,
            "itself": list(ABOUT_ITSELF),
            "order_id": order_id,
            "order": list(ABOUT_ORDER),
            "since": since,
            "limit": limit,
        },
    )
    return [Deed(**row) for row in rows.mappings()][::-1]
