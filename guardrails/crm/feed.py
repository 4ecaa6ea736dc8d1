"""The CRM feed: events become commands and pass the gate like everybody's (docs/DOMAIN.md 2).

Idempotent by event id: the note that an event is known and its effect commit together. A bad event is kept in
quarantine and never sinks its neighbours; one that came too early is tried again when what it needs has come.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from domain.commands import IntakeOrders
from domain.errors import DeskError, InvalidInputError, NotFoundError
from domain.orders import Order
from domain.people import CRM_FEED
from domain.validation import shown, storable
from guardrails.crm.apply import (
    apply_event,
    refuse,
)
from guardrails.crm.events import (
    ACTION_OF,
    Incoming,
    as_object,
    read_event,
    read_request,
)
from guardrails.crm.refusals import (
    FaultError,
    Refusal,
    is_the_database,
    keep,
)
from guardrails.crm.results import (
    SETTLED,
    EventOutcome,
    EventResult,
    RequestOutcome,
    RequestResult,
)
from guardrails.crm.wave import (
    Arrivals,
    arrivals_of,
    take_wave,
)
from guardrails.gate import Gate
from store import feed as feed_store
from store.database import retrying
from store.desk import orders
from store.feed import Claim, Held
from tools.intake import Taken
from tools.registry import Context

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_KNOWN_OUTCOMES: Mapping[EventOutcome, str] = {
    EventOutcome.LATE: "late",
    EventOutcome.WAITING: "waiting",
    EventOutcome.REJECTED: "quarantined",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Digested:
    """What became of a batch: a result per event in the order it was sent, and of kept events that could now follow."""

    results: tuple[EventResult, ...]
    released: tuple[EventResult, ...] = ()


@dataclass(frozen=True, slots=True)
class _Admitted:
    """An event that is to be worked on, and what stands in quarantine of its first sending."""

    incoming: Incoming
    previous: Held | None


class Feed:
    """Takes in what the CRM sends; `actor` everywhere is the feed itself."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    # ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────
    async def take_events(self, raws: Sequence[object], *, trace_id: str | None = None) -> Digested:
        """Take in a batch of events, in the order they occurred; new orders that stand together are one wave.

        Raises only what is no fault of an event: DatabaseUnavailableError, OutcomeUnknownError.
        """
        trace_id = trace_id or uuid7().hex
        now = self._gate.timeline.now()
        events = [read_event(raw, self._gate.policy, now=now) for raw in raws]
        results: dict[int, EventResult] = {}
        released: list[EventResult] = []
        for numbers in _units(events):
            done = await self._take([events[number] for number in numbers], trace_id)
            results.update(zip(numbers, done, strict=True))
            for result in done:
                released += await self._release(result.freed, trace_id)
        return Digested(results=tuple(results[number] for number in range(len(events))), released=tuple(released))

    async def _take(self, events: Sequence[Incoming], trace_id: str) -> list[EventResult]:
        """One unit; where a fault of ours sinks it, its events are taken one by one, and the one at fault is kept."""
        try:
            return await retrying(self._unit)(events, trace_id)
        except DeskError:
            raise
        except Exception as error:
            if is_the_database(error):
                raise
            if len(events) > 1:
                return [result for event in events for result in await self._take([event], trace_id)]
            (event,) = events
            await self._gate.journal_failure(
                ACTION_OF.get(event.kind, event.kind), CRM_FEED, trace_id, error, proposed={"event": event.event_id}
            )
            return await retrying(self._unit)(
                [replace(event, command=None, request=None, error=FaultError())], trace_id
            )

    async def _unit(self, events: Sequence[Incoming], trace_id: str) -> list[EventResult]:
        """One transaction: a wave of new orders, one event on an order, or the unreadable ones."""
        async with self._gate.db.transaction() as tx:
            context = await self._gate.context(tx, CRM_FEED, trace_id)
            admitted = await _admit(tx, events, now=context.now)
            work = [one for one in admitted if one is not None]
            done = iter(await self._work(tx, work, context)) if work else iter(())
            results = [
                _duplicate(event) if one is None else next(done) for event, one in zip(events, admitted, strict=True)
            ]
            await _conclude(tx, [(one, result) for one, result in zip(admitted, results, strict=True) if one], context)
            return results

    async def _work(self, tx: AsyncConnection, work: Sequence[_Admitted], context: Context) -> list[EventResult]:
        if work[0].incoming.request is not None:
            return await take_wave(self._gate, tx, [(one.incoming, one.previous) for one in work], context)
        results: list[EventResult] = []
        for one in work:
            context = replace(context, decision=uuid7())
            results.append(await self._single(tx, one, context))
        return results

    async def _single(self, tx: AsyncConnection, one: _Admitted, context: Context) -> EventResult:
        if one.incoming.error is not None:
            order = await _order_of(tx, one.incoming.order_ref)
            refusal = Refusal(incoming=one.incoming, error=one.incoming.error, order=order, previous=one.previous)
            return await refuse(tx, refusal, context)
        return await apply_event(self._gate, tx, one.incoming, context, previous=one.previous)

    async def _release(self, freed: Sequence[int], trace_id: str) -> list[EventResult]:
        """Try kept events again, and those that a success among them frees; each in its own transaction."""
        released: list[EventResult] = []
        queue = list(freed)
        while queue:
            result = await self.again(queue.pop(0), trace_id=trace_id)
            if result is not None and result.outcome in SETTLED:
                released.append(result)
                queue = list(dict.fromkeys([*result.freed, *queue]))
        return released

    async def follow(self, order: str, *, trace_id: str | None = None) -> list[EventResult]:
        """Something happened to this order by another door: try the events that wait for it; those that went in."""
        async with self._gate.db.reading() as tx:
            waiting = await feed_store.freed(tx, [order], occurred_at=self._gate.timeline.now())
        return await self._release(waiting, trace_id or uuid7().hex)

    async def again(self, quarantine_id: int, *, trace_id: str | None = None) -> EventResult | None:
        """Try one kept event again; None when it is no event, or is not kept any more."""
        return await retrying(self._again)(quarantine_id, trace_id or uuid7().hex)

    async def _again(self, quarantine_id: int, trace_id: str) -> EventResult | None:
        async with self._gate.db.transaction() as tx:
            context = await self._gate.context(tx, CRM_FEED, trace_id)
            kept = await feed_store.lock_held(tx, quarantine_id)
            if kept.state not in feed_store.OPEN or kept.source != "events":
                return None
            incoming = read_event(dict(kept.raw), self._gate.policy, now=context.now)
            admitted = _Admitted(incoming, kept)
            (result,) = await self._work(tx, [admitted], context)
            await _conclude(tx, [(admitted, result)], context)
            return result

    # ── new orders ───────────────────────────────────────────────────────────────────────────────────────────────────
    async def take_orders(self, raws: Sequence[object], *, trace_id: str | None = None) -> list[RequestResult]:
        """Take in new requests as one decision; a bad one is kept in quarantine and does not sink the others.

        Raises ConflictError when there is nobody at all who could own an order; nothing is taken in then.
        """
        trace_id = trace_id or uuid7().hex
        read, arrivals = await self._arrive([self._read_request(raw) for raw in raws], trace_id)
        await retrying(self._keep)([incoming for incoming in read if incoming.error is not None], trace_id)
        await self._release(arrivals.freed, trace_id)
        fresh = dict(arrivals.taken)
        return [_request_result(incoming, fresh, arrivals) for incoming in read]

    async def _arrive(self, read: Sequence[Incoming], trace_id: str) -> tuple[list[Incoming], Arrivals]:
        """One decision; where a fault of ours sinks it, its halves are decided apart, and the one at fault is kept."""
        try:
            return list(read), await self._arrivals(read, trace_id)
        except DeskError:
            raise
        except Exception as error:
            if is_the_database(error):
                raise
            if len(read) > 1:
                middle = len(read) // 2
                before, first = await self._arrive(read[:middle], trace_id)
                after, second = await self._arrive(read[middle:], trace_id)
                return [*before, *after], first.joined(second)
            (one,) = read
            return [replace(one, request=None, error=FaultError())], Arrivals({}, {}, ())

    def _read_request(self, raw: object) -> Incoming:
        body = as_object(raw)
        crm_id = body.get("crm_id")
        known = Incoming(
            raw=storable(body), order_ref=shown(crm_id)[:40] if isinstance(crm_id, str) else "", kind="order_created"
        )
        try:
            return replace(known, request=read_request(body, self._gate.policy, now=self._gate.timeline.now()))
        except InvalidInputError as error:
            return replace(known, error=error)

    async def _arrivals(self, read: Sequence[Incoming], trace_id: str) -> Arrivals:
        requests = {incoming.request.crm_id: incoming.request for incoming in read if incoming.request is not None}
        if not requests:
            return Arrivals({}, {}, ())
        command = IntakeOrders(orders=tuple(requests.values()))
        return arrivals_of(await self._gate.perform(command, CRM_FEED, trace_id=trace_id))

    async def _keep(self, unreadable: Sequence[Incoming], trace_id: str) -> None:
        if not unreadable:
            return
        async with self._gate.db.transaction() as tx:
            context = await self._gate.context(tx, CRM_FEED, trace_id)
            for incoming in unreadable:
                assert incoming.error is not None
                refusal = Refusal(incoming=incoming, error=incoming.error, source="orders")
                await keep(tx, refusal, replace(context, decision=uuid7()))


