"""What the people of the company see: their orders, the cards and votes that wait for them. Values only."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from domain.orders import ClientDecision, Compliance, DeliveryMethod, Status, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """One open order as its owner sees it.

    `key` is the client's request and never changes; `since` is when the owner got the order (their shift's opening for
    one that came at night); `level` is how far the worst of its clocks has climbed: 1 reminded, 2 breached, 3 and 4
    escalated. `total_eur` is what the client has to pay, 0 where no tariff fits. `troubles` counts the blockers there
    ever were, `asked` and `refused` the approvals asked for and rejected, `claimed` is true once there was a claim.
    """

    id: int
    code: str
    key: str
    version: int
    status: Status
    owner_id: int | None
    bike: str
    price_eur: Decimal
    total_eur: Decimal
    delivery_method: DeliveryMethod
    is_ebike: bool
    is_hardtail: bool
    since: datetime
    status_since: datetime
    last_moved_at: datetime
    next_step: str | None = None
    due_at: datetime | None = None
    level: int = 0
    missing_points: tuple[int, ...] = ()
    missing_photos: tuple[int, ...] = ()
    critical_failed: tuple[int, ...] = ()
    has_note: bool = False
    seller_contacted_at: datetime | None = None
    client_contacts: int = 0
    verdict: Verdict | None = None
    client_decision: ClientDecision | None = None
    compliance: Compliance = Compliance.UNKNOWN
    paid_eur: Decimal = Decimal(0)
    carrier: str | None = None
    tracking_number: str | None = None
    dispatch_date: date | None = None
    delivery_confirmed_at: datetime | None = None
    claim_open: bool = False
    claimed: bool = False
    blockers: tuple[int, ...] = ()
    troubles: int = 0
    approval_pending: bool = False
    asked: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """An open escalation: a broken clock that a leader has to deal with; `holder_id` is whose card it is.

    `subject_id` is what the clock measures: the order, the signal, the blocker, the task.

    `held_until` is set while somebody has acknowledged or snoozed it; `is_crisis` where the signal is one.
    """

    violation_id: int
    order: str | None
    status: Status | None
    clock: str
    subject_id: int
    level: int
    holder_id: int
    at: datetime
    held_until: datetime | None = None
    is_crisis: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalView:
    """A request that waits for votes; `hash` is what a voter has seen, `deciders` who may still vote."""

    id: int
    hash: str
    action: str
    order: str | None
    amount_eur: Decimal | None
    created_at: datetime
    deciders: frozenset[int]
    disputed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalView:
    """A signal that somebody has to settle."""

    id: int
    code: str
    severity: str
    order: str | None
    created_at: datetime
    is_crisis: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkView:
    """Everything at one instant. An order that did not change since the last view should be the same object: it is
    then not thought over again.
    """

    orders: tuple[OrderView, ...] = ()
    cards: tuple[CardView, ...] = ()
    approvals: tuple[ApprovalView, ...] = ()
    signals: tuple[SignalView, ...] = ()
    away: frozenset[int] = field(default_factory=frozenset[int])
