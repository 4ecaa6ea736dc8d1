"""The CRM feed over HTTP: new orders and events, signed or by token, each counted once."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final, cast
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from api.identity import Sender, crm_sending, desk_of
from api.json_body import as_list, read_json
from api.problems import error_fields, trace_of
from domain.commands import NewOrder
from domain.errors import DeskError
from domain.validation import shown
from guardrails.approval.proposals import Waiting
from guardrails.crm.events import CrmEvent
from guardrails.crm.results import (
    EventOutcome,
    EventResult,
    RequestOutcome,
    RequestResult,
)
from guardrails.desk import Desk
from store import feed as feed_store

MOST_EVENTS: Final = 1_000
MOST_ORDERS: Final = 10_000
REMEMBERED: Final = timedelta(minutes=30)  # a signature is accepted for 5 minutes either way

router = APIRouter(prefix="/api/crm", tags=["CRM feed"])


class EventBatch(BaseModel):
    """What `POST /api/crm/events` accepts; a bare list, or one event alone, will do as well."""

    events: Sequence[CrmEvent]


class OrderBatch(BaseModel):
    """What `POST /api/crm/orders` accepts; a bare list, or one order alone, will do as well."""

    orders: Sequence[NewOrder]


class ErrorReport(BaseModel):
    """Why something was not taken in, and what is allowed instead."""

    type: str
    title: str
    detail: str
    field: str | None = None
    allowed: Sequence[str] = ()
    missing: Sequence[str] = ()
    params: Mapping[str, Any] = {}


class ApprovalReport(BaseModel):
    """A human has to decide: which approval, who may vote, how many must, until when; `known`: it was asked before."""

    id: int
    voters: Sequence[str]
    quorum: int
    expires_at: datetime
    known: bool


class EventReport(BaseModel):
    """What became of one event."""

    event_id: str | None
    outcome: EventOutcome
    order: str | None = None
    decision: UUID | None = None
    approval: ApprovalReport | None = None
    error: ErrorReport | None = None


class EventsReport(BaseModel):
    """A result for each event in the order they were sent, and for kept events that could follow now."""

    results: Sequence[EventReport]
    released: Sequence[EventReport] = ()


class OrderReport(BaseModel):
    """What became of one request."""

    crm_id: str | None
    outcome: RequestOutcome
    order: str | None = None
    owner_id: int | None = None
    decision: UUID | None = None
    error: ErrorReport | None = None


class OrdersReport(BaseModel):
    """A result for each request in the order they were sent."""

    results: Sequence[OrderReport]


def error_report(error: DeskError | None) -> ErrorReport | None:
    """The error as a part of a larger answer."""
    return None if error is None else ErrorReport(**error_fields(error))


def approval_report(waiting: Waiting | None) -> ApprovalReport | None:
    """The approval that is waited for."""
    if waiting is None:
        return None
    return ApprovalReport(
        id=waiting.approval_id,
        voters=sorted(waiting.voters),
        quorum=waiting.quorum,
        expires_at=waiting.expires_at,
        known=waiting.known,
    )


def _body_of(model: type[BaseModel]) -> dict[str, Any]:
    """The body in OpenAPI: it is read by hand, after its signature is checked."""
    reference = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": reference}}}}


# ── orders ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@router.post(
    "/orders",
    responses={200: {"description": "All were known already."}, 201: {"description": "Taken in."}},
    openapi_extra=_body_of(OrderBatch),
)
async def post_orders(request: Request, response: Response) -> OrdersReport:
    """Take in new requests: one, or a wave that is shared out as one decision. Known CRM ids have no second effect.

    A bad request in a list is kept in quarantine and does not sink the others; alone, it is answered with its problem.
    """
    body = await request.body()
    await crm_sending(request, body)
    raws, alone = as_list(read_json(body), key="orders", most=MOST_ORDERS)
    results = await desk_of(request).feed.take_orders(raws, trace_id=trace_of(request))
    if alone and results[0].error is not None:
        raise results[0].error
    created = any(result.outcome is RequestOutcome.CREATED for result in results)
    response.status_code = HTTPStatus.CREATED if created else HTTPStatus.OK
    return OrdersReport(results=[_order_report(result) for result in results])


def _order_report(result: RequestResult) -> OrderReport:
    return OrderReport(
        crm_id=result.crm_id,
        outcome=result.outcome,
        order=result.order,
        owner_id=result.owner_id,
        decision=result.decision,
        error=error_report(result.error),
    )


# ── events ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@router.post(
    "/events",
    responses={200: {"description": "Every event is settled."}, 202: {"description": "Some wait, or need approval."}},
    openapi_extra=_body_of(EventBatch),
)
async def post_events(request: Request, response: Response) -> EventsReport:
    """Take in events, in the order they occurred; each has its effect once, whatever became of its neighbours."""
    body = await request.body()
    sender = await crm_sending(request, body)
    raws, _ = as_list(read_json(body), key="events", most=MOST_EVENTS)
    desk = desk_of(request)
    message = _message(sender, body)
    if message is not None and await _is_known(desk, message):
        return EventsReport(results=[_duplicate(raw) for raw in raws])
    digested = await desk.feed.take_events(raws, trace_id=trace_of(request))
    if message is not None:
        await _remember(desk, message)
    waits = any(result.outcome in {EventOutcome.WAITING, EventOutcome.APPROVAL} for result in digested.results)
    response.status_code = HTTPStatus.ACCEPTED if waits else HTTPStatus.OK
    return EventsReport(
        results=[_event_report(result) for result in digested.results],
        released=[_event_report(result) for result in digested.released],
    )


def _event_report(result: EventResult) -> EventReport:
    return EventReport(
        event_id=result.event_id,
        outcome=result.outcome,
        order=result.order,
        decision=result.decision,
        approval=approval_report(result.approval),
        error=error_report(result.error),
    )


def _message(sender: Sender, body: bytes) -> str | None:
    """A signed message is its id and its body: an id used for something else is not taken for a repetition."""
    return None if sender.message is None else f"{sender.message[:100]}:{hashlib.sha256(body).hexdigest()[:16]}"


async def _is_known(desk: Desk, message: str) -> bool:
    async with desk.db.reading() as tx:
        return await feed_store.message_known(tx, message)


async def _remember(desk: Desk, message: str) -> None:
    """Only now: had we died on the way, the sender's repetition would have to bring the rest."""
    now = desk.wall()
    async with desk.db.transaction() as tx:
        await feed_store.note_message(tx, message, now=now, forget_before=now - REMEMBERED)


def _duplicate(raw: object) -> EventReport:
    event_id = cast("dict[str, object]", raw).get("event_id") if isinstance(raw, dict) else None
    return EventReport(event_id=shown(event_id) if isinstance(event_id, str) else None, outcome=EventOutcome.DUPLICATE)
