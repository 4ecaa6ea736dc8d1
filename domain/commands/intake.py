"""Clients' requests on their way in."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.commands.base import NO_NUL, Code, Command, Instant, Line, Money
from domain.orders import DeliveryMethod
from domain.policy import Action


class Contact(BaseModel):
    """How to reach a client; kept for the manager, masked before any model sees it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    phone: Line | None = None
    email: Line | None = None
    handle: Line | None = None


class NewOrder(BaseModel):
    """A client's request for one used bike (docs/DOMAIN.md 10: bike price 500 to 5,000 EUR inclusive)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    crm_id: Code
    client_name: Line
    client_contact: Contact = Contact()
    city: Line = ""
    bike: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True), NO_NUL]
    listing_url: Annotated[str, StringConstraints(max_length=2000), NO_NUL] | None = None
    seller_name: Line = ""
    price_eur: Money
    delivery_method: DeliveryMethod = DeliveryMethod.CARGO
    is_ebike: bool = False
    is_hardtail: bool = False
    created_at: Instant | None = None


class IntakeOrders(Command):
    """One or many new requests, taken in and shared out as one decision (docs/DOMAIN.md 4)."""

    action: ClassVar[Action] = Action.INTAKE_ORDER
    orders: tuple[NewOrder, ...] = Field(min_length=1, max_length=10_000)
