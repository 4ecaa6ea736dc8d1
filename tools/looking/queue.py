"""The open orders by urgency, and the hot list."""

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.answers import Answer
from domain.foreign import Fact, foreign
from domain.orders import OPEN_STATUSES
from domain.queries import HotList, LookAtQueue
from store.measures import metrics_desk, metrics_instants
from store.measures.metrics_desk import HotOrder
from store.views import listings, urgency
from store.views.listings import (
    OrderFilter,
    OrderLine,
)
from tools.looking.registry import LookContext, looks
from tools.looking.times import Times, euros, hours, minutes

OPEN = tuple(status.value for status in OPEN_STATUSES)


@looks(LookAtQueue)
async def queue(tx: AsyncConnection, query: LookAtQueue, context: LookContext) -> Answer:
    """A manager's queue is their own orders; asking for somebody else's is refused."""
    own = context.viewer.only_own
    if own is not None and query.manager_id is not None:
        context.viewer.require_sees(query.manager_id)
    owner_id, now = own or query.manager_id, context.now
    which = OrderFilter(
        statuses=query.statuses or OPEN,
        owner_id=owner_id,
        due_before=now if query.overdue_only else None,
        only_live=True,
    )
    counts = await urgency.open_counts(tx, which, now=now)
    lines = await listings.urgent(tx, which, limit=query.limit)
    by_status = {count.status: count for count in counts}
    return Answer.of(
        {
            **context.times.present(),
            "open_orders": sum(count.orders for count in counts),
            "overdue_orders": sum(count.overdue for count in counts),
            "hot_orders": sum(count.hot for count in counts),
            "by_status": {
                status: {
                    "orders": by_status[status].orders,
                    "overdue": by_status[status].overdue,
                    "oldest_hours": hours(now - by_status[status].oldest_since),
                }
                for status in OPEN
                if status in by_status
            },
            "listed": len(lines),
            "orders": [line_facts(line, context.times) for line in lines],
        }
    )


def line_facts(line: OrderLine, times: Times) -> dict[str, Fact]:
    """An order in a list."""
    return {
        "order": line.code,
        "status": line.status,
        "owner": line.owner,
        "owner_id": line.owner_id,
        "hot": line.hot,
        **priority(urgent=line.urgent, because=line.urgent_because),
        "next_step": line.next_step,
        **times.deadline("due_at", line.due_at),
        "in_status_hours": hours(times.now - line.status_since),
        "age_hours": hours(times.now - line.created_at),
        "price_eur": euros(line.price_eur),
        "bike": foreign("bike", line.bike),
        "client": foreign("client", line.client_name),
        "city": foreign("city", line.city),
    }


def priority(*, urgent: bool, because: str | None) -> dict[str, Fact]:
    """Whether somebody put the order first, and why."""
    return {"put_first": True, "put_first_because": foreign("note", because)} if urgent else {"put_first": False}


@looks(HotList)
async def hot(tx: AsyncConnection, query: HotList, context: LookContext) -> Answer:
    """What burns, of all orders or of the manager's own."""
    now, own = context.now, context.viewer.only_own
    known_until = await metrics_instants.history_known_until(tx)
    found = await metrics_desk.hot_orders(tx, known_until, now=now, limit=query.limit, owner_id=own)
    flagged = await listings.count(tx, OrderFilter(statuses=OPEN, owner_id=own, hot=True, only_live=True))
    facts: dict[str, Fact] = {
        **context.times.present(),
        "on_hot_list": flagged,
        "listed": len(found),
        "orders": [_hot_facts(order, context.times) for order in found],
    }
    if own is None:
        facts["broken_limits_by_status"] = await metrics_desk.broken_now(tx, known_until, now=now)
    return Answer.of(facts)


def _hot_facts(order: HotOrder, times: Times) -> dict[str, Fact]:
    return {
        "order": order.code,
        "status": order.status,
        "owner": order.owner,
        "owner_id": order.owner_id,
        "ladder_step": order.step,
        "severity": order.severity,
        "broken_clock": order.clock,
        **times.at("broken_since", order.broken_since),
        "broken_for_minutes": minutes(times.now - order.broken_since),
        "on_hot_list": order.hot,
        **priority(urgent=order.urgent, because=order.urgent_because),
        "next_step": order.next_step,
        **times.deadline("due_at", order.due_at),
        "bike": foreign("bike", order.bike),
    }
