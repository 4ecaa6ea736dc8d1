"""Next steps: a short checklist for the owner of one order, for this moment; rules say what, the model says it well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agents.toolbox import ModelTool
from domain.foreign import Fact
from domain.queries import LookAtOrder
from graph.duties.checks import claimed, promised, too_long, ungrounded
from graph.session import Session
from store.agents.written import Written

LONGEST: Final = 900
"""Characters of a checklist."""


@dataclass(frozen=True, slots=True)
class NextSteps:
    """The text is kept with the digest of the facts it was written on: the same facts are not thought about twice."""

    task: str = "next_steps"
    remembers: bool = False

    def slots(self, session: Session) -> Mapping[str, str]:
        """The present."""
        return {"now": session.local_now}

    async def gather(self, session: Session) -> Mapping[str, Fact]:
        """The order in full, and the step that the rules say."""
        answer = await session.agency.look(session.run, LookAtOrder(order=str(session.turn.about["order"])))
        session.learn(answer)
        return {"order": answer.facts, "rules_say": str(session.turn.about["plain"])}

    def tools(self, session: Session) -> Sequence[ModelTool]:
        """None: everything is on the table."""
        return ()

    def findings(self, session: Session, text: str) -> Sequence[str]:
        """Grounding, promises, claims, and length: it is read on a phone."""
        long = too_long(text, LONGEST)
        return long or [*ungrounded(session, text), *promised(session, text), *claimed(session, text)]

    async def plain(self, session: Session) -> str | None:
        """What the rules say, as it went out at once."""
        return str(session.turn.about["plain"])

    async def enact(self, session: Session, text: str) -> str:
        """Keep a model's text for as long as its facts stand."""
        if session.run.author != "rules":
            await session.agency.keep_text(
                self.task,
                int(session.turn.about["order_id"]),
                session.turn.locale,
                Written(
                    facts_digest=str(session.turn.about["facts_digest"]),
                    text=text,
                    model=session.run.author,
                    at=session.agency.now,
                ),
            )
        return text
