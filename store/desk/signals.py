"""Signals: raise once while open, settle, list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import ConflictError, NotFoundError
from store.records import SIGNALS_INSERT, jsonb


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One tension somebody has to deal with (docs/DOMAIN.md 9)."""

    id: int
    code: str
    raised_by: str
    circle: str
    severity: str
    subject_kind: str
    subject_id: int | None
    order_id: int | None
    evidence: Mapping[str, Any]
    dedup_key: str
    due_at: datetime
    status: str
    created_at: datetime
    ack_by: int | None
    snoozed_until: datetime | None
    resolved_at: datetime | None
    resolution: str | None


OPEN = ("open", "acknowledged", "snoozed")
_COLUMNS = ", ".join(Signal.__dataclass_fields__)


async def raise_many(tx: AsyncConnection, rows: Sequence[Mapping[str, object]]) -> list[int]:
    """Raise signals; one that is open under the same dedup key stays alone. Ids of the new ones."""
    if not rows:
        return []
    result = await tx.execute(text(f"{SIGNALS_INSERT} RETURNING id"), {"signals": jsonb(rows)})
    return [row.id for row in result]


async def resolve_of_order(
    tx: AsyncConnection, order_id: int, codes: Sequence[str] = (), *, now: datetime, resolution: str
) -> None:
    """Resolve the order's open signals (all, or of these codes)."""
    await tx.execute(
        text(
            "UPDATE ai_signals SET status = 'resolved', resolved_at = :now, resolution = :resolution"
            " WHERE order_id = :order_id AND (:every OR code = ANY(:codes))"
            " AND status IN ('open', 'acknowledged', 'snoozed')"
        ),
        {"order_id": order_id, "every": not codes, "codes": list(codes), "now": now, "resolution": resolution},
    )


async def resolve_key(tx: AsyncConnection, dedup_key: str, *, now: datetime, resolution: str) -> bool:
    """Resolve the open signal with this dedup key; False when there is none."""
    resolved = await tx.execute(
        text(
            "UPDATE ai_signals SET status = 'resolved', resolved_at = :now, resolution = :resolution"
            " WHERE dedup_key = :key AND status IN ('open', 'acknowledged', 'snoozed') RETURNING id"
        ),
        {"key": dedup_key, "now": now, "resolution": resolution},
    )
    return resolved.one_or_none() is not None


async def open_with_key(tx: AsyncConnection, dedup_key: str) -> int | None:
    """The number of the open signal with this dedup key."""
    row = (
        await tx.execute(
            text("SELECT id FROM ai_signals WHERE dedup_key = :key AND status IN ('open', 'acknowledged', 'snoozed')"),
            {"key": dedup_key},
        )
    ).one_or_none()
    return None if row is None else int(row.id)


async def get(tx: AsyncConnection, signal_id: int) -> Signal:
    """The signal with this id, settled or not.

    Raises:
        NotFoundError: no such signal.
    """
    rows = await tx.execute(text(f"SELECT {_COLUMNS} FROM ai_signals WHERE id = :id"), {"id": signal_id})
    row = rows.mappings().one_or_none()
    if row is None:
        raise NotFoundError(kind="signal", name=str(signal_id))
    return Signal(**row)


async def lock(tx: AsyncConnection, signal_id: int) -> Signal:
    """The signal, locked: who takes it is decided one after another. Raises NotFoundError."""
    await tx.execute(text("SELECT 1 FROM ai_signals WHERE id = :id FOR UPDATE"), {"id": signal_id})
    return await get(tx, signal_id)


async def hold(tx: AsyncConnection, signal_id: int, *, status: str, person_id: int | None, until: datetime) -> None:
    """Somebody is at it, or has put it away: its clock does not act before `until`.

    Raises:
        ConflictError: somebody has settled it.
    """
    held = await tx.execute(
        text(
            "UPDATE ai_signals SET status = :status, ack_by = :person_id, snoozed_until = :until"
            " WHERE id = :id AND status IN ('open', 'acknowledged', 'snoozed') RETURNING id"
        ),
        {"id": signal_id, "status": status, "person_id": person_id, "until": until},
    )
    if held.one_or_none() is None:
        raise ConflictError(kind="signal", name=str(signal_id), state="settled", allowed=OPEN)
    await tx.execute(
        text(
            "UPDATE clocks SET next_at = greatest(next_at, :until) WHERE subject_kind = 'signal' AND subject_id = :id"
            " AND state = 'running' AND next_at IS NOT NULL"
        ),
        {"id": signal_id, "until": until},
    )


async def get_open(tx: AsyncConnection, signal_id: int) -> Signal:
    """The open signal.

    Raises:
        NotFoundError: no such signal.
        ConflictError: it is settled already.
    """
    signal = await get(tx, signal_id)
    if signal.status not in OPEN:
        raise ConflictError(kind="signal", name=str(signal_id), state=signal.status, allowed=OPEN)
    return signal


async def settle(tx: AsyncConnection, signal_id: int, *, status: str, resolution: str, now: datetime) -> None:
    """End a signal: resolved, or rejected.

    Raises:
        ConflictError: somebody was quicker.
    """
    ended = await tx.execute(
        text(
            "UPDATE ai_signals SET status = :status, resolved_at = :now, resolution = :resolution"
            " WHERE id = :id AND status IN ('open', 'acknowledged', 'snoozed') RETURNING id"
        ),
        {"id": signal_id, "status": status, "now": now, "resolution": resolution},
    )
    if ended.one_or_none() is None:
        raise ConflictError(kind="signal", name=str(signal_id), state="settled", allowed=OPEN)


async def without_clock(tx: AsyncConnection, *, batch: int) -> list[Signal]:
    """Open signals whose clock has not been started yet, locked."""
    rows = await tx.execute(
        text(
            f"SELECT {_COLUMNS} FROM ai_signals AS s WHERE status IN ('open', 'acknowledged', 'snoozed') AND NOT EXISTS"
            " (SELECT 1 FROM clocks AS c WHERE c.subject_kind = 'signal' AND c.subject_id = s.id AND c.state <> 'done')"
            " ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED"
        ),
        {"batch": batch},
    )
    return [Signal(**row) for row in rows.mappings()]


async def settled_with_clock(tx: AsyncConnection, *, batch: int) -> list[Signal]:
    """Settled signals whose clock still runs."""
    rows = await tx.execute(
        text(
            f"SELECT {_COLUMNS} FROM ai_signals AS s WHERE status IN ('resolved', 'rejected') AND EXISTS"
            " (SELECT 1 FROM clocks AS c WHERE c.subject_kind = 'signal' AND c.subject_id = s.id AND c.state <> 'done')"
            " ORDER BY id LIMIT :batch"
        ),
        {"batch": batch},
    )
    return [Signal(**row) for row in rows.mappings()]


async def listed(tx: AsyncConnection, *, only_open: bool, before: int | None = None, limit: int = 50) -> list[Signal]:
    """Signals, the newest first, keyset-paged by id."""
    rows = await tx.execute(
        text(
            f"SELECT {_COLUMNS} FROM ai_signals"
            " WHERE (NOT CAST(:only_open AS bool) OR status IN ('open', 'acknowledged', 'snoozed'))"
            " AND (CAST(:before AS bigint) IS NULL OR id < :before) ORDER BY id DESC LIMIT :limit"
        ),
        {"only_open": only_open, "before": before, "limit": limit},
    )
    return [Signal(**row) for row in rows.mappings()]
