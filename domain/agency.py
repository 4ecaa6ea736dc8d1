"""What a role agent may do now: the rules' verdict, tempered by its role, its asker, its autonomy and its mode.

Everything here only makes a verdict stricter (docs/DOMAIN.md 8): nothing that the rules refuse or send to a human
becomes possible by who the agent is, for whom it acts, or what it has read. What a person who may do it orders by name
is that person's decision: the agent's own autonomy does not hold it up.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from domain.authority import GateVerdict
from domain.people import Role
from domain.policy import Approvals, Autonomy, VerdictKind

EVERY_ROLE: Final = "*"
"""The key of the mode that holds for all roles at once."""

NOT_ITS_TOOL: Final = "role-holds-no-such-tool"
SWITCHED_OFF: Final = "ai-is-off"
FOREIGN_TEXT_READ: Final = "foreign-text-read"
"""The run has read what a client or a seller wrote: from then on it acts only as the person's own words asked."""


class Mode(StrEnum):
    """How far the role agents are let: act, write down what they would do, or nothing at all."""

    ACT = "act"
    SHADOW = "shadow"
    OFF = "off"


LOOSENERS: Final = (Role.OWNER, Role.HEAD)
"""Who lets the role agents go on; whoever else runs the desk only makes a mode stricter."""


def settable(role: Role) -> tuple[Mode, ...]:
    """The modes that a person of this role may ever set."""
    return tuple(Mode) if role in LOOSENERS else (Mode.SHADOW, Mode.OFF)


_STRICTNESS: Final = {VerdictKind.ALLOW: 0, VerdictKind.NEEDS_APPROVAL: 1, VerdictKind.SHADOW: 2, VerdictKind.REFUSE: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an agent stands on now: whether its role holds the tool, its autonomy for it, the mode, a caution."""

    holds: bool
    autonomy: Autonomy
    mode: Mode
    caution: str | None = None
    asked: bool = False
    """A person ordered this by name, in their own words."""


def strictest(*modes: Mode) -> Mode:
    """The mode that lets the least happen."""
    return max(modes, key=[*Mode].index, default=Mode.ACT)


def tempered(
    verdict: GateVerdict, standing: Standing, approvals: Approvals, *, person: GateVerdict | None = None
) -> GateVerdict:
    """The verdict on an agent's action; `person` is the verdict on the same action by the person it acts for."""
    if standing.mode is Mode.OFF:
        return GateVerdict(VerdictKind.REFUSE, SWITCHED_OFF)
    if person is not None:
        verdict = _stricter(verdict, person)
    if verdict.kind is VerdictKind.REFUSE:
        return verdict
    if not standing.holds:
        return GateVerdict(VerdictKind.REFUSE, NOT_ITS_TOOL)
    if standing.mode is Mode.SHADOW or standing.autonomy is Autonomy.SHADOW:
        return replace(verdict, kind=VerdictKind.SHADOW, rule=f"{verdict.rule}/shadow")
    if verdict.kind is VerdictKind.NEEDS_APPROVAL:
        return verdict
    if standing.caution is not None:
        return _proposed(verdict, standing.caution, approvals)
    if standing.autonomy is Autonomy.PROPOSE and not (standing.asked and person is not None):
        return _proposed(verdict, "propose", approvals)
    return verdict


def _stricter(one: GateVerdict, other: GateVerdict) -> GateVerdict:
    return max(one, other, key=lambda verdict: _STRICTNESS[verdict.kind])


def _proposed(verdict: GateVerdict, because: str, approvals: Approvals) -> GateVerdict:
    voters = frozenset[Role](approvals.default_voters)
    return GateVerdict(VerdictKind.NEEDS_APPROVAL, f"{verdict.rule}/{because}", voters, 1)
