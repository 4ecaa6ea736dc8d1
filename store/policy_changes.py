"""Changes of the rules that people have approved: each is in force from the beginning of its day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.journal import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChange:
    """One value of a policy file, as it stood in `policy_version` and as it shall be from a day on (JSON values)."""

    file: str
    key: str
    old_value: object
    new_value: object
    reason: str
    effective_from: date
    policy_version: str
    approval_id: int
    approved_by: Sequence[int]
    at: datetime
    decision: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptChange(PolicyChange):
    """One that is kept, with its number."""

    id: int


_COLUMNS = ", ".join(KeptChange.__dataclass_fields__)


async def due(tx: AsyncConnection, *, on: date) -> list[KeptChange]:
    """Those whose day has come, in the order in which they come into force."""
    return await _select(tx, "effective_from <= :day ORDER BY effective_from, id", {"day": on})


async def upcoming(tx: AsyncConnection, *, on: date) -> list[KeptChange]:
    """Those whose day is still to come, the next one first."""
    return await _select(tx, "effective_from > :day ORDER BY effective_from, id", {"day": on})


async def newest(tx: AsyncConnection, *, before: int | None, limit: int) -> list[KeptChange]:
    """All that were ever approved, the newest first, keyset-paged by number."""
    return await _select(
        tx,
        "CAST(:before AS bigint) IS NULL OR id < :before ORDER BY id DESC LIMIT :limit",
        {"before": before, "limit": limit},
    )


async def _select(tx: AsyncConnection, where: str, parameters: Mapping[str, object]) -> list[KeptChange]:
    rows = await tx.execute(text(f"SELECT {_COLUMNS} FROM policy_changes WHERE {where}"), parameters)
    return [KeptChange(**row) for row in rows.mappings()]


async def add(tx: AsyncConnection, change: PolicyChange) -> int:
    """Keep an approved change; its number. One approval has one."""
    row = (
        await tx.execute(
            text(
                "INSERT INTO policy_changes (file, key, old_value, new_value, reason, effective_from, policy_version,"
                " approval_id, approved_by, at, decision) VALUES (:file, :key, CAST(:old_value AS jsonb),"
                " CAST(:new_value AS jsonb), :reason, :effective_from, :policy_version, :approval_id, :approved_by,"
                " :at, :decision) RETURNING id"
            ),
            {
                "file": change.file,
                "key": change.key,
                "old_value": canonical(change.old_value).decode(),
                "new_value": canonical(change.new_value).decode(),
                "reason": change.reason,
                "effective_from": change.effective_from,
                "policy_version": change.policy_version,
                "approval_id": change.approval_id,
                "approved_by": list(change.approved_by),
                "at": change.at,
                "decision": change.decision,
            },
        )
    ).one()
    return int(row.id)
