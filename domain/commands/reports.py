"""What happened on an order: notes, contacts, the client's decision, payment, compliance, shipping, claims."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from domain.commands.base import NO_NUL, Instant, Line, Money, OrderCommand, Prose
from domain.orders import ClientDecision, Compliance
from domain.policy import Action

Medium = Literal["phone", "chat"]


class AddNote(OrderCommand):
    """A note on the order."""

    action: ClassVar[Action] = Action.ADD_NOTE
    text: Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True), NO_NUL]


class RecordContact(OrderCommand):
    """A contact with the client or the seller took place; a message *from* the client starts the reply clock.

    `medium` may be told a little later: it then belongs to the contact that was just recorded without one.
    """

    action: ClassVar[Action] = Action.RECORD_CONTACT
    party: Literal["client", "seller"]
    direction: Literal["out", "in"] = "out"
    text: Prose = ""
    medium: Medium | None = None


class RecordClientDecision(OrderCommand):
    """What the client decided after the report."""

    action: ClassVar[Action] = Action.RECORD_CLIENT_DECISION
    decision: ClientDecision
    note: Prose = ""


class RecordPayment(OrderCommand):
    """A payment was reported; a human still has to confirm it (docs/DOMAIN.md 8)."""

    action: ClassVar[Action] = Action.RECORD_PAYMENT
    amount_eur: Money = Field(gt=0)
    reference: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), NO_NUL]


class RecordDelivery(OrderCommand):
    """The carrier or the client confirmed the delivery."""

    action: ClassVar[Action] = Action.RECORD_DELIVERY
    delivered_at: Instant | None = None


class RecordCompliance(OrderCommand):
    """Result of the compliance screens."""

    action: ClassVar[Action] = Action.RECORD_COMPLIANCE
    state: Compliance


class SetLogistics(OrderCommand):
    """Carrier, tracking number, dispatch date; each may come alone."""

    action: ClassVar[Action] = Action.SET_LOGISTICS
    carrier: Line | None = None
    tracking_number: Line | None = None
    dispatch_date: date | None = None


class OpenClaim(OrderCommand):
    """The client raised a claim after delivery; the order cannot be closed while it is open."""

    action: ClassVar[Action] = Action.OPEN_CLAIM
    text: Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True), NO_NUL]


class CloseClaim(OrderCommand):
    """The claim is settled."""

    action: ClassVar[Action] = Action.CLOSE_CLAIM
    resolution: Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True), NO_NUL]
