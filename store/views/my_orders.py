"""The orders of one person: all open ones, those that press, those that wait for their owner; by urgency, paged."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.orders import OPEN_STATUSES
from store.views.listings import (
    MOST_URGENT_FIRST,
    Conditions,
    OrderLine,
    order_lines,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MyOrders:
    """Whose orders, and which of them: `due_before` leaves those put first, hot or due by then, `steps_but` those whose
    next step is none of these.
    """

    owner_id: int
    due_before: datetime | None = None
    steps_but: AbstractSet[str] = frozenset()


async def page(tx: AsyncConnection, which: MyOrders, *, skipped: int, limit: int) -> list[OrderLine]:
    """One page, the most urgent first."""
    return await order_lines(tx, _conditions(which), MOST_URGENT_FIRST, limit, skipped=skipped)


async def count(tx: AsyncConnection, which: MyOrders) -> int:
    """How many there are."""
    asked = _conditions(which)
    found = await tx.execute(text(f"SELECT count(*) FROM orders AS o WHERE {asked.where}"), asked.values)
    return int(found.scalar_one())


def _conditions(which: MyOrders) -> Conditions:
    asked = Conditions()
    asked.add("o.status = ANY(:statuses)", statuses=[status.value for status in OPEN_STATUSES])
    asked.add("o.owner_id = :owner_id", owner_id=which.owner_id)
    if which.due_before is not None:
        asked.add("(o.urgent OR o.hot OR o.due_at < :due_before)", due_before=which.due_before)
    if which.steps_but:
        asked.add("o.next_step <> ALL(:steps_but)", steps_but=sorted(which.steps_but))
    return asked
