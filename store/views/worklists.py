"""What people see of their work: open orders with their facts, escalations, approvals that wait for a vote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.orders import Order
from store.desk.orders import COLUMNS as ORDER_COLUMNS
from store.desk.orders import to_order


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """As little as tells what changed: open orders by id with their stamp, marks of cards, approvals and signals.

    A stamp is the order's version and how far its worst clock has climbed; equal marks mean equal lists. `next_clock`
    is when the next running clock has to be acted on; `unwatched` says that signals wait for their clocks to be set.
    """

    orders: Mapping[int, tuple[int, int]]
    cards: str
    approvals: str
    signals: str
    unwatched: bool
    next_clock: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder:
    """One order with everything its owner knows of it; `answers` are those of a check that still goes on."""

    order: Order
    crm_id: str | None
    starts_at: datetime | None
    level: int
    answers: Sequence[Mapping[str, Any]] | None
    has_note: bool
    seller_contacted_at: datetime | None
    client_contacts: int
    blockers: Sequence[int]
    troubles: int
    pending: int
    asked: int
    refused: int
    claimed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEscalation:
    """The highest open escalation of a violation; `signal` is the code of the signal whose clock it is."""

    violation_id: int
    order: str | None
    status: str | None
    clock_kind: str
    subject_id: int
    level: int
    holder_id: int
    at: datetime
    ack_until: datetime | None
    signal: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenApproval:
    """A pending approval and who may vote on it but has not."""

    id: int
    arguments_hash: str
    action: str
    order: str | None
    amount_eur: Decimal | None
    risks: Sequence[str]
    created_at: datetime
    deciders: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSignal:
    """A signal that nobody has settled."""

    id: int
    code: str
    severity: str
    order: str | None
    created_at: datetime


_KNOWN = tuple(name for name in OpenOrder.__dataclass_fields__ if name != "order")

_OPEN = "o.status NOT IN ('closed', 'cancelled') AND o.source <> 'history'"
_SIGNAL_OPEN = "g.status IN ('open', 'acknowledged', 'snoozed')"
_LEVEL = (
    "coalesce((SELECT max(k.level) FROM clocks AS k WHERE k.order_id = o.id AND k.state = 'running'"
    " AND k.kind <> 'movement'), 0)"
)

_PULSE = f"""
SELECT s.ids, s.versions, s.levels,
    (SELECT coalesce(md5(string_agg(concat_ws(':', x.id, v.ack_until), ',' ORDER BY x.id)), '')
     FROM escalations AS x JOIN ai_sla_violations AS v ON v.id = x.violation_id
     WHERE x.resolved_at IS NULL AND v.resolved_at IS NULL) AS cards,
    (SELECT coalesce(string_agg(concat_ws(':', a.id,
        (SELECT count(*) FROM approval_votes AS t WHERE t.approval_id = a.id)), ',' ORDER BY a.id), '')
     FROM approvals AS a WHERE a.status = 'pending') AS approvals,
    (SELECT coalesce(string_agg(CAST(g.id AS text), ',' ORDER BY g.id), '')
     FROM ai_signals AS g WHERE {_SIGNAL_OPEN}) AS signals,
    EXISTS (SELECT 1 FROM ai_signals AS g WHERE {_SIGNAL_OPEN} AND NOT EXISTS (SELECT 1 FROM clocks AS k
        WHERE k.subject_kind = 'signal' AND k.subject_id = g.id AND k.state <> 'done'))
    OR EXISTS (SELECT 1 FROM clocks AS k JOIN ai_signals AS g ON g.id = k.subject_id
        WHERE k.subject_kind = 'signal' AND k.state <> 'done' AND NOT {_SIGNAL_OPEN}) AS unwatched,
    (SELECT min(k.next_at) FROM clocks AS k WHERE k.state = 'running' AND k.next_at IS NOT NULL) AS next_clock
FROM (SELECT array_agg(id) AS ids, array_agg(version) AS versions, array_agg(level) AS levels
      FROM (SELECT o.id, o.version, {_LEVEL} AS level FROM orders AS o WHERE {_OPEN} ORDER BY o.id) AS o) AS s
