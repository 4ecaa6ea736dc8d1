"""One order in full, as it is shown: what was told of it, and everything that has happened to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

HISTORY = 200
"""The newest so many of each kind; the journal has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What the client and the CRM told of the order."""

    crm_id: str | None
    owner: str | None
    client_contact: Mapping[str, Any]
    seller_name: str
    listing_url: str | None
    next_step_params: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusEvent:
    """The order came into a status."""

    at: datetime
    from_status: str | None
    to_status: str
    actor: str
    owner: str | None
    kind: str
    legal: bool
    reason: str | None
    seconds_in_status: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note or a contact."""

    at: datetime
    kind: str
    author: str | None
    text: str
    medium: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A reported payment."""

    at: datetime
    amount_eur: Decimal
    reference: str
    reported_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAnswer:
    """An answer of the 28-point check."""

    point: int
    answer: str
    comment: str
    photos: Sequence[str]
    flags: Sequence[str]
    verdict: str | None
    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """An open task."""

    id: int
    kind: str
    key: str
    params: Mapping[str, Any]
    owner: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockerLine:
    """An open blocker."""

    id: int
    text: str
    owner: str
    due_at: datetime
    opened_at: datetime


async def particulars(tx: AsyncConnection, order_id: int) -> Particulars:
    """What the order's own row holds beyond its snapshot."""
    rows = await tx.execute(
        text(
            "SELECT o.crm_id, p.name AS owner, o.client_contact, o.seller_name, o.listing_url, o.next_step_params"
            " FROM orders AS o LEFT JOIN people AS p ON p.id = o.owner_id WHERE o.id = :id"
        ),
        {"id": order_id},
    )
    return Particulars(**rows.mappings().one())


async def status_events(tx: AsyncConnection, order_id: int) -> list[StatusEvent]:
    """Its way through the statuses, the newest first."""
    rows = await _of(
        tx,
        "SELECT e.at, e.from_status, e.to_status, e.actor, p.name AS owner, e.kind, e.legal, e.reason,"
        " e.seconds_in_status FROM order_status_events AS e LEFT JOIN people AS p ON p.id = e.owner_id"
        " WHERE e.order_id = :id ORDER BY e.at DESC, e.id DESC",
        order_id,
    )
    return [StatusEvent(**row) for row in rows]


async def notes(tx: AsyncConnection, order_id: int) -> list[Note]:
    """Notes and contacts, the newest first."""
    rows = await _of(
        tx,
        "SELECT n.at, n.kind, p.name AS author, n.text, n.medium FROM order_notes AS n"
        " LEFT JOIN people AS p ON p.id = n.author_id WHERE n.order_id = :id ORDER BY n.at DESC, n.id DESC",
        order_id,
    )
    return [Note(**row) for row in rows]


async def payments(tx: AsyncConnection, order_id: int) -> list[Payment]:
    """Reported payments, the newest first."""
    rows = await _of(
        tx,
        "SELECT at, amount_eur, reference, reported_by FROM order_payments WHERE order_id = :id"
        " ORDER BY at DESC, id DESC",
        order_id,
    )
    return [Payment(**row) for row in rows]


async def answers(tx: AsyncConnection, order_id: int) -> list[CheckAnswer]:
    """Answers of the check, by point."""
    rows = await _of(
        tx,
        "SELECT c.point, c.answer, c.comment, c.photos, c.flags, c.verdict, p.name AS by, c.at"
        " FROM checklist_answers AS c LEFT JOIN people AS p ON p.id = c.by_id WHERE c.order_id = :id"
        " AND c.answer IS NOT NULL ORDER BY c.point",
        order_id,
    )
    return [CheckAnswer(**row) for row in rows]


async def photos(tx: AsyncConnection, order_id: int, point: int) -> Sequence[str]:
    """The references of the pictures at one point of the check, in the order in which they came."""
    found = await tx.execute(
        text("SELECT photos FROM checklist_answers WHERE order_id = :id AND point = :point"),
        {"id": order_id, "point": point},
    )
    return found.scalar_one_or_none() or ()


async def tasks(tx: AsyncConnection, order_id: int) -> list[TaskLine]:
    """Open tasks, the earliest due first."""
    rows = await _of(
        tx,
        "SELECT t.id, t.kind, t.key, t.params, p.name AS owner, t.due_at FROM tasks AS t JOIN people AS p"
        " ON p.id = t.owner_id WHERE t.order_id = :id AND t.state = 'open' ORDER BY t.due_at, t.id",
        order_id,
    )
    return [TaskLine(**row) for row in rows]


async def blockers(tx: AsyncConnection, order_id: int) -> list[BlockerLine]:
    """Open blockers, the earliest due first."""
    rows = await _of(
        tx,
        "SELECT b.id, b.text, p.name AS owner, b.due_at, b.opened_at FROM blockers AS b JOIN people AS p"
        " ON p.id = b.owner_id WHERE b.order_id = :id AND b.closed_at IS NULL ORDER BY b.due_at, b.id",
        order_id,
    )
    return [BlockerLine(**row) for row in rows]


async def _of(tx: AsyncConnection, query: str, order_id: int) -> Sequence[Mapping[str, Any]]:
    rows = await tx.execute(text(f"{query} LIMIT :limit"), {"id": order_id, "limit": HISTORY})
    return [dict(row) for row in rows.mappings()]
