"""Follow-up drafts for a client who has not decided: a text that the manager reads, changes and sends by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agents.toolbox import ModelTool
from domain.foreign import Fact
from domain.queries import LookAtOrder
from graph.duties.checks import promised_to_client, too_long, ungrounded
from graph.session import Session

LONGEST: Final = 2_000
"""Characters of a draft."""


@dataclass(frozen=True, slots=True)
class FollowUpDraft:
    """One step of the plan in `policy/followups.yaml`, worded for this client and this bike."""

    task: str = "follow_up"
    remembers: bool = False

    def slots(self, session: Session) -> Mapping[str, str]:
        """The present."""
        return {"now": session.local_now}

    async def gather(self, session: Session) -> Mapping[str, Fact]:
        """The order, the step, and the catalogue's draft of it."""
        answer = await session.agency.look(session.run, LookAtOrder(order=str(session.turn.about["order"])))
        session.learn(answer)
        return {
            "order": answer.facts,
            "step": str(session.turn.about["step"]),
            "draft_by_rules": str(session.turn.about["plain"]),
        }

    def tools(self, session: Session) -> Sequence[ModelTool]:
        """None: it writes, it does not act."""
        return ()

    def findings(self, session: Session, text: str) -> Sequence[str]:
        """Nothing invented, nothing promised, and no longer than a client reads."""
        return too_long(text, LONGEST) or [*ungrounded(session, text), *promised_to_client(text)]

    async def plain(self, session: Session) -> str | None:
        """The catalogue's draft."""
        return str(session.turn.about["plain"])

    async def enact(self, session: Session, text: str) -> str:
        """A draft sets nothing off: a person sends it."""
        return text