"""

_DETAILS = f"""
SELECT {ORDER_COLUMNS}, o.crm_id, {_LEVEL} AS level,
    (SELECT a.starts_at FROM ai_assignments AS a WHERE a.order_id = o.id AND a.ended_at IS NULL) AS starts_at,
    n.has_note, n.seller_contacted_at, n.client_contacts,
    ARRAY(SELECT b.id FROM blockers AS b WHERE b.order_id = o.id AND b.closed_at IS NULL ORDER BY b.id) AS blockers,
    (SELECT count(*) FROM blockers AS b WHERE b.order_id = o.id) AS troubles,
    p.pending, p.asked, p.refused,
    EXISTS (SELECT 1 FROM ai_signals AS s WHERE s.order_id = o.id AND s.code = 'claim_opened') AS claimed,
    CASE WHEN o.status = 'under_inspection' THEN (
        SELECT jsonb_agg(jsonb_build_object('point', c.point, 'answer', c.answer, 'comment', c.comment,
            'photos', c.photos, 'flags', c.flags, 'verdict', c.verdict))
        FROM checklist_answers AS c WHERE c.order_id = o.id AND c.answer IS NOT NULL) END AS answers
FROM orders AS o
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(kind = 'note'), false) AS has_note,
        min(at) FILTER (WHERE kind = 'contact_seller') AS seller_contacted_at,
        count(*) FILTER (WHERE kind = 'contact_client' AND at >= o.status_since) AS client_contacts
    FROM order_notes WHERE order_id = o.id) AS n
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE status = 'pending') AS pending, count(*) AS asked,
        count(*) FILTER (WHERE status = 'rejected') AS refused
    FROM approvals WHERE order_id = o.id) AS p
WHERE o.id = ANY(:ids) ORDER BY o.id
"""

_ESCALATIONS = """
SELECT DISTINCT ON (v.id) v.id AS violation_id, o.code AS order, o.status, v.clock_kind, v.subject_id, x.level,
    x.owner_id AS holder_id, x.at, v.ack_until,
    (SELECT g.code FROM ai_signals AS g WHERE v.clock_kind = 'signal' AND g.id = v.subject_id) AS signal
FROM escalations AS x JOIN ai_sla_violations AS v ON v.id = x.violation_id LEFT JOIN orders AS o ON o.id = v.order_id
WHERE x.resolved_at IS NULL AND v.resolved_at IS NULL
ORDER BY v.id, x.level DESC
"""

_APPROVALS = """
SELECT a.id, a.arguments_hash, a.action, o.code AS order, a.amount_eur, a.risks, a.created_at,
    ARRAY(SELECT p.id FROM people AS p WHERE p.active AND p.role = ANY(a.voters)
        AND p.id NOT IN (
            WITH RECURSIVE asked AS (
                SELECT a.supersedes, a.requested_person UNION ALL
                SELECT b.supersedes, b.requested_person FROM approvals AS b JOIN asked ON b.id = asked.supersedes
            ) SELECT requested_person FROM asked WHERE requested_person IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM approval_votes AS v WHERE v.approval_id = a.id AND v.person_id = p.id)
        ORDER BY p.id) AS deciders
FROM approvals AS a LEFT JOIN orders AS o ON o.id = a.order_id
WHERE a.status = 'pending' ORDER BY a.id
"""


_SIGNALS = f"""
SELECT g.id, g.code, g.severity, o.code AS order, g.created_at
FROM ai_signals AS g LEFT JOIN orders AS o ON o.id = g.order_id WHERE {_SIGNAL_OPEN} ORDER BY g.id
"""


async def pulse(tx: AsyncConnection) -> Pulse:
    """What there is, in one row."""
    row = (await tx.execute(text(_PULSE))).one()
    stamps = zip(row.versions or (), row.levels or (), strict=True)
    return Pulse(
        orders=dict(zip(row.ids or (), stamps, strict=True)),
        cards=row.cards,
        approvals=row.approvals,
        signals=row.signals,
        unwatched=row.unwatched,
        next_clock=row.next_clock,
    )


async def details(tx: AsyncConnection, ids: Sequence[int]) -> list[OpenOrder]:
    """These orders with everything their owners know of them, in the order of their ids."""
    if not ids:
        return []
    rows = await tx.execute(text(_DETAILS), {"ids": list(ids)})
    return [OpenOrder(order=to_order(row), **{name: getattr(row, name) for name in _KNOWN}) for row in rows]


async def escalations(tx: AsyncConnection) -> list[OpenEscalation]:
    """Violations whose ladder has reached a leader, each with its highest open step."""
    return [OpenEscalation(**row) for row in (await tx.execute(text(_ESCALATIONS))).mappings()]


async def approvals(tx: AsyncConnection) -> list[OpenApproval]:
    """Approvals that wait for votes."""
    return [OpenApproval(**row) for row in (await tx.execute(text(_APPROVALS))).mappings()]


async def signals(tx: AsyncConnection) -> list[OpenSignal]:
    """Signals that wait for somebody."""
    rows = await tx.execute(text(_SIGNALS))
    return [OpenSignal(**row) for row in rows.mappings()]
