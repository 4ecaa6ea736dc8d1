"""Who may do what: the pure part of the gate (docs/DOMAIN.md 8). Deny by default."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Final

from domain.people import ActorKind, Role
from domain.policy import Action, Approvals, AuthorityRule, Policy, Risk, VerdictKind

__all__ = ["NO_RULE", "Action", "GateVerdict", "Risk", "VerdictKind", "is_approved", "judge"]

NO_RULE: Final = "no-rule"


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """What the gate says and by which rule; `voters` and `quorum` count only where approval is needed.

    A rule that a risk turned into an approval is written with the risks behind it: `leaders-run-the-desk/money`.
    """

    kind: VerdictKind
    rule: str
    voters: frozenset[Role] = frozenset()
    quorum: int = 0


def judge(
    action: str,
    actor_kind: ActorKind,
    role: Role | None,
    *,
    owns_order: bool,
    risks: frozenset[Risk],
    amount_eur: Decimal | None,
    policy: Policy,
) -> GateVerdict:
    """Judge an action by the first matching rule of `authority.yaml`; no match is a refusal by `no-rule`.

    `role` is the person's role read from the database (None for timers, feed, agents). `owns_order` says whether the
    subject (order, task, clock, or for `set_availability` the shift) belongs to the person. Any risk turns "allow" into
    "needs approval", whoever asks; it never makes possible what the rules refuse. `amount_eur` counts with the money
    risk: above the bound two different people vote, and an unknown amount counts as above it.
    """
    rule = _first_match(action, actor_kind, role, owns_order, policy)
    if rule is None:
        return GateVerdict(VerdictKind.REFUSE, NO_RULE)
    if rule.verdict is VerdictKind.REFUSE:
        return GateVerdict(VerdictKind.REFUSE, rule.name)
    if not risks and rule.verdict is VerdictKind.ALLOW:
        return GateVerdict(VerdictKind.ALLOW, rule.name)
    name = "/".join([rule.name, *(["+".join(sorted(risks))] if risks else [])])
    approvals = policy.approvals
    return GateVerdict(
        VerdictKind.NEEDS_APPROVAL, name, _voters(risks, approvals), _quorum(risks, amount_eur, approvals)
    )


def _first_match(
    action: str, actor_kind: ActorKind, role: Role | None, owns_order: bool, policy: Policy
) -> AuthorityRule | None:
    for rule in policy.authority.rules:
        speaks_of_actor = actor_kind in rule.actors and (actor_kind is not ActorKind.PERSON or role in rule.roles)
        if speaks_of_actor and action in rule.actions and (owns_order or not rule.own_only):
            return rule
    return None


def _voters(risks: frozenset[Risk], approvals: Approvals) -> frozenset[Role]:
    """Those who may vote on any risk present; without a risk, the default voters."""
    if not risks:
        return frozenset(approvals.default_voters)
    return reduce(frozenset[Role].union, (frozenset(approvals.voters[risk]) for risk in risks))


def is_approved(approving: Sequence[Role], risks: frozenset[Risk], quorum: int, policy: Policy) -> bool:
    """Whether these approving votes suffice: as many people as the quorum, and for each risk one who may answer for it.

    A lost, paid bike (money and law) above the bound thus takes an owner and one more head or owner.
    """
    covered = all(set(approving) & set(policy.approvals.voters[risk]) for risk in risks)
    return len(approving) >= quorum and covered


def _quorum(risks: frozenset[Risk], amount_eur: Decimal | None, approvals: Approvals) -> int:
    if Risk.MONEY not in risks:
        return 1
    return 2 if amount_eur is None or abs(amount_eur) > approvals.two_people_above_eur else 1
