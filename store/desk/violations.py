"""Violations as people see them: hold, resolve, read with their order and escalations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import ConflictError, NotFoundError


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken clock: what, whose, how bad, how far up the ladder, until when it is held, how it ended."""

    id: int
    clock_id: int
    subject_kind: str
    subject_id: int
    order_id: int | None
    clock_kind: str
    epoch: int
    stage: str | None
    owner_id: int | None
    severity: str
    level: int
    due_at: datetime
    breached_at: datetime
    deadline: datetime
    ack_by: int | None
    ack_at: datetime | None
    ack_until: datetime | None
    resolved_at: datetime | None
    resolved_by: str | None
    resolution: str | None


_COLUMNS = ", ".join(Violation.__dataclass_fields__)


async def get(tx: AsyncConnection, violation_id: int) -> Violation:
    """The violation with this id.

    Raises:
        NotFoundError: no such violation.
    """
    return await _one(tx, violation_id, "")


async def lock(tx: AsyncConnection, violation_id: int) -> Violation:
    """The violation, locked: who takes it is decided one after another. Raises NotFoundError."""
    return await _one(tx, violation_id, " FOR UPDATE")


async def _one(tx: AsyncConnection, violation_id: int, suffix: str) -> Violation:
    rows = await tx.execute(
        text(f"SELECT {_COLUMNS} FROM ai_sla_violations WHERE id = :id{suffix}"), {"id": violation_id}
    )
    row = rows.mappings().one_or_none()
    if row is None:
        raise NotFoundError(kind="violation", name=str(violation_id))
    return Violation(**row)


async def hold(
    tx: AsyncConnection, violation_id: int, *, person_id: int | None, now: datetime, until: datetime
) -> Violation:
    """Stop the ladder until `until`: the clock does not act before. Raises ConflictError when it is resolved."""
    changed = "ack_by = :person_id, ack_at = :now, ack_until = :until"
    violation = await _change(tx, violation_id, changed, {"person_id": person_id, "now": now, "until": until})
    await tx.execute(
        text(
            "UPDATE clocks SET next_at = greatest(next_at, :until) WHERE id = :clock_id AND epoch = :epoch"
            " AND state = 'running' AND next_at IS NOT NULL"
        ),
        {"clock_id": violation.clock_id, "epoch": violation.epoch, "until": until},
    )
    return violation


async def _change(tx: AsyncConnection, violation_id: int, changed: str, values: Mapping[str, object]) -> Violation:
    rows = await tx.execute(
        text(f"UPDATE ai_sla_violations SET {changed} WHERE id = :id AND resolved_at IS NULL RETURNING {_COLUMNS}"),
        {**values, "id": violation_id},
    )
    row = rows.mappings().one_or_none()
    if row is None:
        raise ConflictError(kind="violation", name=str(violation_id), state="resolved", allowed=("open",))
    return Violation(**row)


async def resolve(tx: AsyncConnection, violation_id: int, *, by: str, resolution: str, now: datetime) -> Violation:
    """Close the violation, its escalations and the signal that only it kept up; its clock is the caller's.

    Raises:
        ConflictError: it is resolved already.
    """
    changed = "resolved_at = :now, resolved_by = :by, resolution = :resolution"
    values = {"by": by, "resolution": resolution, "now": now}
    violation = await _change(tx, violation_id, changed, values)
    await tx.execute(
        text(
            "UPDATE escalations SET resolved_at = :now, resolution = :resolution"
            " WHERE violation_id = :id AND resolved_at IS NULL"
        ),
        {"id": violation_id, "resolution": resolution, "now": now},
    )
    await tx.execute(
        text(
            "UPDATE ai_signals SET status = 'resolved', resolved_at = :now, resolution = :resolution"
            " WHERE dedup_key = :key AND status IN ('open', 'acknowledged', 'snoozed') AND NOT EXISTS ("
            "SELECT 1 FROM ai_sla_violations WHERE subject_kind = :kind AND subject_id = :id"
            " AND resolved_at IS NULL AND level >= 3 AND clock_kind <> 'movement')"
        ),
        {
            "key": f"sla_breach:{violation.subject_kind}:{violation.subject_id}",
            "kind": violation.subject_kind,
            "id": violation.subject_id,
            "resolution": resolution,
            "now": now,
        },
    )
    return violation


async def open_of_order(tx: AsyncConnection, order_id: int) -> list[Violation]:
    """The order's open violations, the most severe level first."""
    rows = await tx.execute(
        text(
            f"SELECT {_COLUMNS} FROM ai_sla_violations WHERE order_id = :order_id AND resolved_at IS NULL"
            " ORDER BY level DESC, id"
        ),
        {"order_id": order_id},
    )
    return [Violation(**row) for row in rows.mappings()]


async def keep_hot(tx: AsyncConnection, order_id: int) -> bool:
    """Whether an open violation has climbed so far that its order belongs on the hot list (docs/DOMAIN.md 5)."""
    row = await tx.execute(
        text(
            "SELECT EXISTS (SELECT 1 FROM ai_sla_violations WHERE order_id = :order_id AND resolved_at IS NULL"
            " AND level >= CASE clock_kind WHEN 'movement' THEN 3 ELSE 4 END)"
        ),
        {"order_id": order_id},
    )
    return bool(row.scalar_one())


async def of_clock(tx: AsyncConnection, clock_id: int, epoch: int) -> Violation | None:
    """The violation that a clock's run caused, if it has."""
    rows = await tx.execute(
        text(f"SELECT {_COLUMNS} FROM ai_sla_violations WHERE clock_id = :clock_id AND epoch = :epoch"),
        {"clock_id": clock_id, "epoch": epoch},
    )
    row = rows.mappings().one_or_none()
    return None if row is None else Violation(**row)


async def clock_runs(tx: AsyncConnection, clock_id: int, epoch: int) -> bool:
    """Whether the clock still runs in this or the next attempt: a message about it is still worth reading."""
    found = await tx.execute(
        text("SELECT 1 FROM clocks WHERE id = :clock_id AND state <> 'done' AND epoch <= :epoch + 1"),
        {"clock_id": clock_id, "epoch": epoch},
    )
    return found.first() is not None
