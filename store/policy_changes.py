"""Changes of the rules that people have approved; the owner puts them in force by hand."""

from collections.abc import Sequence
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
    task_id: int
    at: datetime
    decision: UUID


async def add(tx: AsyncConnection, change: PolicyChange) -> int:
    """Keep an approved change; its number. One approval has one."""
    row = (
        await tx.execute(
            text(
                "INSERT INTO policy_changes (file, key, old_value, new_value, reason, effective_from, policy_version,"
                " approval_id, approved_by, task_id, at, decision) VALUES (:file, :key, CAST(:old_value AS jsonb),"
                " CAST(:new_value AS jsonb), :reason, :effective_from, :policy_version, :approval_id, :approved_by,"
                " :task_id, :at, :decision) RETURNING id"
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
                "task_id": change.task_id,
                "at": change.at,
                "decision": change.decision,
            },
        )
    ).one()
    return int(row.id)
