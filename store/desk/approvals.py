"""Approvals: the table is the truth. A vote locks its row; who completes the quorum carries it out in that commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import NotFoundError


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One request for a human decision.

    `arguments_hash` is the fingerprint of all that a voter relies on, and what a voter must have seen; `request_hash`
    is that of the arguments alone, by which the same request is not asked twice.
    """

    id: int
    action: str
    arguments: Mapping[str, Any]
    arguments_hash: str
    request_hash: str
    risks: Sequence[str]
    rule: str
    voters: Sequence[str]
    quorum: int
    amount_eur: Decimal | None
    order_id: int | None
    requested_by: str
    requested_kind: str
    requested_person: int | None
    why: str
    evidence: Mapping[str, Any]
    status: str
    created_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    supersedes: int | None
    outcome: Mapping[str, Any]
    decision: UUID


_COLUMNS = ", ".join(Approval.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One person's vote."""

    person_id: int
    name: str
    vote: str
    reason: str
    at: datetime
    seen_hash: str


async def add(tx: AsyncConnection, values: Mapping[str, object]) -> int | None:
    """A new pending approval; None when the same request is pending already."""
    row = (
        await tx.execute(
            text(
                "INSERT INTO approvals (action, arguments, arguments_hash, request_hash, risks, rule, voters, quorum,"
                " amount_eur, order_id, requested_by, requested_kind, requested_person, why, evidence, created_at,"
                " expires_at, supersedes, decision) VALUES (:action, CAST(:arguments AS jsonb), :arguments_hash,"
                " :request_hash, :risks, :rule, :voters, :quorum, :amount_eur, :order_id, :requested_by,"
                " :requested_kind, :requested_person, :why, CAST(:evidence AS jsonb), :now, :expires_at, :supersedes,"
                " :decision)"
                " ON CONFLICT (request_hash) WHERE status = 'pending' DO NOTHING RETURNING id"
            ),
            values,
        )
    ).one_or_none()
    return None if row is None else int(row.id)


async def pending_with_hash(tx: AsyncConnection, request_hash: str) -> Approval | None:
    """The pending approval of exactly this request."""
    found = await _select(tx, "request_hash = :hash AND status = 'pending'", {"hash": request_hash})
    return found[0] if found else None


async def get(tx: AsyncConnection, approval_id: int) -> Approval:
    """The approval as it stands."""
    return await _one(tx, approval_id, "")


async def lock(tx: AsyncConnection, approval_id: int) -> Approval:
    """The approval, locked: votes on it are counted one after another."""
    return await _one(tx, approval_id, " FOR UPDATE")


async def _one(tx: AsyncConnection, approval_id: int, suffix: str) -> Approval:
    found = await _select(tx, "id = :id", {"id": approval_id}, suffix)
    if not found:
        raise NotFoundError(kind="approval", name=str(approval_id))
    return found[0]


async def _select(
    tx: AsyncConnection, where: str, parameters: Mapping[str, object], suffix: str = ""
) -> list[Approval]:
    rows = await tx.execute(text(f"SELECT {_COLUMNS} FROM approvals WHERE {where}{suffix}"), parameters)
    return [Approval(**row) for row in rows.mappings()]


async def listed(
    tx: AsyncConnection, *, status: str | None, before: int | None = None, limit: int = 50
) -> list[Approval]:
    """Approvals, the newest first, keyset-paged by id; of one status or all."""
    return await _select(
        tx,
        "(CAST(:status AS text) IS NULL OR status = :status) AND (CAST(:before AS bigint) IS NULL OR id < :before)"
        " ORDER BY id DESC LIMIT :limit",
        {"status": status, "before": before, "limit": limit},
    )


async def settle(tx: AsyncConnection, approval_id: int, *, status: str, now: datetime, outcome: str = "{}") -> None:
    """End an approval with a status and an outcome (a JSON object)."""
    await tx.execute(
        text(
            "UPDATE approvals SET status = :status, decided_at = :now, outcome = CAST(:outcome AS jsonb) WHERE id = :id"
        ),
        {"id": approval_id, "status": status, "now": now, "outcome": outcome},
    )


async def add_vote(tx: AsyncConnection, values: Mapping[str, object]) -> bool:
    """A vote; False when this person has voted already."""
    row = (
        await tx.execute(
            text(
                "INSERT INTO approval_votes (approval_id, person_id, vote, seen_hash, reason, at, decision)"
                " VALUES (:approval_id, :person_id, :vote, :seen_hash, :reason, :at, :decision)"
                " ON CONFLICT (approval_id, person_id) DO NOTHING RETURNING id"
            ),
            values,
        )
    ).one_or_none()
    return row is not None


async def votes(tx: AsyncConnection, approval_id: int) -> list[Vote]:
    """Votes on an approval in the order they were cast."""
    rows = await tx.execute(
        text(
            "SELECT v.person_id, p.name, v.vote, v.reason, v.at, v.seen_hash FROM approval_votes AS v JOIN people AS p"
            " ON p.id = v.person_id WHERE v.approval_id = :id ORDER BY v.id"
        ),
        {"id": approval_id},
    )
    return [Vote(**row) for row in rows.mappings()]


async def askers(tx: AsyncConnection, approval_id: int) -> frozenset[int]:
    """Everybody who asked for it or for what it was edited from: none of them votes on it."""
    rows = await tx.execute(
        text(
            "WITH RECURSIVE asked AS ("
            "SELECT supersedes, requested_person FROM approvals WHERE id = :id UNION ALL"
            " SELECT a.supersedes, a.requested_person FROM approvals AS a JOIN asked ON a.id = asked.supersedes"
            ") SELECT DISTINCT requested_person FROM asked WHERE requested_person IS NOT NULL"
        ),
        {"id": approval_id},
    )
    return frozenset(rows.scalars())


async def successor(tx: AsyncConnection, approval_id: int) -> int | None:
    """The request that took the place of this one."""
    row = await tx.execute(text("SELECT id FROM approvals WHERE supersedes = :id"), {"id": approval_id})
    found = row.first()
    return None if found is None else int(found.id)


async def pending_of_order(tx: AsyncConnection, order_id: int) -> list[Approval]:
    """Requests about this order that still wait for votes, the newest first."""
    return await _select(tx, "order_id = :order_id AND status = 'pending' ORDER BY id DESC", {"order_id": order_id})


async def drop_of_order(tx: AsyncConnection, order_id: int, *, now: datetime, because: str) -> list[int]:
    """What waits on this order need not be decided any more; a request that is being voted on is left to its voter."""
    rows = await tx.execute(
        text(
            "UPDATE approvals SET status = 'superseded', decided_at = :now,"
            " outcome = jsonb_build_object('because', CAST(:because AS text)) WHERE id IN (SELECT id FROM approvals"
            " WHERE order_id = :order_id AND status = 'pending' FOR UPDATE SKIP LOCKED) RETURNING id"
        ),
        {"order_id": order_id, "now": now, "because": because},
    )
    return [row.id for row in rows]


async def drop_moves(tx: AsyncConnection, order_id: int, *, to: str, now: datetime, because: str) -> list[int]:
    """The order is where these requests wanted it; one that is being voted on is left to its voter."""
    rows = await tx.execute(
        text(
            "UPDATE approvals SET status = 'superseded', decided_at = :now,"
            " outcome = jsonb_build_object('because', CAST(:because AS text)) WHERE id IN (SELECT id FROM approvals"
            " WHERE order_id = :order_id AND status = 'pending' AND action = 'advance_order'"
            " AND arguments ->> 'to' = :to FOR UPDATE SKIP LOCKED) RETURNING id"
        ),
        {"order_id": order_id, "to": to, "now": now, "because": because},
    )
    return [row.id for row in rows]


async def drop(tx: AsyncConnection, ids: Sequence[int], *, now: datetime, because: str) -> list[int]:
    """These need not be decided any more; one that is being voted on is left to its voter."""
    rows = await tx.execute(
        text(
            "UPDATE approvals SET status = 'superseded', decided_at = :now,"
            " outcome = jsonb_build_object('because', CAST(:because AS text)) WHERE id IN (SELECT id FROM approvals"
            " WHERE id = ANY(:ids) AND status = 'pending' FOR UPDATE SKIP LOCKED) RETURNING id"
        ),
        {"ids": list(ids), "now": now, "because": because},
    )
    return [row.id for row in rows]
