"""What people decided about a client's money: refunds, compensations, discounts; paid out by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


class MoneyKind(StrEnum):
    """What is done with the money."""

    REFUND = "refund"
    COMPENSATION = "compensation"
    DISCOUNT = "discount"


RETURNED = (MoneyKind.REFUND, MoneyKind.COMPENSATION)
"""Money that goes back to the client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyDecision:
    """One approved amount in EUR; `ground` is the kind of a compensation, `task_id` who carries it out until when."""

    order_id: int
    kind: MoneyKind
    ground: str | None
    amount_eur: Decimal
    reason: str
    approval_id: int
    approved_by: Sequence[int]
    task_id: int
    at: datetime
    decision: UUID


async def add(tx: AsyncConnection, decided: MoneyDecision) -> int:
    """Keep a decision; its number. One approval has one."""
    row = (
        await tx.execute(
            text(
                "INSERT INTO money_decisions (order_id, kind, ground, amount_eur, reason, approval_id, approved_by,"
                " task_id, at, decision) VALUES (:order_id, :kind, :ground, :amount_eur, :reason, :approval_id,"
                " :approved_by, :task_id, :at, :decision) RETURNING id"
            ),
            {
                "order_id": decided.order_id,
                "kind": decided.kind.value,
                "ground": decided.ground,
                "amount_eur": decided.amount_eur,
                "reason": decided.reason,
                "approval_id": decided.approval_id,
                "approved_by": list(decided.approved_by),
                "task_id": decided.task_id,
                "at": decided.at,
                "decision": decided.decision,
            },
        )
    ).one()
    return int(row.id)


async def sums(tx: AsyncConnection, order_id: int) -> Mapping[MoneyKind, Decimal]:
    """What has been decided on the order so far, EUR by kind; every kind is there."""
    rows = await tx.execute(
        text("SELECT kind, sum(amount_eur) AS eur FROM money_decisions WHERE order_id = :id GROUP BY kind"),
        {"id": order_id},
    )
    found = {MoneyKind(row.kind): row.eur for row in rows}
    return {kind: found.get(kind, Decimal(0)) for kind in MoneyKind}
