"""Where an order may go, what the move touches, and what lacks for it (docs/DOMAIN.md 2)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Final

from domain.checklist import Answer, Progress, progress
from domain.errors import TransitionRefusedError
from domain.orders import CancelReason, ClientDecision, Compliance, Order, Status, Verdict
from domain.policy import Circumstance, Evidence, Policy, Risk, TransitionKind, TransitionRule

__all__ = [
    "OrderFacts",
    "PriceRuling",
    "Ruling",
    "Target",
    "TransitionKind",
    "legal_targets",
    "price_ruling",
    "rule_transition",
    "targets",
]

_RISKS: Final = {
    TransitionKind.DISPUTED: Risk.DISPUTED,
    TransitionKind.MONEY: Risk.MONEY,
    TransitionKind.LEGAL: Risk.LEGAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """What a ruling needs beside the order itself: its check, its notes, and what the asker says of this move.

    `paid` (EUR) and `claim_open` add to what the order carries, they never take away. `contacted`: the seller was
    contacted since the order was accepted. `approval_pending`: a human's decision on this order is awaited.
    `arrival_due`: the transit limit is so near that the arrival should be asked for.
    """

    answers: Mapping[int, Answer] = field(default_factory=dict[int, Answer])
    has_note: bool = False
    paid: Decimal = Decimal(0)
    claim_open: bool = False
    cancel_reason: CancelReason | None = None
    cancel_note: str = ""
    reason: str = ""
    contacted: bool = False
    approval_pending: bool = False
    arrival_due: bool = False


@dataclass(frozen=True, slots=True)
class Ruling:
    """A legal move: its kinds, and the machine names of what lacks (`checklist:14`, `photo:5`, `note`, ...)."""

    kinds: frozenset[TransitionKind]
    missing: tuple[str, ...]

    @property
    def risks(self) -> frozenset[Risk]:
        """What the gate must know of the move; not empty means that a human has to approve it."""
        return frozenset(_RISKS[kind] for kind in self.kinds if kind in _RISKS)


class PriceRuling(StrEnum):
    """What the price window says of a bike (docs/DOMAIN.md 10)."""

    ACCEPTED = "accepted"
    BLOCKED_ABOVE = "blocked_above"
    REFUSED_BELOW = "refused_below"


@dataclass(frozen=True)
class _Case:
    order: Order
    facts: OrderFacts
    policy: Policy

    @cached_property
    def check(self) -> Progress:
        """How far the check has come; computed only where a rule asks for it."""
        return progress(self.facts.answers, self.order, self.policy)


def price_ruling(price_eur: Decimal, policy: Policy) -> PriceRuling:
    """Inside the window (both ends inclusive) accepted; above it compliance blocks, below it intake refuses."""
    window = policy.money.price_window
    if price_eur > window.maximum_eur:
        return PriceRuling.BLOCKED_ABOVE
    return PriceRuling.ACCEPTED if price_eur >= window.minimum_eur else PriceRuling.REFUSED_BELOW


def legal_targets(order: Order, policy: Policy) -> tuple[Status, ...]:
    """Where the order may go from its status, in the order of the table; nowhere from a terminal one."""
    return policy.lifecycle.targets(order.status)


def rule_transition(order: Order, to: Status, facts: OrderFacts, policy: Policy) -> Ruling:
    """Judge a move by the transition table.

    Raises `TransitionRefusedError` (with the legal targets) when the table does not know the move. Otherwise says
    what it touches and what lacks: a move is possible once nothing lacks and the gate lets its risks pass.
    """
    rule = policy.lifecycle.transition(order.status, to)
    if rule is None:
        raise TransitionRefusedError(
            order=order.code, source=order.status, target=to, allowed=legal_targets(order, policy)
        )
    case = _Case(order, facts, policy)
    missing = tuple(item for evidence in rule.evidence for item in _LACKING[evidence](case))
    return Ruling(_kinds(rule, case), missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the order may go: what the move touches, whether a human must approve it, what lacks for it."""

    to: Status
    kinds: Sequence[TransitionKind]
    needs_approval: bool
    missing: Sequence[str]

    @property
    def risks(self) -> frozenset[Risk]:
        """What the gate must know of the move."""
        return frozenset(_RISKS[kind] for kind in self.kinds if kind in _RISKS)


