"""Imported history written in bulk: whole cases by COPY, and what their log left open.

A case's history is told anew when it grows: what was derived from its events before is replaced. Everything that is
written carries the import's decision.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.history import Broken, History, Move, Stay
from domain.remarks import RemarkKey, remark
from store.imported.history import SOURCE
from store.records import CLOCK_COLUMNS, jsonb

Row = Sequence[object]


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class ToldCase:
    """A case ready to be written; `known` when its order exists and is told anew."""

    order_id: int
    code: str
    history: History
    known: bool


_FORGET: Final = (
    "DELETE FROM ai_sla_violations WHERE order_id = ANY(:ids)",
    "DELETE FROM clocks WHERE order_id = ANY(:ids)",
    "DELETE FROM ai_assignments WHERE order_id = ANY(:ids)",
    "DELETE FROM order_status_events WHERE order_id = ANY(:ids)",
    "DELETE FROM order_notes WHERE order_id = ANY(:ids)",
)

_ORDER_RECORD: Final = (
    "id bigint, code text, status text, owner_id bigint, accepted_at timestamptz, due_at timestamptz,"
    " status_since timestamptz, last_moved_at timestamptz, created_at timestamptz, closed_at timestamptz,"
    " updated_at timestamptz, source text"
)
_ORDER_COLUMNS: Final = tuple(part.split()[0] for part in _ORDER_RECORD.split(", "))
_ORDERS: Final = f"""
INSERT INTO orders ({", ".join(_ORDER_COLUMNS)})
SELECT {", ".join(_ORDER_COLUMNS)} FROM jsonb_to_recordset(CAST(:orders AS jsonb)) AS r({_ORDER_RECORD})
ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _ORDER_COLUMNS[2:-1])}
"""


async def write(tx: AsyncConnection, cases: Sequence[ToldCase], *, decision: UUID, now: datetime) -> None:
    """Write whole cases: orders, events, notes, assignments, stage clocks, and what was broken of those."""
    again = [case.order_id for case in cases if case.known]
    for statement in _FORGET if again else ():
        await tx.execute(text(statement), {"ids": again})
    await tx.execute(text(_ORDERS), {"orders": jsonb(_order(case, now) for case in cases)})
    await _copy(tx, "order_status_events", _MOVE_COLUMNS, _move_rows(cases, decision, now))
    await _copy(tx, "order_notes", _NOTE_COLUMNS, _note_rows(cases, decision))
    await _copy(tx, "ai_assignments", _HOLDING_COLUMNS, _holding_rows(cases, decision))
    stays = [stay for case in cases for stay in case.history.stays]
    clocks = list(zip(await _clock_numbers(tx, len(stays)), stays, strict=True))
    await _copy(tx, "clocks", _CLOCK_COLUMNS, (_clock_row(clock_id, stay) for clock_id, stay in clocks))
    late = (_late_row(clock_id, stay, stay.broken, decision) for clock_id, stay in clocks if stay.broken is not None)
    await _copy(tx, "ai_sla_violations", _VIOLATION_COLUMNS, late)


_CLOCK_NUMBERS: Final = "SELECT nextval(pg_get_serial_sequence('clocks', 'id')) FROM generate_series(1, :count)"


async def _clock_numbers(tx: AsyncConnection, count: int) -> list[int]:
    return [int(row[0]) for row in await tx.execute(text(_CLOCK_NUMBERS), {"count": count})]


async def _copy(tx: AsyncConnection, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """COPY rows in the caller's transaction, past SQLAlchemy, which has no word for it."""
    raw = await tx.get_raw_connection()
    connection = cast("psycopg.AsyncConnection[Any]", raw.driver_connection)
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    async with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        for row in rows:
            await copy.write_row(row)


def _order(case: ToldCase, now: datetime) -> dict[str, object]:
    history = case.history
    return {
        "id": case.order_id,
        "code": case.code,
        "status": history.last.target,
        "owner_id": history.holdings[-1].manager_id if history.holdings else None,
        "accepted_at": history.accepted_at,
        "due_at": history.due_at,
        "status_since": history.last.at,
        "last_moved_at": history.moved_at,
        "created_at": history.created_at,
        "closed_at": None if history.is_open else history.last.at,
        "updated_at": now,
        "source": SOURCE,
    }


_MOVE_COLUMNS: Final = (
    *("order_id", "from_status", "to_status", "at", "recorded_at", "owner_id", "actor", "kind", "legal", "reason"),
    *("seconds_in_status", "history_key", "decision"),
)


def _move_rows(cases: Iterable[ToldCase], decision: UUID, now: datetime) -> Iterable[Row]:
    return (_move_row(case.order_id, move, decision, now) for case in cases for move in case.history.moves)


def _move_row(order_id: int, move: Move, decision: UUID, now: datetime) -> Row:
    actor = SOURCE if move.person_id is None else f"person:{move.person_id}"
    source = None if move.source is None else move.source.value
    return (
        *(order_id, source, move.target.value, move.at, now, move.owner_id, actor, move.kind, move.legal),
        *(move.activity, move.seconds, move.key, decision),
    )


