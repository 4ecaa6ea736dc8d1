"""What the CRM sent: which events are known, what stands in quarantine, which signed messages were received."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import NotFoundError

OPEN = ("waiting", "rejected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An event as it is known: what became of it when it was first received."""

    event_id: str
    kind: str
    order_ref: str
    occurred_at: datetime
    outcome: str = "applied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Something that could not be taken in, kept as it was sent: why, what was allowed, how often it was tried."""

    id: int
    source: str
    event_id: str | None
    order_ref: str | None
    raw: Mapping[str, Any]
    error_code: str
    error: Mapping[str, Any]
    state: str
    received_at: datetime
    replayed_at: datetime | None
    attempts: int


_CLAIM_RECORD = "event_id text, kind text, order_ref text, occurred_at timestamptz, outcome text"


# ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────────
async def claim(tx: AsyncConnection, claims: Sequence[Claim], *, now: datetime) -> set[str]:
    """Note events as received, once each; ids of those that were not known before.

    An event that another transaction is noting at this moment is waited for: whoever comes second finds it known.
    """
    rows = await tx.execute(
        text(
            "INSERT INTO crm_events (event_id, kind, order_ref, occurred_at, received_at, outcome)"
            " SELECT r.event_id, r.kind, r.order_ref, r.occurred_at, :now, r.outcome"
            f" FROM jsonb_to_recordset(CAST(:claims AS jsonb)) AS r({_CLAIM_RECORD}) ORDER BY r.event_id"
            " ON CONFLICT (event_id) DO NOTHING RETURNING event_id"
        ),
        {"claims": _claims(claims), "now": now},
    )
    return {row.event_id for row in rows}


async def known(tx: AsyncConnection, event_ids: Sequence[str]) -> dict[str, str]:
    """What became of these events, locked until the transaction ends; unknown ones are left out."""
    rows = await tx.execute(
        text("SELECT event_id, outcome FROM crm_events WHERE event_id = ANY(:ids) ORDER BY event_id FOR UPDATE"),
        {"ids": list(event_ids)},
    )
    return {row.event_id: row.outcome for row in rows}


async def conclude(tx: AsyncConnection, claims: Sequence[Claim]) -> None:
    """Write what has become of events that are known, with what a corrected sending said of them."""
    await tx.execute(
        text(
            "UPDATE crm_events SET kind = r.kind, order_ref = r.order_ref, occurred_at = r.occurred_at,"
            f" outcome = r.outcome FROM jsonb_to_recordset(CAST(:claims AS jsonb)) AS r({_CLAIM_RECORD})"
            " WHERE crm_events.event_id = r.event_id"
        ),
        {"claims": _claims(claims)},
    )


def _claims(claims: Sequence[Claim]) -> str:
    return json.dumps(
        [
            {
                "event_id": claim.event_id,
                "kind": claim.kind,
                "order_ref": claim.order_ref,
                "occurred_at": claim.occurred_at.isoformat(),
                "outcome": claim.outcome,
            }
            for claim in claims
        ],
        ensure_ascii=False,
    )


async def last_mover(tx: AsyncConnection, order_id: int) -> str | None:
    """Who made the order's last status change."""
    row = (
        await tx.execute(
            text("SELECT actor FROM order_status_events WHERE order_id = :id ORDER BY at DESC, id DESC LIMIT 1"),
            {"id": order_id},
        )
    ).one_or_none()
    return None if row is None else str(row.actor)


async def pending_move(tx: AsyncConnection, order_id: int, to: str) -> int | None:
    """The approval that already asks for this move of the order."""
    row = (
        await tx.execute(
            text(
                "SELECT id FROM approvals WHERE order_id = :id AND status = 'pending' AND ((action = 'advance_order'"
                " AND arguments ->> 'to' = :to) OR (action = 'cancel_order' AND :to = 'cancelled')) ORDER BY id LIMIT 1"
            ),
            {"id": order_id, "to": to},
        )
    ).one_or_none()
    return None if row is None else int(row.id)


