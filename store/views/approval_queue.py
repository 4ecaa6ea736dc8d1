"""Requests as the page of approvals lists them: those that wait in the order of their ends, past ones by key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

MOST_WAITING = 200
"""So many are listed; more than that are not worked through one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """One request in a list; `given` counts approving votes, `requested_name` is a person's name."""

    id: int
    action: str
    order: str | None
    amount_eur: Decimal | None
    requested_by: str
    requested_name: str | None
    status: str
    created_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    quorum: int
    given: int


_LINES = """
SELECT a.id, a.action, o.code AS "order", a.amount_eur, a.requested_by, p.name AS requested_name, a.status,
    a.created_at, a.expires_at, a.decided_at, a.quorum,
    (SELECT count(*) FROM approval_votes AS v WHERE v.approval_id = a.id AND v.vote = 'approve') AS given
FROM approvals AS a LEFT JOIN orders AS o ON o.id = a.order_id LEFT JOIN people AS p ON p.id = a.requested_person
"""


async def waiting(tx: AsyncConnection, *, now: datetime, limit: int = MOST_WAITING) -> list[RequestLine]:
    """Those that wait for votes and have time left, the one that ends first at the top."""
    return await _read(
        tx,
        "a.status = 'pending' AND a.expires_at > :now ORDER BY a.expires_at, a.id LIMIT :limit",
        {"now": now, "limit": limit},
    )


async def past(
    tx: AsyncConnection, *, statuses: Sequence[str], before: int | None, limit: int
) -> tuple[list[RequestLine], int | None]:
    """Those that are over, the newest first, after the one with the id `before`; and where the next page begins."""
    lines = await _read(
        tx,
        "a.status = ANY(:statuses) AND (CAST(:before AS bigint) IS NULL OR a.id < :before)"
        " ORDER BY a.id DESC LIMIT :limit",
        {"statuses": list(statuses), "before": before, "limit": limit + 1},
    )
    return lines[:limit], lines[limit - 1].id if len(lines) > limit else None


async def _read(tx: AsyncConnection, where: str, parameters: Mapping[str, object]) -> list[RequestLine]:
    rows = await tx.execute(text(f"{_LINES} WHERE {where}"), parameters)
    return [RequestLine(**row) for row in rows.mappings()]