_NOTE_COLUMNS: Final = ("order_id", "author_id", "kind", "text", "at", "history_key", "decision")


def _note_rows(cases: Iterable[ToldCase], decision: UUID) -> Iterable[Row]:
    return (
        (case.order_id, note.author_id, "note", note.text, note.at, note.key, decision)
        for case in cases
        for note in case.history.notes
    )


_HOLDING_COLUMNS: Final = (
    *("order_id", "manager_id", "actor", "assigned_at", "starts_at", "accepted_at", "ended_at", "end_reason"),
    "decision",
)


def _holding_rows(cases: Iterable[ToldCase], decision: UUID) -> Iterable[Row]:
    return (
        (
            *(case.order_id, held.manager_id, SOURCE, held.since, held.since, held.accepted_at, held.until),
            *(held.end_reason, decision),
        )
        for case in cases
        for held in case.history.holdings
    )


# A clock of history never has a next instant to act on: the sweep looks at nothing else.
_CLOCK_COLUMNS: Final = ("id", *CLOCK_COLUMNS, "level", "state", "closed_at")


def _clock_row(clock_id: int, stay: Stay) -> Row:
    values = {name: getattr(stay.clock, name) for name in CLOCK_COLUMNS} | {"next_at": None}
    level = 0 if stay.broken is None else int(stay.broken.level)
    return (clock_id, *values.values(), level, "running" if stay.left_at is None else "done", stay.left_at)


_VIOLATION_COLUMNS: Final = (
    *("clock_id", "subject_kind", "subject_id", "order_id", "clock_kind", "epoch", "stage", "owner_id", "severity"),
    *("level", "due_at", "breached_at", "deadline", "resolved_at", "resolved_by", "resolution", "decision"),
)


def _late_row(clock_id: int, stay: Stay, late: Broken, decision: UUID) -> Row:
    clock = stay.clock
    return (
        *(clock_id, clock.subject_kind, clock.subject_id, clock.order_id, clock.kind, clock.epoch, clock.stage),
        *(clock.owner_id, late.severity.value, int(late.level), clock.due_at, clock.due_at, late.deadline),
        *(stay.left_at, SOURCE, remark(RemarkKey.HISTORY), decision),
    )


# ── what the log left open ───────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStay:
    """A stage limit of history that still ran when its log ended; `violation_id` when it was found broken before."""

    clock_id: int
    order_id: int
    stage: str
    owner_id: int | None
    due_at: datetime
    l2_at: datetime | None
    l3_at: datetime | None
    violation_id: int | None


_OPEN_STAYS = """
SELECT c.id AS clock_id, c.order_id, c.stage, c.owner_id, c.due_at, c.l2_at, c.l3_at, v.id AS violation_id
FROM orders AS o JOIN clocks AS c ON c.order_id = o.id AND c.state <> 'done'
    LEFT JOIN ai_sla_violations AS v ON v.clock_id = c.id
WHERE o.source = 'history' AND o.status NOT IN ('closed', 'cancelled') AND c.id > :after AND c.due_at < :until
ORDER BY c.id LIMIT :limit
"""


async def open_stays(tx: AsyncConnection, *, until: datetime, after: int, limit: int) -> list[OpenStay]:
    """Limits of history that were over at `until` and nobody had ended, keyset-paged by clock."""
    rows = await tx.execute(text(_OPEN_STAYS), {"until": until, "after": after, "limit": limit})
    return [OpenStay(**row) for row in rows.mappings()]


_JUDGED_RECORD: Final = (
    "clock_id bigint, order_id bigint, stage text, owner_id bigint, due_at timestamptz, severity text, level int,"
    " deadline timestamptz, decision uuid"
)
_JUDGED: Final = f"""
WITH r AS (SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r({_JUDGED_RECORD})), k AS (
    UPDATE clocks SET level = r.level FROM r WHERE clocks.id = r.clock_id
)
INSERT INTO ai_sla_violations (clock_id, subject_kind, subject_id, order_id, clock_kind, epoch, stage, owner_id,
    severity, level, due_at, breached_at, deadline, decision)
SELECT clock_id, 'order', order_id, order_id, 'stage', 1, stage, owner_id, severity, level, due_at, due_at, deadline,
    decision FROM r
ON CONFLICT (clock_id, epoch) DO UPDATE SET level = excluded.level, severity = excluded.severity
"""


async def write_open(tx: AsyncConnection, judged: Sequence[tuple[OpenStay, Broken]], *, decision: UUID) -> None:
    """Open violations of limits that are over; one found before only climbs."""
    rows = jsonb(
        {
            "clock_id": stay.clock_id,
            "order_id": stay.order_id,
            "stage": stay.stage,
            "owner_id": stay.owner_id,
            "due_at": stay.due_at,
            "severity": late.severity,
            "level": int(late.level),
            "deadline": late.deadline,
            "decision": decision,
        }
        for stay, late in judged
    )
    await tx.execute(text(_JUDGED), {"rows": rows})
