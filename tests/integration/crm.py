"""The CRM of the tests: writes events, numbers them, and sends them to the feed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.orders import Order
from guardrails.crm.feed import (
    Digested,
    Feed,
)
from guardrails.crm.results import EventResult
from tests.integration.desk import Desk


class Crm:
    """Sends to the company's feed, as the HTTP door does."""

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

    def created(self, order: str, /, *, at: datetime | None = None, **fields: Any) -> dict[str, Any]:
        """A new request."""
        usual = {"client_name": "Иван Петров", "bike": "Trek Fuel EX", "price_eur": "1800.00", "city": "Казань"}
        return self.event("order_created", order, at=at, **{**usual, **fields})

    def full_check(self, order: Order | str, **more: Any) -> dict[str, Any]:
        """All 28 points answered well."""
        points = [self.desk.answer(point.number) for point in self.desk.policy.checklist.points]
        answers = [answer.model_dump(mode="json", exclude_none=True) for answer in points]
        return self.event("checklist_answered", order, **more, answers=answers)

    async def digest(self, *events: object) -> Digested:
        """Send a batch: what became of it, and what it set free."""
        return await self.feed.take_events(events)

    async def send(self, *events: object) -> list[EventResult]:
        """Send a batch: what became of each."""
        return list((await self.digest(*events)).results)

    async def one(self, kind: str, order: Order | str, **more: Any) -> EventResult:
        """Send one event."""
        (result,) = await self.send(self.event(kind, order, **more))
        return result

    async def kept(self) -> list[Mapping[str, Any]]:
        """What stands in quarantine."""
        return list(await self.desk.rows("SELECT * FROM quarantine ORDER BY id"))

    async def known(self) -> dict[str, str]:
        """What became of each event, as it is remembered."""
        rows = await self.desk.rows("SELECT event_id, outcome FROM crm_events ORDER BY event_id")
        return {row["event_id"]: row["outcome"] for row in rows}
