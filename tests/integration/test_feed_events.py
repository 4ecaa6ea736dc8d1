"""CRM events: each has its effect once, in the order it occurred, and a bad one stands alone."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from domain.orders import Order, Status
from guardrails.feed import Feed
from guardrails.feed_results import EventOutcome, EventResult
from store.database import Database
from tests.integration.desk import Desk

O = EventOutcome  # noqa: E741


class Crm:
    """The CRM of the tests: numbers its events, sends them to the feed."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.feed = Feed(desk.gate)
        self._number = 0

    def event(
        self, kind: str, order: Order | str, *, at: datetime | None = None, event_id: str | None = None, **data: Any
    ) -> dict[str, Any]:
        """One event as the CRM writes it; `at` is when it occurred, now by default."""
        self._number += 1
        return {
            "event_id": event_id or f"e-{self._number}",
            "type": kind,
            "order": order if isinstance(order, str) else order.code,
            "occurred_at": (at or self.desk.now).isoformat(),
            "data": data,
        }

    def created(self, crm_id: str, **fields: Any) -> dict[str, Any]:
        """A new request."""
        usual = {"client_name": "Иван Петров", "bike": "Trek Fuel EX", "price_eur": "1800.00", "city": "Казань"}
        at = fields.pop("at", None)
        return self.event("order_created", crm_id, at=at, **{**usual, **fields})

    async def send(self, *events: Mapping[str, Any]) -> list[EventResult]:
        """What became of each."""
        return list((await self.feed.take_events(events)).results)

    async def one(self, kind: str, order: Order | str, **more: Any) -> EventResult:
        """Send one event."""
        (result,) = await self.send(self.event(kind, order, **more))
        return result


@pytest.fixture
async def crm(db: Database) -> Crm:
    return Crm(await Desk.open(db))


async def count(db: Database, table: str, where: str = "true") -> int:
    async with db.reading() as tx:
        return int((await tx.execute(text(f"SELECT count(*) FROM {table} WHERE {where}"))).scalar_one())


async def test_a_new_order_is_taken_in_with_owner_deadline_and_next_step(crm: Crm) -> None:
    (result,) = await crm.send(crm.created("k-1"))
    assert result.outcome is O.APPLIED
    assert result.order is not None
    order = await crm.desk.see(result.order)
    assert (order.owner_id, order.due_at, order.next_step) != (None, None, None)
    assert result.decision is not None


async def test_the_same_event_twice_has_one_effect(crm: Crm) -> None:
    event = crm.created("k-1")
    assert [(await crm.send(event))[0].outcome for _ in range(2)] == [O.APPLIED, O.DUPLICATE]
    assert await count(crm.desk.db, "orders") == 1


async def test_a_status_code_of_the_crm_moves_the_order(crm: Crm) -> None:
    order = await crm.desk.order()
    crm.desk.forward(minutes=5)
    occurred = crm.desk.now - timedelta(minutes=2)
    result = await crm.one("status_changed", order, status="seller_check_in_progress", at=occurred)
    assert result.outcome is O.APPLIED
    moved = await crm.desk.see(order)
    assert moved.status is Status.UNDER_INSPECTION
    assert moved.status_since == occurred
