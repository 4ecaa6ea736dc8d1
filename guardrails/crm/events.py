"""What the CRM may say: events parsed into commands, its finer status codes mapped to ours (docs/DOMAIN.md 2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, cast

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from domain.commands import (
    NO_NUL,
    AddNote,
    AdvanceOrder,
    AnswerChecklist,
    CancelOrder,
    Code,
    Command,
    IntakeOrders,
    NewOrder,
    OrderCommand,
    Prose,
    RecordClientDecision,
    RecordCompliance,
    RecordContact,
    RecordDelivery,
    RecordPayment,
    SetLogistics,
)
from domain.errors import DeskError, InvalidInputError
from domain.lifecycle import PriceRuling, price_ruling
from domain.orders import OLDEST, CancelReason, Status
from domain.policy import Policy
from domain.validation import parse, shown, storable

CLOCK_SKEW = timedelta(minutes=5)  # clocks of two machines differ a little; more is a mistake of the sender


class EventType(StrEnum):
    """Every kind of event that the CRM may report."""

    ORDER_CREATED = "order_created"
    STATUS_CHANGED = "status_changed"
    CHECKLIST_ANSWERED = "checklist_answered"
    NOTE_ADDED = "note_added"
    PAYMENT_RECEIVED = "payment_received"
    DELIVERY_CONFIRMED = "delivery_confirmed"
    ORDER_CANCELLED = "order_cancelled"
    COMPLIANCE_CHECKED = "compliance_checked"
    CLIENT_DECIDED = "client_decided"
    LOGISTICS_SET = "logistics_set"
    CONTACT_RECORDED = "contact_recorded"


class CrmEvent(BaseModel):
    """One event of the CRM: what happened, to which order (our code or the CRM's id), and when by the CRM's clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    event_id: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), NO_NUL]
    type: EventType
    order: Code
    occurred_at: AwareDatetime
    data: Mapping[str, Any] = Field(default_factory=dict[str, Any])


class StatusChange(BaseModel):
    """`data` of `status_changed`: a status code of the CRM; a cancellation also needs its reason code."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    status: str
    reason: Prose = ""
    reason_code: CancelReason | None = None
    note: Prose = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One event as it came: `raw` as sent, and either the command it asks for or what is wrong with it.

    `request` is set for a new order: those that come together are taken in as one decision.
    """

    raw: Mapping[str, Any]
    event_id: str | None = None
    kind: str = ""
    order_ref: str = ""
    occurred_at: datetime | None = None
    command: OrderCommand | None = None
    request: NewOrder | None = None
    error: DeskError | None = field(default=None, compare=False)


def read_event(raw: object, policy: Policy, *, now: datetime) -> Incoming:
    """Parse one event; a mistake is kept in the result, it never stops the events beside it."""
    body = as_object(raw)
    known = Incoming(
        raw=storable(body),
        event_id=_text(body, "event_id", longest=100),
        kind=_text(body, "type", longest=40) or "",
        order_ref=_text(body, "order", longest=40) or _crm_id(body) or "",
    )
    try:
        return _read(body, policy, now=now)
    except InvalidInputError as error:
        return replace(known, error=error)


def as_object(raw: object) -> Mapping[str, Any]:
    """Whatever came, as an object that can be kept."""
    return cast("Mapping[str, Any]", raw) if isinstance(raw, dict) else {"value": raw}


def _read(body: Mapping[str, Any], policy: Policy, *, now: datetime) -> Incoming:
    named = body if "order" in body or _crm_id(body) is None else {**body, "order": _crm_id(body)}
    event = parse(CrmEvent, named)
    if event.occurred_at > now + CLOCK_SKEW:
        raise InvalidInputError(
            field="occurred_at", value=event.occurred_at.isoformat(), allowed=(f"not after {now.isoformat()}",)
        )
    _require_recent("occurred_at", event.occurred_at, now)
    created = {"created_at": event.occurred_at, **event.data}
    request = read_request(created, policy, event, now=now) if _creates(event) else None
    return Incoming(
        raw=storable(body),
        event_id=event.event_id,
        kind=event.type,
        order_ref=event.order,
        occurred_at=event.occurred_at,
        request=request,
        command=None if request else _COMMANDS[event.type](event, policy),
    )


def _require_recent(field: str, at: datetime, now: datetime) -> None:
    """A year that is wrong would stand in every cycle time."""
    if at < now - OLDEST:
        raise InvalidInputError(
            field=field, value=at.isoformat(), allowed=(f"not before {(now - OLDEST).isoformat()}",)
        )


def _creates(event: CrmEvent) -> bool:
    return event.type is EventType.ORDER_CREATED


def _text(body: Mapping[str, Any], key: str, *, longest: int) -> str | None:
    value = body.get(key)
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value.strip()) <= longest:
        return None
    return value.strip()


def _crm_id(body: Mapping[str, Any]) -> str | None:
    data = body.get("data")
    if body.get("type") != EventType.ORDER_CREATED or not isinstance(data, dict):
        return None
    return _text(cast("Mapping[str, Any]", data), "crm_id", longest=40)