def _units(events: Sequence[Incoming]) -> Iterator[list[int]]:
    """The events' numbers, in the order they occurred: neighbouring new orders together, unreadable ones together."""

    def kind(number: int) -> str:
        event = events[number]
        if event.error is not None:
            return "unreadable"
        return "wave" if event.request is not None else "event"

    ordered = sorted(range(len(events)), key=lambda number: events[number].occurred_at or _BEGINNING)
    for unit, numbers in groupby(ordered, key=kind):
        if unit == "event":
            yield from ([number] for number in numbers)
        else:
            yield list(numbers)


async def _order_of(tx: AsyncConnection, order_ref: str) -> Order | None:
    """The order that even an unreadable event may name."""
    try:
        return await orders.get(tx, order_ref)
    except NotFoundError:
        return None


def _claim(incoming: Incoming, outcome: str, now: datetime) -> Claim:
    assert incoming.event_id is not None
    return Claim(
        event_id=incoming.event_id,
        kind=incoming.kind,
        order_ref=incoming.order_ref,
        occurred_at=incoming.occurred_at or now,
        outcome=outcome,
    )


async def _admit(tx: AsyncConnection, events: Sequence[Incoming], *, now: datetime) -> list[_Admitted | None]:
    """Note the events as received; None for those that were received before.

    One that stands in quarantine and comes again with other content is a correction, and is worked on.
    """
    first = {event.event_id: event for event in reversed(events) if event.event_id is not None}
    new = await feed_store.claim(tx, [_claim(event, "applied", now) for event in first.values()], now=now)
    corrected: dict[str, Held] = {}
    if len(new) < len(first):
        outcomes = await feed_store.known(tx, [event_id for event_id in first if event_id not in new])
        kept = await feed_store.held_events(tx, list(outcomes))
        corrected = {event_id: held for event_id, held in kept.items() if dict(held.raw) != dict(first[event_id].raw)}
    admitted: list[_Admitted | None] = []
    for event in events:
        if event.event_id is None:
            admitted.append(_Admitted(event, None))
        elif first[event.event_id] is event and (event.event_id in new or event.event_id in corrected):
            admitted.append(_Admitted(event, corrected.get(event.event_id)))
        else:
            admitted.append(None)
    return admitted


