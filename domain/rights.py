"""Who may do what with one order as it stands: the rules of authority asked for every deed and every kind of person.

Nothing here is a rule of its own about people: whether somebody may is `domain/authority.py`'s word (docs/DOMAIN.md 8).
What can be done with an order in this state at all is the table `_FITS`, which says what the tools would refuse anyway.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from domain.authority import GateVerdict, judge
from domain.followups import is_undecided
from domain.lifecycle import Target
from domain.orders import ClientDecision, Order, Status
from domain.people import ActorKind, Role
from domain.policy import Action, Policy, Risk, VerdictKind


class Somebody(StrEnum):
    """The kinds of people that the rules tell apart: by role, and managers by whose order it is."""

    OWNER = "owner"
    HEAD = "head"
    ADMIN = "admin"
    MANAGER_OWN = "manager_own"
    MANAGER_OTHER = "manager_other"
    VIEWER = "viewer"


_WHO: Final[Mapping[Somebody, tuple[Role, bool]]] = {
    Somebody.OWNER: (Role.OWNER, False),
    Somebody.HEAD: (Role.HEAD, False),
    Somebody.ADMIN: (Role.ADMIN, False),
    Somebody.MANAGER_OWN: (Role.MANAGER, True),
    Somebody.MANAGER_OTHER: (Role.MANAGER, False),
    Somebody.VIEWER: (Role.VIEWER, False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that can be done with the order now; `to` is where a move leads, `amount_eur` the money in it.

    None is an amount that nobody knows before somebody names it; it counts as a large one.
    """

    action: Action
    to: Status | None = None
    risks: frozenset[Risk] = frozenset()
    amount_eur: Decimal | None = None

    def verdict(self, role: Role, *, owns_order: bool, policy: Policy) -> GateVerdict:
        """What the gate would say to such a person."""
        return judge(
            self.action,
            ActorKind.PERSON,
            role,
            owns_order=owns_order,
            risks=self.risks,
            amount_eur=self.amount_eur,
            policy=policy,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """One deed, and what the gate would say to each kind of person."""

    deed: Deed
    verdicts: Mapping[Somebody, GateVerdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtHand:
    """What beside the order itself decides which deeds there are: what is open on it."""

    clocks: bool = False
    paused: bool = False
    violations: bool = False
    tasks: bool = False
    blockers: bool = False


Fits = Callable[[Order, AtHand], bool]


def _in(*statuses: Status) -> Fits:
    return lambda order, _: order.status in statuses


def _is_open(order: Order, _: AtHand) -> bool:
    return order.is_open


def _is_owned(order: Order, _: AtHand) -> bool:
    return order.is_open and order.owner_id is not None


_FITS: Final[Mapping[Action, Fits]] = {
    Action.ACCEPT_ORDER: _in(Status.PENDING_MANAGER),
    Action.DECLINE_ORDER: lambda order, _: order.status is Status.PENDING_MANAGER and order.owner_id is not None,
    Action.ANSWER_CHECKLIST: _in(Status.UNDER_INSPECTION),
    Action.RECORD_CLIENT_DECISION: _in(Status.AWAITING_PAYMENT),
    Action.DRAFT_FOLLOW_UP: lambda order, _: is_undecided(order) and order.owner_id is not None,
    Action.RECORD_COMPLIANCE: _is_open,
    Action.RECORD_PAYMENT: _is_open,
    Action.CONFIRM_PAYMENT: lambda order, _: (
        order.status is Status.AWAITING_PAYMENT and order.client_decision is ClientDecision.CONFIRMED
    ),
    Action.SET_LOGISTICS: _in(Status.READY_FOR_SHIPMENT, Status.IN_TRANSIT),
    Action.RECORD_DELIVERY: _in(Status.IN_TRANSIT),
    Action.OPEN_CLAIM: lambda order, _: order.status is Status.DELIVERED and not order.claim_open,
    Action.CLOSE_CLAIM: lambda order, _: order.claim_open,
    Action.ADD_NOTE: _is_open,
    Action.RECORD_CONTACT: _is_open,
    Action.CREATE_TASK: _is_open,
    Action.COMPLETE_TASK: lambda _, at_hand: at_hand.tasks,
    Action.OPEN_BLOCKER: _is_open,
    Action.CLOSE_BLOCKER: lambda _, at_hand: at_hand.blockers,
    Action.ASSIGN_ORDER: lambda order, _: order.is_open and order.owner_id is None,
    Action.REASSIGN_ORDER: _is_owned,
    Action.REMIND: _is_owned,
    Action.ESCALATE: _is_open,
    Action.REPRIORITISE: _is_open,
    Action.EXTEND_CLOCK: lambda _, at_hand: at_hand.clocks,
    Action.PAUSE_CLOCK: lambda _, at_hand: at_hand.clocks,
    Action.RESUME_CLOCK: lambda _, at_hand: at_hand.paused,
    Action.ACKNOWLEDGE: lambda _, at_hand: at_hand.violations,
    Action.SNOOZE: lambda _, at_hand: at_hand.violations,
    Action.RESOLVE: lambda _, at_hand: at_hand.violations,
    Action.PROPOSE_DISCOUNT: lambda order, _: order.status is Status.AWAITING_PAYMENT and order.paid_eur <= 0,
    Action.PROPOSE_REFUND: lambda order, _: order.paid_eur > 0,
    Action.PROPOSE_COMPENSATION: lambda order, _: order.paid_eur > 0,
    Action.REFUSE_ON_LEGAL_GROUNDS: _is_open,
}
_ASKS: Final[Mapping[Action, Risk]] = {
    Action.CONFIRM_PAYMENT: Risk.MONEY,
    Action.PROPOSE_DISCOUNT: Risk.MONEY,
    Action.PROPOSE_REFUND: Risk.MONEY,
    Action.PROPOSE_COMPENSATION: Risk.MONEY,
    Action.REFUSE_ON_LEGAL_GROUNDS: Risk.LEGAL,
}
"""What these always touch (`tools/money.py`, `tools/rules.py`): their rules ask people anyway, this says whom."""


def deeds(
    order: Order, targets: Sequence[Target], at_hand: AtHand, *, client_total_eur: Decimal | None
) -> tuple[Deed, ...]:
    """Everything that can be done with the order as it stands: the moves first. Nothing with an order of history."""
    if order.source == "history":
        return ()
    moves = [_move(order, target, client_total_eur) for target in targets]
    others = [_deed(action) for action, fits in _FITS.items() if fits(order, at_hand)]
    accepts = [deed for deed in others if deed.action is Action.ACCEPT_ORDER]
    taken_up = [deed for deed in moves if not (accepts and deed.to is Status.UNDER_INSPECTION)]
    return (*accepts, *taken_up, *(deed for deed in others if deed not in accepts))


def rights(all_deeds: Iterable[Deed], policy: Policy) -> tuple[Right, ...]:
    """What the gate would say to each kind of person, for each deed."""
    return tuple(
        Right(
            deed=deed,
            verdicts={who: deed.verdict(role, owns_order=owns, policy=policy) for who, (role, owns) in _WHO.items()},
        )
        for deed in all_deeds
    )


def allowed(all_deeds: Iterable[Deed], role: Role, *, owns_order: bool, policy: Policy) -> frozenset[Action]:
    """The actions that are not refused to this person, whether at once or after an approval."""
    said = ((deed.action, deed.verdict(role, owns_order=owns_order, policy=policy)) for deed in all_deeds)
    return frozenset(action for action, verdict in said if verdict.kind is not VerdictKind.REFUSE)


def _deed(action: Action) -> Deed:
    risk = _ASKS.get(action)
    return Deed(action=action, risks=frozenset() if risk is None else frozenset({risk}))


def _move(order: Order, target: Target, client_total_eur: Decimal | None) -> Deed:
    cancels = target.to is Status.CANCELLED
    unpaid = cancels and order.payment_confirmed_at is None
    whole = None if client_total_eur is None else max(client_total_eur, order.paid_eur)
    return Deed(
        action=Action.CANCEL_ORDER if cancels else Action.ADVANCE_ORDER,
        to=target.to,
        risks=target.risks,
        amount_eur=order.paid_eur if unpaid else whole,
    )
