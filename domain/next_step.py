"""What has to be done next on an order: one step for every open order, always (docs/DOMAIN.md 2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from domain.checklist import Progress, progress
from domain.lifecycle import OrderFacts
from domain.orders import ClientDecision, Compliance, Order, Status, Verdict
from domain.policy import Policy, StepKey

__all__ = ["OTHERS_TURN", "Step", "StepKey", "next_step"]


@dataclass(frozen=True, slots=True)
class Step:
    """A next step: the catalogue entry `step-<key>` renders it with `params`."""

    key: str
    params: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class _Case:
    order: Order
    facts: OrderFacts
    blockers: int
    policy: Policy

    @cached_property
    def check(self) -> Progress:
        """How far the check has come; computed only where a rule asks for it."""
        return progress(self.facts.answers, self.order, self.policy)


_Applies = Callable[[_Case], bool]

OTHERS_TURN: Final = frozenset(
    {
        StepKey.AWAIT_OWNER,
        StepKey.AWAIT_APPROVAL,
        StepKey.AWAIT_PAYMENT,
        StepKey.CLEAR_COMPLIANCE,
        StepKey.WATCH_DELIVERY,
    }
)
"""Steps in which the order's owner waits for somebody else; in every other one the order waits for its owner."""

# Whatever the status, these come before its own work.
_FIRST: Final[tuple[tuple[StepKey, _Applies], ...]] = (
    (StepKey.RESOLVE_BLOCKER, lambda case: case.blockers > 0),
    (StepKey.AWAIT_OWNER, lambda case: case.order.owner_id is None),
    (StepKey.AWAIT_APPROVAL, lambda case: case.facts.approval_pending),
)

# The first that applies is the step; when nothing lacks, the status's own `next_step` of the policy remains.
_BY_STATUS: Final[Mapping[Status, tuple[tuple[StepKey, _Applies], ...]]] = {
    Status.PENDING_MANAGER: (),
    Status.UNDER_INSPECTION: (
        (StepKey.CONTACT_SELLER, lambda case: not case.facts.contacted and case.check.answered == 0),
        (StepKey.FILL_CHECKLIST, lambda case: bool(case.check.missing_points)),
        (StepKey.ATTACH_PHOTOS, lambda case: bool(case.check.missing_photos)),
        (StepKey.SET_VERDICT, lambda case: case.check.verdict is None),
        (StepKey.WRITE_NOTE, lambda case: not case.facts.has_note),
        (StepKey.DECIDE_DISPUTE, lambda case: case.check.verdict is Verdict.RED or bool(case.check.critical_failed)),
    ),
    Status.AWAITING_PAYMENT: (
        (StepKey.RESOLVE_COMPLIANCE, lambda case: case.order.compliance is Compliance.BLOCKED),
        (StepKey.CANCEL_DECLINED, lambda case: case.order.client_decision is ClientDecision.DECLINED),
        (StepKey.FOLLOW_UP_CLIENT, lambda case: case.order.client_decision is ClientDecision.THINKING),
        (StepKey.ASK_CLIENT_DECISION, lambda case: case.order.client_decision is None),
        (StepKey.CLEAR_COMPLIANCE, lambda case: case.order.compliance is not Compliance.CLEAR),
        (StepKey.AWAIT_PAYMENT, lambda case: max(case.facts.paid, case.order.paid_eur) <= 0),
    ),
    Status.READY_FOR_SHIPMENT: (
        (StepKey.ARRANGE_DISPATCH, lambda case: not case.order.carrier),
        (StepKey.SET_DISPATCH_DATE, lambda case: case.order.dispatch_date is None),
        (StepKey.ENTER_TRACKING, lambda case: not case.order.tracking_number),
    ),
    Status.IN_TRANSIT: (
        (StepKey.MOVE_TO_DELIVERED, lambda case: case.order.delivery_confirmed_at is not None),
        (StepKey.CONFIRM_DELIVERY, lambda case: case.facts.arrival_due),
    ),
    Status.DELIVERED: ((StepKey.RESOLVE_CLAIM, lambda case: case.order.claim_open or case.facts.claim_open),),
}


def next_step(order: Order, facts: OrderFacts, open_blockers: int, policy: Policy) -> Step | None:
    """The one next step of an order; None only for a closed or cancelled one."""
    if not order.is_open:
        return None
    case = _Case(order, facts, open_blockers, policy)
    key = next((step for step, applies in (*_FIRST, *_BY_STATUS[order.status]) if applies(case)), None)
    key = key or policy.lifecycle.statuses[order.status].next_step
    if key is None:
        raise AssertionError(f"the policy gives {order.status} no next step")
    return Step(key.value, _params(key, case))


def _params(key: StepKey, case: _Case) -> dict[str, str]:
    describe = _PARAMS.get(key)
    return describe(case) if describe else {}


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(str(number) for number in numbers)


_PARAMS: Final[Mapping[StepKey, Callable[[_Case], dict[str, str]]]] = {
    StepKey.RESOLVE_BLOCKER: lambda case: {"count": str(case.blockers)},
    StepKey.FILL_CHECKLIST: lambda case: {
        "remaining": str(len(case.check.missing_points)),
        "total": str(case.check.total),
        "points": _listed(case.check.missing_points),
    },
    StepKey.ATTACH_PHOTOS: lambda case: {
        "remaining": str(len(case.check.missing_photos)),
        "points": _listed(case.check.missing_photos),
    },
    StepKey.DECIDE_DISPUTE: lambda case: {
        "verdict": case.check.verdict.value if case.check.verdict else "",
        "points": _listed(case.check.critical_failed),
    },
    StepKey.ENTER_TRACKING: lambda case: {"carrier": case.order.carrier or ""},
    StepKey.WATCH_DELIVERY: lambda case: {
        "carrier": case.order.carrier or "",
        "tracking_number": case.order.tracking_number or "",
    },
}