async def _conclude(tx: AsyncConnection, work: Sequence[tuple[_Admitted, EventResult]], context: Context) -> None:
    """Write what became of events that were not simply applied, and let go of what stood in quarantine."""
    changed = [
        _claim(one.incoming, _KNOWN_OUTCOMES.get(result.outcome, "applied"), context.now)
        for one, result in work
        if one.incoming.event_id is not None and (one.previous is not None or result.outcome in _KNOWN_OUTCOMES)
    ]
    if changed:
        await feed_store.conclude(tx, changed)
    released = [one.previous.id for one, result in work if one.previous is not None and result.outcome in SETTLED]
    if released:
        await feed_store.release(tx, released, now=context.now)


def _duplicate(event: Incoming) -> EventResult:
    return EventResult(event_id=event.event_id, outcome=EventOutcome.DUPLICATE, occurred_at=event.occurred_at)


def _request_result(incoming: Incoming, fresh: dict[str, Taken], arrivals: Arrivals) -> RequestResult:
    error: DeskError | None = incoming.error
    if incoming.request is None:
        return RequestResult(crm_id=incoming.order_ref or None, outcome=RequestOutcome.REJECTED, error=error)
    crm_id = incoming.request.crm_id
    taken = arrivals.taken.get(crm_id)
    if taken is None:
        return RequestResult(crm_id=crm_id, outcome=RequestOutcome.KNOWN, order=arrivals.known.get(crm_id))
    created = fresh.pop(crm_id, None) is not None
    return RequestResult(
        crm_id=crm_id,
        outcome=RequestOutcome.CREATED if created else RequestOutcome.KNOWN,
        order=taken.code,
        owner_id=taken.owner_id,
        decision=taken.decision if created else None,
    )