# ── quarantine ───────────────────────────────────────────────────────────────────────────────────────────────────────
async def lock_held(tx: AsyncConnection, quarantine_id: int) -> Held:
    """One kept thing, locked after its event (the same order as when the event comes in again).

    Raises:
        NotFoundError: nothing has this number.
    """
    await tx.execute(
        text("SELECT 1 FROM crm_events WHERE event_id = (SELECT event_id FROM quarantine WHERE id = :id) FOR UPDATE"),
        {"id": quarantine_id},
    )
    found = await _select(tx, "q.id = :id", {"id": quarantine_id}, " FOR UPDATE OF q")
    if not found:
        raise NotFoundError(kind="quarantine", name=str(quarantine_id))
    return found[0]


async def held_events(tx: AsyncConnection, event_ids: Sequence[str]) -> dict[str, Held]:
    """What stands in quarantine of these events."""
    found = await _select(
        tx, "q.event_id = ANY(:ids) AND q.state = ANY(:open)", {"ids": list(event_ids), "open": list(OPEN)}
    )
    return {row.event_id: row for row in found if row.event_id is not None}


async def listed(
    tx: AsyncConnection, *, states: Sequence[str] = OPEN, after: int = 0, limit: int = 1_000
) -> list[Held]:
    """What stands in quarantine in these states, in the order it was received; keyset-paged by id."""
    return await _select(
        tx,
        "q.state = ANY(:states) AND q.id > :after ORDER BY q.id LIMIT :limit",
        {"states": list(states), "after": after, "limit": limit},
    )


_FREED = text("""
SELECT q.id FROM quarantine AS q LEFT JOIN crm_events AS e ON e.event_id = q.event_id
WHERE q.source = 'events' AND q.state IN ('waiting', 'rejected')
    AND q.order_ref = ANY (ARRAY(SELECT unnest(ARRAY[o.code, o.crm_id]) FROM orders AS o WHERE o.code = ANY(:codes)))
    AND (q.state = 'waiting' OR (q.error_code = 'transition-refused' AND e.occurred_at > :occurred_at))
ORDER BY e.occurred_at, q.id
""")


async def freed(tx: AsyncConnection, codes: Sequence[str], *, occurred_at: datetime) -> list[int]:
    """Events that a success on these orders may have made possible, in the order they occurred.

    Those that wait; and illegal moves that occurred after the one that has just come in: its coming late is the proof
    that they came early.
    """
    rows = await tx.execute(_FREED, {"codes": list(codes), "occurred_at": occurred_at})
    return [int(row.id) for row in rows]


_WAKE = text("""
SELECT procrastinate_defer_jobs_v1(array_agg(ROW('feed', 'follow', 0, 'feed:' || n.code, NULL,
    jsonb_build_object('order', n.code), NULL)::procrastinate_job_to_defer_v1))
FROM (
    SELECT o.code FROM orders AS o WHERE o.id = :id AND EXISTS (
        SELECT 1 FROM quarantine AS q WHERE q.order_ref IN (o.code, o.crm_id) AND q.source = 'events'
            AND q.state IN ('waiting', 'rejected') AND q.state = 'waiting')  -- the index knows both
) AS n HAVING count(*) > 0
""")


async def wake(tx: AsyncConnection, order_id: int) -> None:
    """Something happened to the order: events that wait for it are tried again by a job, once this commits."""
    await tx.execute(_WAKE, {"id": order_id})


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """Something to keep: `state` is waiting (may succeed later by itself) or rejected (needs a person)."""

    source: str
    event_id: str | None
    order_ref: str | None
    raw: Mapping[str, Any]
    error_code: str
    error: Mapping[str, Any]
    state: str


_KEEP = """
INSERT INTO quarantine (source, event_id, order_ref, raw, error_code, error, state, received_at, attempts)
VALUES (:source, :event_id, :order_ref, CAST(:raw AS jsonb), :error_code, CAST(:error AS jsonb), :state, :now, 1)
ON CONFLICT (event_id) WHERE event_id IS NOT NULL DO UPDATE SET order_ref = excluded.order_ref, raw = excluded.raw,
    error_code = excluded.error_code, error = excluded.error, state = excluded.state,
    attempts = quarantine.attempts + 1
"""
_TRIED_AGAIN = """
UPDATE quarantine SET attempts = attempts + 1, error_code = :error_code, error = CAST(:error AS jsonb), state = :state
WHERE id = (
    SELECT id FROM quarantine WHERE event_id IS NULL AND source = :source AND order_ref IS NOT DISTINCT FROM :order_ref
        AND raw = CAST(:raw AS jsonb) AND state IN ('waiting', 'rejected') LIMIT 1
)
RETURNING id
"""


