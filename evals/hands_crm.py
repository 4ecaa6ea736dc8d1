"""The CRM of the demo company: what clients, carriers and screens do reaches the desk over real HTTP."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import structlog

from domain.commands import (
    Command,
    NewOrder,
    OrderCommand,
    RecordClientDecision,
    RecordCompliance,
    RecordDelivery,
    RecordPayment,
)
from domain.journal import digest
from domain.timeline import Timeline
from evals.company_intents import Reports

log = structlog.get_logger()

TIMEOUT_SECONDS = 10.0

# How the feed calls what the world reports.
EVENT_OF: Mapping[type[Command], str] = {
    RecordClientDecision: "client_decided",
    RecordPayment: "payment_received",
    RecordCompliance: "compliance_checked",
    RecordDelivery: "delivery_confirmed",
}


class CrmHands:
    """Posts requests and events with a token, as the company's CRM would; `timeline` dates them."""

    def __init__(self, url: str, token: str, timeline: Timeline) -> None:
        headers = {"authorization": f"Bearer {token}"}
        self._http = httpx.AsyncClient(base_url=url, headers=headers, timeout=TIMEOUT_SECONDS, trust_env=False)
        self._timeline = timeline

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def take_in(self, orders: Sequence[NewOrder]) -> None:
        """New requests arrive; a bad one is kept by the desk in its quarantine."""
        if orders:
            await self._post("/api/crm/orders", {"orders": [order.model_dump(mode="json") for order in orders]})

    async def report(self, fact: Reports) -> bool:
        """Something happened to an order; False when the desk did not take it."""
        answer = await self._post("/api/crm/events", {"events": [self._event(fact.command)]})
        return answer is not None and all(result["error"] is None for result in answer["results"])

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

    async def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
        try:
            answer = await self._http.post(path, json=body)
        except httpx.TransportError as error:
            log.warning("the desk does not answer its CRM", path=path, error=repr(error))
            return None
        if answer.is_success:
            return answer.json()
        log.warning("the desk refused its CRM", path=path, status=answer.status_code, answer=answer.text[:300])
        return None
