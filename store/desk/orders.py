"""Orders: read a snapshot, read its facts, change it, note its status events."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import ConflictError, NotFoundError
from domain.orders import CancelReason, ClientDecision, Compliance, DeliveryMethod, Order, Status, Verdict

COLUMNS = (
    "id, code, status, version, owner_id, bike, price_eur, city, delivery_method, is_ebike, is_hardtail, client_name,"
    " created_at, status_since, last_moved_at, due_at, next_step, next_step_due, accepted_at, verdict, client_decision,"
    " compliance, paid_eur, payment_confirmed_at, carrier, tracking_number, dispatch_date, delivery_confirmed_at,"
    " claim_open, hot, urgent, urgent_because, cancel_reason, source"
)
# Not the stronger FOR UPDATE: rows that refer to an order (violations, messages) may be written while it is locked.
FOR_CHANGE = " FOR NO KEY UPDATE"


def to_order(row: Row[Any]) -> Order:
    """The row as a domain value."""
    columns = row._mapping  # pyright: ignore[reportPrivateUsage] - public, and named so because a row is a tuple
    fields: dict[str, Any] = {name: value for name, value in columns.items() if name in Order.__dataclass_fields__}
    fields["status"] = Status(row.status)
    fields["delivery_method"] = DeliveryMethod(row.delivery_method)
    fields["compliance"] = Compliance(row.compliance)
    fields["verdict"] = None if row.verdict is None else Verdict(row.verdict)
    fields["client_decision"] = None if row.client_decision is None else ClientDecision(row.client_decision)
    fields["cancel_reason"] = None if row.cancel_reason is None else CancelReason(row.cancel_reason)
    return Order(**fields)


async def get(tx: AsyncConnection, code: str) -> Order:
    """The order with this code or CRM id.

    Raises:
        NotFoundError: no such order.
    """
    return await _one(tx, code, "")


def _not_history(order: Order) -> Order:
    """History is told by its log alone: nobody works on it."""
    if order.source == "history":
        raise ConflictError(kind="order", name=order.code, state="history", allowed=("an order of the desk",))
    return order


async def lock(tx: AsyncConnection, code: str) -> Order:
    """The same, locked against other writers until the transaction ends.

    Raises:
        NotFoundError: no such order.
        ConflictError: an order of history, which nobody works on.
    """
    return _not_history(await _one(tx, code, FOR_CHANGE))


async def _one(tx: AsyncConnection, code: str, suffix: str) -> Order:
    row = (
        await tx.execute(text(f"SELECT {COLUMNS} FROM orders WHERE code = :code{suffix}"), {"code": code})
    ).one_or_none()
    if row is None:
        row = (
            await tx.execute(text(f"SELECT {COLUMNS} FROM orders WHERE crm_id = :code{suffix}"), {"code": code})
        ).one_or_none()
    if row is None:
        raise NotFoundError(kind="order", name=code)
    return to_order(row)


async def lock_by_id(tx: AsyncConnection, order_id: int) -> Order:
    """The order with this id, locked; raises like `lock`."""
    row = (
        await tx.execute(text(f"SELECT {COLUMNS} FROM orders WHERE id = :id{FOR_CHANGE}"), {"id": order_id})
    ).one_or_none()
    if row is None:
        raise NotFoundError(kind="order", name=str(order_id))
    return _not_history(to_order(row))


async def lock_free(tx: AsyncConnection, ids: Sequence[int]) -> frozenset[int]:
    """Lock those of these orders that nobody else is working on."""
    if not ids:
        return frozenset()
    statement = f"SELECT id FROM orders WHERE id = ANY(:ids) ORDER BY id {FOR_CHANGE} SKIP LOCKED"
    return frozenset((await tx.execute(text(statement), {"ids": sorted(set(ids))})).scalars())


async def change(tx: AsyncConnection, order_id: int, *, now: datetime, **changes: object) -> Order:
    """Set columns (JSON as its text), count the version up, and return the new snapshot."""
    assignments = "".join(f"{name} = :{name}, " for name in changes)
    row = (
        await tx.execute(
            text(
                f"UPDATE orders SET {assignments}version = version + 1, updated_at = :now WHERE id = :id"
                f" RETURNING {COLUMNS}"
            ),
            {**changes, "id": order_id, "now": now},
        )
    ).one()
    return to_order(row)


async def add_status_event(
    tx: AsyncConnection,
    order: Order,
    to: Status,
    *,
    at: datetime,
    now: datetime,
    actor: str,
    kind: str,
    reason: str,
    decision: UUID,
) -> None:
    """Note that the order left its status for `to` at `at` (recorded `now`), with the time it had spent there."""
    await tx.execute(
        text(
            "INSERT INTO order_status_events (order_id, from_status, to_status, at, recorded_at, owner_id, actor, kind,"
            " reason, seconds_in_status, decision) VALUES (:order_id, :source, :target, :at, :now, :owner_id, :actor,"
            " :kind, :reason, :seconds, :decision)"
        ),
        {
            "order_id": order.id,
            "source": order.status,
            "target": to,
            "at": at,
            "now": now,
            "owner_id": order.owner_id,
            "actor": actor,
            "kind": kind,
            "reason": reason or None,
            "seconds": max(0.0, (at - order.status_since).total_seconds()),
            "decision": decision,
        },
    )


async def add_note(
    tx: AsyncConnection,
    order_id: int,
    *,
    author_id: int | None,
    kind: str,
    note: str,
    at: datetime,
    decision: UUID,
    medium: str | None = None,
) -> None:
    """A note or a recorded contact."""
    await tx.execute(
        text(
            "INSERT INTO order_notes (order_id, author_id, kind, text, at, decision, medium)"
            " VALUES (:order_id, :author_id, :kind, :note, :at, :decision, :medium)"
        ),
        {
            "order_id": order_id,
            "author_id": author_id,
            "kind": kind,
            "note": note,
            "at": at,
            "decision": decision,
            "medium": medium,
        },
    )


async def name_medium(
    tx: AsyncConnection, order_id: int, *, author_id: int | None, kind: str, medium: str, since: datetime
) -> bool:
    """Say how the author's latest contact of this kind since then took place; False where there is none."""
    found = await tx.execute(
        text(
            "UPDATE order_notes SET medium = :medium WHERE medium IS NULL AND id = (SELECT id FROM order_notes"
            " WHERE order_id = :order_id AND kind = :kind AND author_id = :author_id AND at >= :since"
            " ORDER BY id DESC LIMIT 1) RETURNING id"
        ),
        {"order_id": order_id, "author_id": author_id, "kind": kind, "medium": medium, "since": since},
    )
    return found.one_or_none() is not None


