"""New requests that come together: taken in and shared out as one decision (docs/DOMAIN.md 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from domain.commands import IntakeOrders, NewOrder
from guardrails.approval.proposals import Waiting
from guardrails.crm.apply import refuse
from guardrails.crm.events import Incoming
from guardrails.crm.refusals import (
    REFUSALS,
    Refusal,
)
from guardrails.crm.results import (
    EventOutcome,
    EventResult,
)
from guardrails.gate import Done, Gate
from store.feed import Held
from tools.intake import Taken
from tools.registry import Context


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What a wave brought: new orders by CRM id, the codes of those that were here already, what may go on by it."""

    taken: Mapping[str, Taken]
    known: Mapping[str, str]
    freed: tuple[int, ...]

    def joined(self, after: "Arrivals") -> "Arrivals":
        """What this wave and the one after it brought together."""
        taken, known = {**self.taken, **after.taken}, {**self.known, **after.known}
        return Arrivals(taken, known, (*self.freed, *after.freed))


async def take_in(gate: Gate, tx: AsyncConnection, requests: Sequence[NewOrder], context: Context) -> Arrivals:
    """Take in the new ones among these requests; a request that stands there twice counts once.

    Raises a `DeskError` when nobody could own them; nothing is written then.
    """
    unique = {request.crm_id: request for request in requests}
    return arrivals_of(await gate.perform_in(tx, IntakeOrders(orders=tuple(unique.values())), context))


def arrivals_of(done: Done | Waiting) -> Arrivals:
    """What the gate's answer to an intake says."""
    assert isinstance(done, Done)
    return Arrivals({one.crm_id: one for one in done.value}, done.result["known"], tuple(done.result.get("freed", ())))


async def take_wave(
    gate: Gate, tx: AsyncConnection, wave: Sequence[tuple[Incoming, Held | None]], context: Context
) -> list[EventResult]:
    """The same for events: one result each, in the order they came."""
    requests = [incoming.request for incoming, _ in wave if incoming.request is not None]
    try:
        async with tx.begin_nested():
            arrivals = await take_in(gate, tx, requests, context)
    except REFUSALS as error:
        return [
            await refuse(
                tx, Refusal(incoming=incoming, error=error, previous=previous), replace(context, decision=uuid7())
            )
            for incoming, previous in wave
        ]
    results: list[EventResult] = []
    fresh = dict(arrivals.taken)
    for incoming, _ in wave:
        assert incoming.request is not None
        crm_id = incoming.request.crm_id
        results.append(_result(incoming, fresh.pop(crm_id, None), _code(arrivals, crm_id)))
    return [replace(results[0], freed=arrivals.freed), *results[1:]]


def _code(arrivals: Arrivals, crm_id: str) -> str | None:
    taken = arrivals.taken.get(crm_id)
    return arrivals.known.get(crm_id) if taken is None else taken.code


def _result(incoming: Incoming, taken: Taken | None, code: str | None) -> EventResult:
    return EventResult(
        event_id=incoming.event_id,
        outcome=EventOutcome.UNCHANGED if taken is None else EventOutcome.APPLIED,
        order=code,
        decision=None if taken is None else taken.decision,
        occurred_at=incoming.occurred_at,
    )
