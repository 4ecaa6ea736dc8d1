"""Clocks as rows with due times: open, close, restart, and the set-based sweep that acts on what is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import NotFoundError
from domain.stage_clocks import NewClock
from store.records import (
    CLOCKS_INSERT,
    clock_rows,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """A running or paused clock with what the sweep needs to know of its order, violation and owner."""

    id: int
    subject_kind: str
    subject_id: int
    order_id: int | None
    kind: str
    epoch: int
    stage: str | None
    owner_id: int | None
    policy_version: str
    limit_seconds: int
    working: bool
    severity: str
    opened_at: datetime
    remind_at: datetime | None
    due_at: datetime
    l2_at: datetime | None
    l3_at: datetime | None
    next_at: datetime | None
    level: int
    state: str
    pauses: Sequence[Mapping[str, Any]]
    extended_seconds: float

    def paused_until(self, now: datetime) -> datetime | None:
        """Until when the clock stands still; None while it runs."""
        ends = [datetime.fromisoformat(str(pause["end"])) for pause in self.pauses if pause.get("end")]
        return next((end for end in ends if end > now), None)


COLUMNS = tuple(ClockRow.__dataclass_fields__)

_OPEN = f"""
{CLOCKS_INSERT}
ON CONFLICT (subject_kind, subject_id, kind) WHERE state <> 'done' DO UPDATE SET
    epoch = clocks.epoch + 1, stage = excluded.stage, owner_id = excluded.owner_id,
    policy_version = excluded.policy_version, limit_seconds = excluded.limit_seconds, working = excluded.working,
    severity = excluded.severity, opened_at = excluded.opened_at, remind_at = excluded.remind_at,
    due_at = excluded.due_at, l2_at = excluded.l2_at, l3_at = excluded.l3_at, next_at = excluded.next_at,
    level = 0, state = 'running', pauses = '[]', extended_seconds = 0
"""


async def open_clocks(tx: AsyncConnection, clocks: Sequence[NewClock]) -> None:
    """Open clocks; one of the same kind that already runs on the subject starts anew as its next epoch."""
    if clocks:
        await tx.execute(text(_OPEN), {"clocks": clock_rows(clocks)})


async def restart(tx: AsyncConnection, clock: NewClock, *, now: datetime) -> None:
    """Begin a clock anew from its first attempt: the running one is closed, a new one opens."""
    await tx.execute(
        text(
            "UPDATE clocks SET state = 'done', closed_at = :now, next_at = NULL WHERE subject_kind = :subject_kind"
            " AND subject_id = :subject_id AND kind = :kind AND state <> 'done'"
        ),
        {"now": now, "subject_kind": clock.subject_kind, "subject_id": clock.subject_id, "kind": clock.kind},
    )
    await open_clocks(tx, [clock])


async def close(
    tx: AsyncConnection,
    *,
    subject_kind: str,
    subject_id: int,
    now: datetime,
    resolution: str,
    kinds: Sequence[str] = (),
) -> None:
    """Stop the subject's clocks (all, or of these kinds) and resolve what they had broken, with this resolution."""
    await tx.execute(
        text(
            "UPDATE clocks SET state = 'done', closed_at = :now, next_at = NULL WHERE subject_kind = :subject_kind"
            " AND subject_id = :subject_id AND state <> 'done' AND (:every OR kind = ANY(:kinds))"
        ),
        {
            "now": now,
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "every": not kinds,
            "kinds": list(kinds),
        },
    )
    await resolve_violations(
        tx, subject_kind=subject_kind, subject_id=subject_id, kinds=kinds, now=now, by="system", resolution=resolution
    )


_RESOLVE = """
WITH v AS (
    UPDATE ai_sla_violations SET resolved_at = :now, resolved_by = :by, resolution = :resolution
    WHERE subject_kind = :subject_kind AND subject_id = :subject_id AND resolved_at IS NULL
        AND (:every OR clock_kind = ANY(:kinds))
    RETURNING id
), s AS (
    UPDATE ai_signals SET status = 'resolved', resolved_at = :now, resolution = :resolution
    WHERE dedup_key = 'sla_breach:' || CAST(:subject_kind AS text) || ':' || CAST(:subject_id AS text)
        AND status IN ('open', 'acknowledged', 'snoozed') AND NOT EXISTS (
            SELECT 1 FROM ai_sla_violations WHERE subject_kind = :subject_kind AND subject_id = :subject_id
                AND resolved_at IS NULL AND level >= 3 AND clock_kind <> 'movement'
                AND NOT (:every OR clock_kind = ANY(:kinds)))
)
UPDATE escalations SET resolved_at = :now, resolution = :resolution
FROM v WHERE escalations.violation_id = v.id AND escalations.resolved_at IS NULL
"""


