"""What burns now: breaches that have climbed to the admins, and high and critical signals beside them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.views.listings import OPEN_SIGNALS


@dataclass(frozen=True, slots=True, kw_only=True)
class Burning:
    """One thing: a `violation` of a clock or a `signal` of a code; `held_by` is who is at it now."""

    kind: str
    id: int
    order: str | None
    what: str
    severity: str
    due_at: datetime
    held_by: str | None


# A breach has a signal of its own beside it: it is told once.
_BURNING = f"""
WITH found AS (
    SELECT 'violation' AS kind, v.id, v.order_id, v.clock_kind AS what, v.severity, v.due_at,
        CASE WHEN v.ack_until > :now THEN v.ack_by END AS ack_by
    FROM ai_sla_violations AS v WHERE v.resolved_at IS NULL AND v.level >= 3
    UNION ALL
    SELECT 'signal', s.id, s.order_id, s.code, s.severity, s.due_at,
        CASE WHEN s.snoozed_until > :now THEN s.ack_by END
    FROM ai_signals AS s WHERE s.{OPEN_SIGNALS} AND s.severity IN ('critical', 'high')
        AND s.code NOT IN ('sla_breach', 'stuck_24h', 'stuck_72h')
)
"""


async def count(tx: AsyncConnection, *, now: datetime) -> dict[str, int]:
    """How many things burn, by severity."""
    rows = await tx.execute(
        text(f"{_BURNING} SELECT severity, count(*) AS n FROM found GROUP BY severity"), {"now": now}
    )
    return {row.severity: row.n for row in rows}


async def listed(tx: AsyncConnection, *, now: datetime, offset: int, limit: int) -> list[Burning]:
    """The most severe first, what nobody is at before what somebody has taken, then the longest late."""
    rows = await tx.execute(
        text(
            f'{_BURNING} SELECT f.kind, f.id, o.code AS "order", f.what, f.severity, f.due_at, p.name AS held_by'
            " FROM found AS f LEFT JOIN orders AS o ON o.id = f.order_id LEFT JOIN people AS p ON p.id = f.ack_by"
            " ORDER BY array_position(ARRAY['critical', 'high', 'medium', 'low'], f.severity), f.ack_by IS NOT NULL,"
            " f.due_at, f.kind, f.id LIMIT :limit OFFSET :offset"
        ),
        {"now": now, "limit": limit, "offset": offset},
    )
    return [Burning(**row) for row in rows.mappings()]
