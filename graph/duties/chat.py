"""Chat: a person speaks with a role; the role looks, acts within its grants, asks back, answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from agents.toolbox import ModelTool
from domain.errors import DeskError
from domain.foreign import Fact
from domain.queries import LookAtOrder
from graph.duties.checks import asker_and_present, claimed, held, promised, too_long, ungrounded
from graph.session import Session
from store.agents.effects import PastEffect

LOOKED_UP: Final = 3
"""Orders that the words name are looked up before the role thinks, so many at most."""


LONGEST: Final = 8_000
"""Characters of an answer: two messages of Telegram."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation; it remembers."""

    task: str = "chat"
    remembers: bool = True

    def slots(self, session: Session) -> Mapping[str, str]:
        """The asker and the present."""
        return asker_and_present(session)

    async def gather(self, session: Session) -> Mapping[str, Fact]:
        """Orders that a question names. A request to act is not prepared: what it reads would make it careful."""
        if session.run.asked_actions:
            return {}
        found: dict[str, Fact] = {}
        for code in sorted(session.run.asked_orders)[:LOOKED_UP]:
            try:
                answer = await session.agency.look(session.run, LookAtOrder(order=code))
            except DeskError as error:
                found[code] = {"error": error.code, "allowed": list(error.allowed)}
                continue
            session.learn(answer)
            found[code] = answer.facts
        return {"orders": found} if found else {}

    def tools(self, session: Session) -> Sequence[ModelTool]:
        """All that the role holds."""
        return held(session)

    def findings(self, session: Session, text: str) -> Sequence[str]:
        """Grounding, promises, claims, length; what is much too long is not even read."""
        long = too_long(text, LONGEST)
        return long or [*ungrounded(session, text), *promised(session, text), *claimed(session, text)]

    async def plain(self, session: Session) -> str | None:
        """The offline model answers in the model's place; what it cannot go on with is told in one honest sentence."""
        if session.model is not session.crew.offline:
            return None
        if session.past:
            return session.texts.get(
                "agent-interrupted", done="; ".join(_told(effect, session) for effect in session.past)
            )
        return session.texts.get("agent-cannot-answer", role=session.agent.name)

    async def enact(self, session: Session, text: str) -> str:
        """Say who answered when it was no language model."""
        if session.run.author != session.crew.offline.name:
            return text
        return f"{text}\n\n{session.texts.get('agent-stamp-offline', model=session.run.author)}"


def _told(effect: PastEffect, session: Session) -> str:
    say = session.texts.get
    return f"{say(f'action-{effect.action}')}: {say(f'outcome-{effect.outcome}')}"