# ── new orders ───────────────────────────────────────────────────────────────────────────────────────────────────────
def read_request(data: Mapping[str, Any], policy: Policy, event: CrmEvent | None = None, *, now: datetime) -> NewOrder:
    """One client's request; what the intake would refuse is refused here, so that it does not sink the wave it came in.

    Raises `InvalidInputError` naming the field and what is allowed.
    """
    within = "" if event is None else "data"
    named = data if event is None else {"crm_id": event.order, **data}
    request = parse(NewOrder, named, within=within)
    if event is not None and request.crm_id != event.order:
        raise InvalidInputError(field="data.crm_id", value=request.crm_id, allowed=(event.order,))
    if request.created_at is not None:
        _require_recent(".".join(filter(None, [within, "created_at"])), request.created_at, now)
    if price_ruling(request.price_eur, policy) is PriceRuling.REFUSED_BELOW:
        window = policy.money.price_window
        raise InvalidInputError(
            field=".".join(filter(None, [within, "price_eur"])),
            value=shown(request.price_eur),
            allowed=(f"{window.minimum_eur} to {window.maximum_eur} EUR",),
        )
    return request


# ── events about known orders ────────────────────────────────────────────────────────────────────────────────────────
_Build = Callable[[CrmEvent, Policy], OrderCommand]


def _as(kind: type[OrderCommand], **defaults: Callable[[CrmEvent], object]) -> _Build:
    """A builder for an event whose `data` has the fields of the command."""

    def build(event: CrmEvent, _policy: Policy) -> OrderCommand:
        _refuse_addressing(event.data, kind)
        given = {name: value(event) for name, value in defaults.items()} | dict(event.data)
        return parse(kind, {**given, "order": event.order}, within="data")

    return build


def _refuse_addressing(data: Mapping[str, Any], kind: type[Command]) -> None:
    """The envelope says which order is meant; a second opinion inside would go unheard."""
    for name in ("order", "version"):
        if name in data:
            allowed = [key for key in kind.model_fields if key not in {"order", "version"}]
            raise InvalidInputError(
                field=f"data.{name}", value=shown(data[name]), problem="is not known", allowed=allowed
            )


def _answers(event: CrmEvent, policy: Policy) -> OrderCommand:
    """One answer may come bare, several as `answers`."""
    data = event.data if "answers" in event.data else {"answers": [event.data]}
    return _as(AnswerChecklist)(event.model_copy(update={"data": data}), policy)


def _status(event: CrmEvent, policy: Policy) -> OrderCommand:
    change = parse(StatusChange, event.data, within="data")
    to = policy.lifecycle.crm_codes.get(change.status)
    if to is None:
        raise InvalidInputError(
            field="data.status",
            value=shown(change.status),
            problem="is not a status code of the CRM that the policy knows",
            allowed=tuple(policy.lifecycle.crm_codes),
        )
    if to is not Status.CANCELLED:
        return AdvanceOrder(order=event.order, to=to, reason=change.reason)
    return _cancel(event.order, change.reason_code, change.note or change.reason)


def _cancel(order: str, reason_code: CancelReason | None, note: str) -> CancelOrder:
    if reason_code is None:
        raise InvalidInputError(field="data.reason_code", value="", problem="is missing", allowed=tuple(CancelReason))
    return CancelOrder(order=order, reason_code=reason_code, note=note)


_COMMANDS: Mapping[EventType, _Build] = {
    EventType.STATUS_CHANGED: _status,
    EventType.CHECKLIST_ANSWERED: _answers,
    EventType.NOTE_ADDED: _as(AddNote),
    EventType.PAYMENT_RECEIVED: _as(RecordPayment, reference=lambda event: event.event_id),
    EventType.DELIVERY_CONFIRMED: _as(RecordDelivery, delivered_at=lambda event: event.occurred_at),
    EventType.ORDER_CANCELLED: _as(CancelOrder),
    EventType.COMPLIANCE_CHECKED: _as(RecordCompliance),
    EventType.CLIENT_DECIDED: _as(RecordClientDecision),
    EventType.LOGISTICS_SET: _as(SetLogistics),
    EventType.CONTACT_RECORDED: _as(RecordContact),
}

# What the journal calls an event that could not even be read.
ACTION_OF: Mapping[str, str] = {
    EventType.ORDER_CREATED: IntakeOrders.action,
    EventType.STATUS_CHANGED: AdvanceOrder.action,
    EventType.CHECKLIST_ANSWERED: AnswerChecklist.action,
    EventType.NOTE_ADDED: AddNote.action,
    EventType.PAYMENT_RECEIVED: RecordPayment.action,
    EventType.DELIVERY_CONFIRMED: RecordDelivery.action,
    EventType.ORDER_CANCELLED: CancelOrder.action,
    EventType.COMPLIANCE_CHECKED: RecordCompliance.action,
    EventType.CLIENT_DECIDED: RecordClientDecision.action,
    EventType.LOGISTICS_SET: SetLogistics.action,
    EventType.CONTACT_RECORDED: RecordContact.action,
}
