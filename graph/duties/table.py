"""Which duty a turn calls for."""

from collections.abc import Mapping
from typing import Final

from graph.duties.approval import ApprovalDecided
from graph.duties.arbitration import Arbitration
from graph.duties.chat import Chat
from graph.duties.duty import Duty
from graph.duties.follow_up import FollowUpDraft
from graph.duties.next_steps import NextSteps
from store.turns import TurnKind

DUTIES: Final[Mapping[TurnKind, Duty]] = {
    TurnKind.CHAT: Chat(),
    TurnKind.NEXT_STEPS: NextSteps(),
    TurnKind.FOLLOW_UP: FollowUpDraft(),
    TurnKind.APPROVAL_DECIDED: ApprovalDecided(),
    TurnKind.ARBITRATION: Arbitration(),
}


def duty_of(kind: TurnKind) -> Duty:
    """The duty behind a kind of turn."""
    return DUTIES[kind]
