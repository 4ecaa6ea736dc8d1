"""The CRM of the demo company: what clients, carriers and screens do reaches the desk over real HTTP."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx

from domain.commands import (
    Command,
    NewOrder,
    OrderCommand,
    RecordClientDecision,
    RecordCompliance,
    RecordDelivery,
    RecordPayment,
)
from domain.errors import DeskError
from domain.journal import digest
from domain.timeline import Timeline
from evals.company_intents import Reports

TIMEOUT_SECONDS = 10.0
KNOCK_SECONDS = 0.1

# How the feed calls what the world reports.
EVENT_OF: Mapping[type[Command], str] = {
    RecordClientDecision: "client_decided",
    RecordPayment: "payment_received",
    RecordCompliance: "compliance_checked",
    RecordDelivery: "delivery_confirmed",
}


class DoorShutError(DeskError):
    """The desk's HTTP door does not answer, or not as it should (`path`, `problem`)."""

    code = "door-shut"


class CrmHands:
    """Posts requests and events with a token, as the company's CRM would; `timeline` dates them."""

    def __init__(self, http: httpx.AsyncClient, timeline: Timeline) -> None:
        self._http = http
        self._timeline = timeline

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str, token: str, timeline: Timeline) -> "AsyncGenerator[CrmHands]":
        """Hands that reach the desk at this address."""
        headers = {"authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=TIMEOUT_SECONDS, trust_env=False) as http:
            yield cls(http, timeline)

    async def is_let_in(self, stop: asyncio.Event) -> bool:
        """Wait until the desk is ready; False when `stop` came first."""
        while not stop.is_set():
            with suppress(httpx.TransportError):
                if (await self._http.get("/readyz")).is_success:
                    return True
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), KNOCK_SECONDS)
        return False

    async def take_in(self, orders: Sequence[NewOrder]) -> None:
        """New requests arrive; a bad one is kept by the desk in its quarantine.

        Raises DoorShutError: nobody knows whether they came in; the desk counts them once when they come again.
        """
        if orders:
            await self._post("/api/crm/orders", {"orders": [order.model_dump(mode="json") for order in orders]})

    async def report(self, fact: Reports) -> bool:
        """Something happened to an order; False when the desk did not take it. Raises like `take_in`."""
        answer = await self._post("/api/crm/events", {"events": [self._event(fact.command)]})
        return all(result["error"] is None for result in answer["results"])

    def _event(self, command: Command) -> dict[str, Any]:
        assert isinstance(command, OrderCommand)
        data = command.model_dump(mode="json", exclude={"order", "version"}, exclude_none=True)
        kind = EVENT_OF[type(command)]
        return {
            "event_id": f"{command.order}-{kind}-{digest(data)[:12]}",
            "type": kind,
            "order": command.order,
            "occurred_at": self._timeline.now().isoformat(),
            "data": {name: value for name, value in data.items() if value != ""},
        }

    async def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        try:
            answer = await self._http.post(path, json=body)
        except httpx.TransportError as error:
            raise DoorShutError(path=path, problem=repr(error)) from error
        if not answer.is_success:
            raise DoorShutError(path=path, problem=f"{answer.status_code}: {answer.text[:300]}")
        return answer.json()
