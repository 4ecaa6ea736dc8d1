"""Imported history in PostgreSQL: what is known of cases and people, and the rows that could not be read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people import Role
from store.records import jsonb

IMPORT_LOCK: Final = 0x48495354  # "HIST": one import at a time, so that no event is written twice
SOURCE: Final = "history"


async def lock_import(tx: AsyncConnection) -> None:
    """Wait for the turn to import; held until the transaction ends."""
    await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": IMPORT_LOCK})


# ── what is known ────────────────────────────────────────────────────────────────────────────────────────────────────
class Happening(Protocol):
    """What an event of a log and one imported before have in common."""

    @property
    def at(self) -> datetime:
        """When it happened."""
        ...

    @property
    def activity(self) -> str:
        """What was done."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An event of a case as it was imported before."""

    key: UUID
    at: datetime
    activity: str
    person_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCase:
    """An order that has the case's code already: of history, or (not `imported`) the desk's own."""

    order_id: int
    imported: bool
    events: Sequence[StoredEvent]


_EVENTS = """
SELECT order_id, at, history_key AS key, reason AS activity,
    CAST(substring(actor FROM '^person:(.*)$') AS bigint) AS person_id, id AS rank
FROM order_status_events WHERE order_id = ANY(:ids) AND history_key IS NOT NULL
UNION ALL
SELECT order_id, at, history_key, text, author_id, id FROM order_notes
WHERE order_id = ANY(:ids) AND history_key IS NOT NULL
ORDER BY order_id, at, rank
"""


async def known_cases(tx: AsyncConnection, codes: Sequence[str]) -> dict[str, KnownCase]:
    """Orders that have these codes, with the events imported for them, in their order."""
    rows = (
        await tx.execute(text("SELECT id, code, source FROM orders WHERE code = ANY(:codes)"), {"codes": list(codes)})
    ).all()
    events: dict[int, list[StoredEvent]] = {row.id: [] for row in rows}
    for row in await tx.execute(text(_EVENTS), {"ids": list(events)}):
        event = StoredEvent(key=row.key, at=row.at, activity=row.activity or "", person_id=row.person_id)
        events[row.order_id].append(event)
    return {row.code: KnownCase(order_id=row.id, imported=row.source == SOURCE, events=events[row.id]) for row in rows}


async def has_live_orders(tx: AsyncConnection) -> bool:
    """Whether the desk has orders of its own."""
    return (await tx.execute(text("SELECT EXISTS (SELECT 1 FROM orders WHERE source <> 'history')"))).scalar_one()


_PEOPLE = f"""
WITH wanted AS (SELECT DISTINCT unnest(CAST(:names AS text[])) AS name),
known AS (
    SELECT DISTINCT ON (p.name) p.name, p.id FROM people AS p JOIN wanted AS w ON w.name = p.name
    WHERE p.role = '{Role.MANAGER.value}' ORDER BY p.name, p.id
), created AS (
    INSERT INTO people (name, role, team, active, created_at)
    SELECT name, '{Role.MANAGER.value}', :team, false, :now FROM wanted
    WHERE name NOT IN (SELECT name FROM known) ORDER BY name
    RETURNING name, id
), entered AS (
    INSERT INTO managers (id, capacity) SELECT id, :capacity FROM created
)
SELECT name, id, false AS new FROM known UNION ALL SELECT name, id, true FROM created
"""


async def people_named(
    tx: AsyncConnection, names: Iterable[str], *, team: str, capacity: int, now: datetime
) -> tuple[dict[str, int], int]:
    """Managers of these names, and how many were unknown: they are entered inactive and without Telegram.

    Whoever is entered so is assigned nothing, but stands in the lists with what the history says of them.
    """
    parameters = {"names": sorted(set(names)), "team": team, "capacity": capacity, "now": now}
    rows = (await tx.execute(text(_PEOPLE), parameters)).all()
    return {row.name: row.id for row in rows}, sum(row.new for row in rows)


_ORDER_NUMBERS = "SELECT nextval('order_ids') FROM generate_series(1, :count)"


async def order_numbers(tx: AsyncConnection, count: int) -> list[int]:
    """New order numbers."""
    return [int(row[0]) for row in await tx.execute(text(_ORDER_NUMBERS), {"count": count})]


# ── rows that cannot be read ─────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A row for the quarantine: its identity, the case it names, the row as it stands, and what is wrong with it."""

    event_id: str
    case: str | None
    raw: object
    error: object


_KEEP = """
INSERT INTO quarantine (source, event_id, order_ref, raw, error_code, error, state, received_at)
SELECT 'history', r.event_id, r.case_name, r.raw, 'invalid-input', r.error, 'rejected', :now
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(event_id text, case_name text, raw jsonb, error jsonb)
ON CONFLICT (event_id) WHERE event_id IS NOT NULL DO NOTHING RETURNING id
"""


async def keep(tx: AsyncConnection, lines: Sequence[BadLine], *, now: datetime) -> int:
    """Keep what cannot be read; how many were not kept before."""
    if not lines:
        return 0
    rows = jsonb(
        {"event_id": line.event_id, "case_name": line.case, "raw": line.raw, "error": line.error} for line in lines
    )
    return len((await tx.execute(text(_KEEP), {"rows": rows, "now": now})).all())