async def keep(tx: AsyncConnection, thing: Keep, *, now: datetime) -> None:
    """Put it into quarantine; the same thing sent or tried again is counted there, not kept twice."""
    values = {
        "source": thing.source,
        "event_id": thing.event_id,
        "order_ref": thing.order_ref,
        "raw": json.dumps(dict(thing.raw), ensure_ascii=False),
        "error_code": thing.error_code,
        "error": json.dumps(dict(thing.error), ensure_ascii=False),
        "state": thing.state,
        "now": now,
    }
    if thing.event_id is None and (await tx.execute(text(_TRIED_AGAIN), values)).first() is not None:
        return
    await tx.execute(text(_KEEP), values)


async def release(tx: AsyncConnection, ids: Sequence[int], *, now: datetime) -> None:
    """They have been taken in after all."""
    await tx.execute(
        text(
            "UPDATE quarantine SET state = 'replayed', replayed_at = :now, attempts = attempts + 1"
            " WHERE id = ANY(:ids) AND state IN ('waiting', 'rejected')"
        ),
        {"ids": list(ids), "now": now},
    )


_ARRIVED = text("""
WITH r AS (
    UPDATE quarantine SET state = 'replayed', replayed_at = :now
    WHERE source = 'orders' AND order_ref = ANY(:crm_ids) AND state IN ('waiting', 'rejected')
)
SELECT q.id, q.order_ref FROM quarantine AS q LEFT JOIN crm_events AS e ON e.event_id = q.event_id
WHERE q.source = 'events' AND q.state = 'waiting' AND q.order_ref = ANY(:crm_ids)
    AND q.state IN ('waiting', 'rejected')
ORDER BY e.occurred_at, q.id
""")


async def arrived(tx: AsyncConnection, crm_ids: Sequence[str], *, now: datetime) -> dict[int, str]:
    """These orders are here now: requests refused before have come again corrected, and events that waited for the
    orders may follow: their numbers with the CRM id they wait for, in the order they occurred.
    """
    rows = await tx.execute(_ARRIVED, {"crm_ids": list(crm_ids), "now": now})
    return {int(row.id): row.order_ref for row in rows}


async def discard(tx: AsyncConnection, quarantine_id: int) -> None:
    """A person has decided that it is not to be taken in; it stays readable."""
    await tx.execute(text("UPDATE quarantine SET state = 'discarded' WHERE id = :id"), {"id": quarantine_id})


async def _select(tx: AsyncConnection, where: str, parameters: Mapping[str, object], suffix: str = "") -> list[Held]:
    columns = ", ".join(f"q.{name}" for name in Held.__dataclass_fields__)
    rows = await tx.execute(text(f"SELECT {columns} FROM quarantine AS q WHERE {where}{suffix}"), parameters)
    return [Held(**row) for row in rows.mappings()]


# ── signed messages ──────────────────────────────────────────────────────────────────────────────────────────────────
async def message_known(tx: AsyncConnection, message: str) -> bool:
    """Whether this signed message was taken in already."""
    found = await tx.execute(text("SELECT 1 FROM webhook_messages WHERE id = :id"), {"id": message})
    return found.first() is not None


async def note_message(tx: AsyncConnection, message: str, *, now: datetime, forget_before: datetime) -> None:
    """Remember a signed message that was taken in; those too old to be accepted again are forgotten."""
    await tx.execute(text("DELETE FROM webhook_messages WHERE received_at < :before"), {"before": forget_before})
    await tx.execute(
        text("INSERT INTO webhook_messages (id, received_at) VALUES (:id, :now) ON CONFLICT (id) DO NOTHING"),
        {"id": message, "now": now},
    )
