"""Approval decided: whoever asked through a role hears what the people decided, and what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agents.toolbox import ModelTool
from domain.foreign import Fact, foreign
from graph.duties.checks import asker_and_present, claimed, promised, reading, too_long, ungrounded
from graph.session import Session

LONGEST: Final = 2_000
"""Characters of the news of one decision."""
TYPED: Final = ("why", "reason")


@dataclass(frozen=True, slots=True)
class ApprovalDecided:
    """A new run that starts from the decision; the effect, if any, was committed with the last vote."""

    task: str = "chat"
    remembers: bool = True

    def slots(self, session: Session) -> Mapping[str, str]:
        """As in a chat: it goes on there."""
        return asker_and_present(session)

    async def gather(self, session: Session) -> Mapping[str, Fact]:
        """The approval as it was decided; what people typed about it is data."""
        approval = dict(session.turn.about["approval"])
        session.run.foreign_read = True  # what people typed is on the table, and stays in the conversation
        typed: dict[str, Fact] = {name: foreign("note", approval[name]) for name in TYPED if name in approval}
        return {"approval": {**approval, **typed}}

    def tools(self, session: Session) -> Sequence[ModelTool]:
        """It may look; to act, somebody has to ask again."""
        return reading(session)

    def findings(self, session: Session, text: str) -> Sequence[str]:
        """Grounding, promises, claims, length: what was decided may be told as decided."""
        long = too_long(text, LONGEST)
        return long or [*ungrounded(session, text), *promised(session, text), *claimed(session, text)]

    async def plain(self, session: Session) -> str | None:
        """The outcome in one sentence of the catalogue."""
        approval = session.turn.about["approval"]
        return session.texts.get(
            "agent-approval-decided",
            approval=str(approval["id"]),
            what=session.texts.get(f"action-{approval['action']}"),
            order=str(approval.get("order", "none")),
            status=str(approval["status"]),
        )

    async def enact(self, session: Session, text: str) -> str:
        """Nothing follows by itself."""
        return text
