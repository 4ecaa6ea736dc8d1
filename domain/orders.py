"""What an order is: its statuses, its facts, and the words its fields may take (docs/DOMAIN.md 2 and 10)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum


class Status(StrEnum):
    """Lifecycle statuses (docs/DOMAIN.md 2), in the order of the path."""

    PENDING_MANAGER = "pending_manager"
    UNDER_INSPECTION = "under_inspection"
    AWAITING_PAYMENT = "awaiting_payment"
    READY_FOR_SHIPMENT = "ready_for_shipment"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    CLOSED = "closed"
    CANCELLED = "cancelled"


TERMINAL = frozenset({Status.CLOSED, Status.CANCELLED})
OPEN_STATUSES = tuple(status for status in Status if status not in TERMINAL)

OLDEST = timedelta(days=180)
"""What is said to have happened longer ago is a mistake of the sender, or history, which is imported as such."""


class Verdict(StrEnum):
    """Final verdict of the 28-point check (docs/DOMAIN.md 3, point 28)."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class ClientDecision(StrEnum):
    """What the client said to the report."""

    CONFIRMED = "confirmed"
    DECLINED = "declined"
    THINKING = "thinking"


class Compliance(StrEnum):
    """State of the compliance screens: sanctions, price window, stolen-bike register (docs/DOMAIN.md 10)."""

    UNKNOWN = "unknown"
    CLEAR = "clear"
    BLOCKED = "blocked"


class DeliveryMethod(StrEnum):
    """Ways of delivery; each has its own transit limit and tariff (docs/DOMAIN.md 2 and 10)."""

    EMS = "ems"
    CARGO = "cargo"
    PREMIUM_INDIVIDUAL = "premium_individual"
    PREMIUM_CONSOLIDATED = "premium_consolidated"


class CancelReason(StrEnum):
    """Reason codes of a cancellation; `other` needs a note (docs/DOMAIN.md 2)."""

    CLIENT_CHANGED_MIND = "client_changed_mind"
    BIKE_UNAVAILABLE = "bike_unavailable"
    SELLER_UNRESPONSIVE = "seller_unresponsive"
    SELLER_FRAUD_SUSPECTED = "seller_fraud_suspected"
    QUALITY_MISMATCH = "quality_mismatch"
    FAILED_INSPECTION = "failed_inspection"
    PRICE_OUT_OF_COMPLIANCE = "price_out_of_compliance"
    COMPLIANCE_BLOCK = "compliance_block"
    PAYMENT_NOT_RECEIVED = "payment_not_received"
    DUPLICATE_ORDER = "duplicate_order"
    INTERNAL_FAILURE = "internal_failure"
    LOGISTICS_IMPOSSIBLE = "logistics_impossible"
    CLIENT_UNREACHABLE = "client_unreachable"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A snapshot of one order; `version` grows by one with each change and guards against stale taps."""

    id: int
    code: str
    status: Status
    version: int
    owner_id: int | None
    bike: str
    price_eur: Decimal
    city: str
    delivery_method: DeliveryMethod
    is_ebike: bool
    is_hardtail: bool
    client_name: str
    created_at: datetime
    status_since: datetime
    last_moved_at: datetime
    due_at: datetime | None
    next_step: str | None
    next_step_due: datetime | None
    accepted_at: datetime | None = None
    verdict: Verdict | None = None
    client_decision: ClientDecision | None = None
    compliance: Compliance = Compliance.UNKNOWN
    paid_eur: Decimal = Decimal(0)
    payment_confirmed_at: datetime | None = None
    carrier: str | None = None
    tracking_number: str | None = None
    dispatch_date: date | None = None
    delivery_confirmed_at: datetime | None = None
    claim_open: bool = False
    hot: bool = False
    urgent: bool = False
    urgent_because: str | None = None
    cancel_reason: CancelReason | None = None
    source: str = "crm"

    @property
    def is_open(self) -> bool:
        """Whether the order still needs an owner, a due time and a next step."""
        return self.status not in TERMINAL
