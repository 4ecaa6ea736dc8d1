"""What becomes of the orders of somebody who goes away (docs/DOMAIN.md 4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.notices import Notice, calm
from domain.orders import Order, Status
from domain.remarks import RemarkKey, remark
from store.desk import orders as order_store
from store.desk import waiting as waiting_store
from tools.reassign import hand_over, wanted
from tools.registry import Context
from tools.roster import Roster
from tools.settle import settle


@dataclass(frozen=True, slots=True)
class Left:
    """Codes of the orders that went to somebody else, and what their new owners are told."""

    codes: Sequence[str] = ()
    notices: Sequence[Notice] = ()


async def lock_waiting(tx: AsyncConnection, person_id: int, until: datetime | None) -> list[Order]:
    """The orders that the person would have to accept before they are back, locked; None: they are back now.

    All are locked before the first takes its turn to be assigned, as for every change of many orders.
    """
    if until is None:
        return []
    due = [order.code for order in await waiting_store.of(tx, person_id) if order.due_at <= until]
    locked = [await order_store.lock(tx, code) for code in due]
    return [order for order in locked if order.owner_id == person_id and order.status is Status.PENDING_MANAGER]


async def hand_over_waiting(tx: AsyncConnection, waiting: Sequence[Order], context: Context) -> Left:
    """Give these orders to whoever is least loaded; where there is nobody at all, they stay."""
    codes: list[str] = []
    notices: list[Notice] = []
    for order in waiting:
        if (await Roster.read(tx, context)).find([await wanted(tx, order)])[0] is None:
            continue
        within = replace(context, order=order)
        effect = await hand_over(tx, order, within, reason=remark(RemarkKey.AWAY), end_reason="away", tell_former=False)
        await settle(tx, await order_store.lock_by_id(tx, order.id), context, effect.settling)
        codes.append(order.code)
        notices.extend(effect.notices)
    return Left(tuple(codes), calm(notices, threshold=context.policy.clocks.storm_threshold))
