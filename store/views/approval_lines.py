"""Requests for a human decision as they are told: with the order's code, who asked, and the votes cast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.views.listings import Conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalLine:
    """One request; `votes` are objects of name, vote, reason and at, in the order they were cast."""

    id: int
    action: str
    order: str | None
    arguments: Mapping[str, Any]
    risks: Sequence[str]
    rule: str
    voters: Sequence[str]
    quorum: int
    amount_eur: Decimal | None
    requested_by: str
    requested_name: str | None
    why: str
    evidence: Mapping[str, Any]
    status: str
    created_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    outcome: Mapping[str, Any]
    votes: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalFilter:
    """Which requests: about one order, asked for by one person, with time left at an instant."""

    order_id: int | None = None
    requested_person: int | None = None
    alive_at: datetime | None = None


async def pending(tx: AsyncConnection, which: ApprovalFilter, *, limit: int) -> list[ApprovalLine]:
    """Those that wait for votes, the oldest first."""
    return await _lines(tx, which, "a.status = 'pending'", "a.id", limit)


async def expiring(tx: AsyncConnection, which: ApprovalFilter, *, offset: int, limit: int) -> list[ApprovalLine]:
    """Those that wait for votes, what expires first on top."""
    return await _lines(tx, which, "a.status = 'pending'", "a.expires_at, a.id", limit, offset=offset)


async def decided(tx: AsyncConnection, which: ApprovalFilter, *, limit: int) -> list[ApprovalLine]:
    """Those that are over, the latest first."""
    return await _lines(tx, which, "a.status <> 'pending'", "a.id DESC", limit)


async def count_pending(tx: AsyncConnection, which: ApprovalFilter) -> int:
    """How many wait for votes."""
    asked = _asked(which, "a.status = 'pending'")
    rows = await tx.execute(text(f"SELECT count(*) FROM approvals AS a WHERE {asked.where}"), asked.values)
    return int(rows.scalar_one())


def _asked(which: ApprovalFilter, state: str) -> Conditions:
    asked = Conditions()
    asked.add(state)
    asked.equal("a.order_id", which.order_id)
    asked.equal("a.requested_person", which.requested_person)
    if which.alive_at is not None:
        asked.add("a.expires_at > :alive_at", alive_at=which.alive_at)
    return asked


async def _lines(
    tx: AsyncConnection, which: ApprovalFilter, state: str, sequence: str, limit: int, *, offset: int = 0
) -> list[ApprovalLine]:
    asked = _asked(which, state)
    rows = await tx.execute(
        text(
            'SELECT a.id, a.action, o.code AS "order", a.arguments, a.risks, a.rule, a.voters, a.quorum, a.amount_eur,'
            " a.requested_by, p.name AS requested_name, a.why, a.evidence, a.status, a.created_at, a.expires_at,"
            " a.decided_at, a.outcome, coalesce((SELECT jsonb_agg(jsonb_build_object('name', w.name, 'vote', v.vote,"
            " 'reason', v.reason) ORDER BY v.id) FROM approval_votes AS v JOIN people AS w ON w.id = v.person_id"
            " WHERE v.approval_id = a.id), '[]') AS votes"
            " FROM approvals AS a LEFT JOIN orders AS o ON o.id = a.order_id"
            f" LEFT JOIN people AS p ON p.id = a.requested_person WHERE {asked.where} ORDER BY {sequence} LIMIT :limit"
            " OFFSET :offset"
        ),
        {**asked.values, "limit": limit, "offset": offset},
    )
    return [ApprovalLine(**row) for row in rows.mappings()]