def targets(order: Order, facts: OrderFacts, policy: Policy) -> tuple[Target, ...]:
    """Every legal move from where the order stands, in the order of the table."""
    return tuple(_target(order, to, facts, policy) for to in legal_targets(order, policy))


def _target(order: Order, to: Status, facts: OrderFacts, policy: Policy) -> Target:
    ruling = rule_transition(order, to, facts, policy)
    return Target(to=to, kinds=sorted(ruling.kinds), needs_approval=bool(ruling.risks), missing=ruling.missing)


def _kinds(rule: TransitionRule, case: _Case) -> frozenset[TransitionKind]:
    """The kinds of every circumstance that is present; without any, the plain kinds of the rule."""
    present = [kinds for circumstance, kinds in rule.kinds_if.items() if _PRESENT[circumstance](case)]
    return frozenset(kind for kinds in present for kind in kinds) or frozenset(rule.kinds)


_PRESENT: Final[Mapping[Circumstance, Callable[[_Case], bool]]] = {
    Circumstance.PAID: lambda case: max(case.facts.paid, case.order.paid_eur) > 0,
    Circumstance.RED_VERDICT: lambda case: case.check.verdict is Verdict.RED,
    Circumstance.CRITICAL_PROBLEM: lambda case: bool(case.check.critical_failed),
}


def _unless(present: bool, name: Evidence) -> tuple[str, ...]:
    return () if present else (name.value,)


def _cancel_lacks(case: _Case) -> tuple[str, ...]:
    rule, reason = case.policy.lifecycle.cancel, case.facts.cancel_reason
    if reason is None or reason not in rule.reasons:
        return (Evidence.CANCEL_REASON.value,)
    return ("cancel_note",) if reason in rule.note_needed_for and not case.facts.cancel_note.strip() else ()


# A red verdict does not lack: it makes the move disputed. The payment does not stand here either: the approval of the
# money move is the human's confirmation of it.
_LACKING: Final[Mapping[Evidence, Callable[[_Case], tuple[str, ...]]]] = {
    Evidence.OWNER: lambda case: _unless(case.order.owner_id is not None, Evidence.OWNER),
    Evidence.CHECKLIST: lambda case: tuple(f"checklist:{number}" for number in case.check.missing_points),
    Evidence.PHOTOS: lambda case: tuple(f"photo:{number}" for number in case.check.missing_photos),
    Evidence.VERDICT: lambda case: _unless(case.check.verdict is not None, Evidence.VERDICT),
    Evidence.NOTE: lambda case: _unless(case.facts.has_note, Evidence.NOTE),
    Evidence.CLIENT_DECISION: lambda case: _unless(
        case.order.client_decision is ClientDecision.CONFIRMED, Evidence.CLIENT_DECISION
    ),
    Evidence.COMPLIANCE: lambda case: _unless(case.order.compliance is Compliance.CLEAR, Evidence.COMPLIANCE),
    Evidence.CARRIER: lambda case: _unless(bool(case.order.carrier), Evidence.CARRIER),
    Evidence.TRACKING_NUMBER: lambda case: _unless(bool(case.order.tracking_number), Evidence.TRACKING_NUMBER),
    Evidence.DISPATCH_DATE: lambda case: _unless(case.order.dispatch_date is not None, Evidence.DISPATCH_DATE),
    Evidence.DELIVERY_CONFIRMATION: lambda case: _unless(
        case.order.delivery_confirmed_at is not None, Evidence.DELIVERY_CONFIRMATION
    ),
    Evidence.CLAIM_CLOSED: lambda case: _unless(
        not (case.order.claim_open or case.facts.claim_open), Evidence.CLAIM_CLOSED
    ),
    Evidence.CANCEL_REASON: _cancel_lacks,
    Evidence.REASON: lambda case: _unless(bool(case.facts.reason.strip()), Evidence.REASON),
}
