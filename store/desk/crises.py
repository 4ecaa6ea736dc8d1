"""Crises as the signals know them: for the topics of forums, for the pages, and what is written of them afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import NotFoundError

IS_CRISIS = "code = ANY(:codes)"
IS_OPEN = "status IN ('open', 'acknowledged', 'snoozed')"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisSignal:
    """A signal of a crisis, open or lately settled."""

    id: int
    code: str
    severity: str
    circle: str
    evidence: Mapping[str, Any]
    status: str
    resolution: str | None
    due_at: datetime
    decision: UUID


async def signals(tx: AsyncConnection, codes: Sequence[str]) -> list[CrisisSignal]:
    """Signals with these codes that are open, and settled ones whose topic still stands, the oldest first."""
    rows = await tx.execute(
        text(
            f"SELECT {', '.join(CrisisSignal.__dataclass_fields__)} FROM ai_signals AS s WHERE"
            f" ({IS_CRISIS} AND {IS_OPEN})"
            " OR id IN (SELECT CAST(split_part(subject, ':', 2) AS bigint) FROM telegram_topics"
            " WHERE purpose = 'crisis' AND subject LIKE 'signal:%' AND state IN ('wanted', 'open')) ORDER BY id"
        ),
        {"codes": list(codes)},
    )
    return [CrisisSignal(**row) for row in rows.mappings()]


# ── the pages ────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisLine:
    """A crisis as the pages show it; `tasks` are the mini-tasks of its plans, `written` whether it has its postmortem.

    `kept_by`: the leader who is at it.
    """

    id: int
    code: str
    severity: str
    circle: str
    raised_by: str
    evidence: Mapping[str, Any]
    order_id: int | None
    order: str | None
    status: str
    kept_by: str | None
    created_at: datetime
    due_at: datetime
    resolved_at: datetime | None
    resolution: str | None
    tasks: int
    tasks_open: int
    next_due: datetime | None
    next_text: str | None
    written: bool


_LINES = """
SELECT s.id, s.code, s.severity, s.circle, s.raised_by, s.evidence, s.order_id, o.code AS order, s.status,
    p.name AS kept_by, s.created_at, s.due_at, s.resolved_at, s.resolution, coalesce(t.n, 0) AS tasks,
    coalesce(t.open, 0) AS tasks_open, t.due AS next_due, t.text AS next_text, m.signal_id IS NOT NULL AS written
FROM ai_signals AS s LEFT JOIN orders AS o ON o.id = s.order_id LEFT JOIN people AS p ON p.id = s.ack_by
    LEFT JOIN crisis_postmortems AS m ON m.signal_id = s.id
    LEFT JOIN LATERAL (
        SELECT count(*) AS n, count(*) FILTER (WHERE state = 'open') AS open,
            min(due_at) FILTER (WHERE state = 'open') AS due,
            (array_agg(params ->> 'text' ORDER BY due_at, id) FILTER (WHERE state = 'open'))[1] AS text
        FROM tasks WHERE params ->> 'signal' = CAST(s.id AS text)
    ) AS t ON true
"""


async def open_crises(tx: AsyncConnection, codes: Sequence[str]) -> list[CrisisLine]:
    """Those that are on, the nearest deadline first."""
    rows = await tx.execute(
        text(f"{_LINES} WHERE s.{IS_CRISIS} AND s.{IS_OPEN} ORDER BY s.due_at, s.id LIMIT 200"), {"codes": list(codes)}
    )
    return [CrisisLine(**row) for row in rows.mappings()]


async def settled_crises(
    tx: AsyncConnection, codes: Sequence[str], *, before: int | None, limit: int
) -> list[CrisisLine]:
    """Those that are over, the newest first, paged by their number."""
    rows = await tx.execute(
        text(
            f"{_LINES} WHERE s.{IS_CRISIS} AND NOT s.{IS_OPEN}"
            " AND (CAST(:before AS bigint) IS NULL OR s.id < :before) ORDER BY s.id DESC LIMIT :limit"
        ),
        {"codes": list(codes), "before": before, "limit": limit},
    )
    return [CrisisLine(**row) for row in rows.mappings()]


async def get(tx: AsyncConnection, signal_id: int) -> CrisisLine:
    """One of them. Raises NotFoundError."""
    rows = await tx.execute(text(f"{_LINES} WHERE s.id = :id"), {"id": signal_id})
    row = rows.mappings().one_or_none()
    if row is None:
        raise NotFoundError(kind="crisis", name=str(signal_id))
    return CrisisLine(**row)


@dataclass(frozen=True, slots=True, kw_only=True)
class MiniTask:
    """One step of a plan about a crisis."""

    id: int
    text: str
    goal: str
    owner_id: int
    owner: str
    due_at: datetime
    state: str
    done_at: datetime | None


async def tasks_of(tx: AsyncConnection, signal_id: int) -> list[MiniTask]:
    """The steps of its plans, what is open and due first."""
    rows = await tx.execute(
        text(
            "SELECT t.id, coalesce(t.params ->> 'text', '') AS text, coalesce(t.params ->> 'goal', '') AS goal,"
            " t.owner_id, p.name AS owner, t.due_at, t.state, t.done_at FROM tasks AS t"
            " JOIN people AS p ON p.id = t.owner_id WHERE t.params ->> 'signal' = CAST(:id AS text)"
            " ORDER BY t.state <> 'open', t.due_at, t.id LIMIT 200"
        ),
        {"id": str(signal_id)},
    )
    return [MiniTask(**row) for row in rows.mappings()]


# ── afterwards ───────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class Postmortem:
    """What is kept of a crisis: why, what was done, what came of it, what keeps it from repeating; who wrote it."""

    cause: str
    done: str
    effect: str
    protection: str
    at: datetime
    by: str | None


async def add_postmortem(
    tx: AsyncConnection, signal_id: int, written: Postmortem, *, by_id: int | None, decision: UUID
) -> bool:
    """Keep it; False when there is one already."""
    rows = await tx.execute(
        text(
            "INSERT INTO crisis_postmortems (signal_id, cause, done, effect, protection, by_id, at, decision) VALUES"
            " (:signal_id, :cause, :done, :effect, :protection, :by_id, :at, :decision)"
            " ON CONFLICT (signal_id) DO NOTHING RETURNING signal_id"
        ),
        {
            "signal_id": signal_id,
            "cause": written.cause,
            "done": written.done,
            "effect": written.effect,
            "protection": written.protection,
            "by_id": by_id,
            "at": written.at,
            "decision": decision,
        },
    )
    return rows.one_or_none() is not None


async def postmortem_of(tx: AsyncConnection, signal_id: int) -> Postmortem | None:
    """What was written of it; None when nothing was yet."""
    rows = await tx.execute(
        text(
            "SELECT m.cause, m.done, m.effect, m.protection, m.at, p.name AS by FROM crisis_postmortems AS m"
            " LEFT JOIN people AS p ON p.id = m.by_id WHERE m.signal_id = :id"
        ),
        {"id": signal_id},
    )
    row = rows.mappings().one_or_none()
    return None if row is None else Postmortem(**row)