async def add_payment(tx: AsyncConnection, order_id: int, values: Mapping[str, object]) -> bool:
    """A reported payment; False when this reference is already known for the order."""
    row = (
        await tx.execute(
            text(
                "INSERT INTO order_payments (order_id, amount_eur, reference, at, reported_by, decision)"
                " VALUES (:order_id, :amount_eur, :reference, :at, :reported_by, :decision)"
                " ON CONFLICT (order_id, reference) DO NOTHING RETURNING id"
            ),
            {"order_id": order_id, **values},
        )
    ).one_or_none()
    return row is not None


async def payment_of(tx: AsyncConnection, order_id: int, reference: str) -> Decimal | None:
    """The amount in EUR that was reported under this reference; None when nothing was."""
    row = (
        await tx.execute(
            text("SELECT amount_eur FROM order_payments WHERE order_id = :id AND reference = :reference"),
            {"id": order_id, "reference": reference},
        )
    ).one_or_none()
    return None if row is None else row.amount_eur


async def by_id(tx: AsyncConnection, order_id: int) -> Order:
    """The order with this id.

    Raises:
        NotFoundError: no such order.
    """
    row = (await tx.execute(text(f"SELECT {COLUMNS} FROM orders WHERE id = :id"), {"id": order_id})).one_or_none()
    if row is None:
        raise NotFoundError(kind="order", name=str(order_id))
    return to_order(row)


async def get_by_id(tx: AsyncConnection, order_id: int) -> Order:
    """The order with this id, not locked.

    Raises:
        NotFoundError: no such order.
    """
    row = (await tx.execute(text(f"SELECT {COLUMNS} FROM orders WHERE id = :id"), {"id": order_id})).one_or_none()
    if row is None:
        raise NotFoundError(kind="order", name=str(order_id))
    return to_order(row)
