"""Which duty a turn calls for."""

from collections.abc import Mapping
from typing import Final

from domain.policy import DigestKind, Policy
from graph.duties.approval import ApprovalDecided
from graph.duties.arbitration import Arbitration
from graph.duties.chat import Chat
from graph.duties.digest import DigestDuty
from graph.duties.follow_up import FollowUpDraft
from graph.duties.next_steps import NextSteps
from graph.session import Duty
from store.agents.turns import (
    Turn,
    TurnKind,
)

DUTIES: Final[Mapping[TurnKind, Duty]] = {
    TurnKind.CHAT: Chat(),
    TurnKind.NEXT_STEPS: NextSteps(),
    TurnKind.FOLLOW_UP: FollowUpDraft(),
    TurnKind.APPROVAL_DECIDED: ApprovalDecided(),
    TurnKind.ARBITRATION: Arbitration(),
}


def duty_of(turn: Turn, policy: Policy) -> Duty:
    """The duty behind a turn; a digest's keeps what it gathers, so each turn has its own."""
    if turn.kind is TurnKind.DIGEST:
        kind = DigestKind(turn.about["kind"])
        return DigestDuty(kind, prompt_name=policy.digests.kinds[kind].duty.value)
    return DUTIES[turn.kind]
