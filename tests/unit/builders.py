"""Values that the unit tests begin with; a test changes what it speaks of with `dataclasses.replace`."""

from datetime import UTC, date, datetime
from decimal import Decimal

from domain.checklist import Answer, PointAnswer
from domain.lifecycle import OrderFacts
from domain.orders import CancelReason, ClientDecision, Compliance, DeliveryMethod, Order, Status, Verdict
from policy import load_policy

POLICY = load_policy()
NOON = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)

ORDER = Order(
    id=1,
    code="BW-1",
    status=Status.PENDING_MANAGER,
    version=1,
    owner_id=7,
    bike="Canyon Spectral 29",
    price_eur=Decimal(2000),
    city="Казань",
    delivery_method=DeliveryMethod.CARGO,
    is_ebike=False,
    is_hardtail=False,
    client_name="Иван",
    created_at=NOON,
    status_since=NOON,
    last_moved_at=NOON,
    due_at=NOON,
    next_step=None,
    next_step_due=None,
)

READY = {
    "client_decision": ClientDecision.CONFIRMED,
    "compliance": Compliance.CLEAR,
    "carrier": "СДЭК",
    "tracking_number": "RU123",
    "dispatch_date": date(2026, 3, 4),
    "delivery_confirmed_at": NOON,
}
"""Every piece of evidence that an order itself carries, as keyword arguments of `replace`."""

FULL_CHECK = {
    point.number: Answer(
        point=point.number,
        answer=PointAnswer.OK,
        photos=("photo.jpg",) if point.artefact else (),
        verdict=Verdict.GREEN if point.number == POLICY.checklist.verdict_point else None,
    )
    for point in POLICY.checklist.points
}

FULL_FACTS = OrderFacts(
    answers=FULL_CHECK,
    has_note=True,
    cancel_reason=CancelReason.CLIENT_CHANGED_MIND,
    reason="Клиент просит перепроверить вилку",
    contacted=True,
)
