"""What a card about a breach may offer, by the rules of the tools: what AI-ROP proposes, whether time can be given."""

from domain.policy import ClockKind
from tools.ladder import MOVABLE
from tools.step_notice import DEFAULT_PROPOSAL, PROPOSAL_OF


def proposal_for(kind: str) -> str:
    """What AI-ROP proposes for a breach of this clock: `extend`, `reassign` or `task`."""
    return PROPOSAL_OF.get(ClockKind(kind), DEFAULT_PROPOSAL)


def may_extend(kind: str) -> bool:
    """Whether people may give this clock more time."""
    return ClockKind(kind) in MOVABLE