async def resolve_violations(
    tx: AsyncConnection,
    *,
    subject_kind: str,
    subject_id: int,
    kinds: Sequence[str],
    now: datetime,
    by: str,
    resolution: str,
) -> None:
    """Resolve the subject's open violations (all, or of these clock kinds) with their escalations.

    The `sla_breach` signal of the subject ends with the last violation that has climbed so far.
    """
    await tx.execute(
        text(_RESOLVE),
        {
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "every": not kinds,
            "kinds": list(kinds),
            "now": now,
            "by": by,
            "resolution": resolution,
        },
    )


async def open_of_order(tx: AsyncConnection, order_id: int) -> list[ClockRow]:
    """Every clock that runs or is paused for the order, the earliest due first."""
    rows = await tx.execute(
        text(
            f"SELECT {', '.join(COLUMNS)} FROM clocks WHERE order_id = :order_id AND state <> 'done'"
            " ORDER BY due_at, id"
        ),
        {"order_id": order_id},
    )
    return [ClockRow(**row) for row in rows.mappings()]


async def lock_one(tx: AsyncConnection, *, order_id: int, kind: str) -> ClockRow:
    """The order's open clock of this kind, locked.

    Raises:
        NotFoundError: no such clock is open.
    """
    row = (
        (
            await tx.execute(
                text(
                    f"SELECT {', '.join(COLUMNS)} FROM clocks WHERE order_id = :order_id AND kind = :kind"
                    " AND state <> 'done' ORDER BY id LIMIT 1 FOR UPDATE"
                ),
                {"order_id": order_id, "kind": kind},
            )
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFoundError(kind="clock", name=kind)
    return ClockRow(**row)


async def lock_run(tx: AsyncConnection, clock_id: int, epoch: int) -> ClockRow | None:
    """The clock, locked, if it still runs in this epoch; None when it is stopped or has begun anew."""
    rows = await tx.execute(
        text(
            f"SELECT {', '.join(COLUMNS)} FROM clocks WHERE id = :id AND epoch = :epoch AND state <> 'done' FOR UPDATE"
        ),
        {"id": clock_id, "epoch": epoch},
    )
    row = rows.mappings().one_or_none()
    return None if row is None else ClockRow(**row)


async def update(tx: AsyncConnection, clock_id: int, **changes: object) -> None:
    """Set columns of one clock."""
    assignments = ", ".join(f"{name} = :{name}" for name in changes)
    await tx.execute(text(f"UPDATE clocks SET {assignments} WHERE id = :id"), {**changes, "id": clock_id})


async def set_pauses(tx: AsyncConnection, clock_id: int, pauses: str) -> None:
    """Replace a clock's pauses (a JSON array)."""
    await tx.execute(
        text("UPDATE clocks SET pauses = CAST(:pauses AS jsonb) WHERE id = :id"), {"id": clock_id, "pauses": pauses}
    )


async def set_owner(tx: AsyncConnection, *, order_id: int, former: int | None, owner_id: int) -> None:
    """The order has a new owner: its own clocks, and those of what the former owner had to do, speak to them now."""
    await tx.execute(
        text(
            "UPDATE clocks SET owner_id = :owner_id WHERE order_id = :order_id AND state <> 'done'"
            " AND (subject_kind = 'order' OR owner_id = :former)"
        ),
        {"order_id": order_id, "former": former, "owner_id": owner_id},
    )


async def set_stage(tx: AsyncConnection, *, order_id: int, stage: str) -> None:
    """The order has entered a stage: what still runs on it (tasks, blockers, approvals) belongs there now."""
    await tx.execute(
        text("UPDATE clocks SET stage = :stage WHERE order_id = :order_id AND state <> 'done'"),
        {"order_id": order_id, "stage": stage},
    )
