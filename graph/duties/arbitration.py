"""Arbitration: circles disagree about an order; the order of priority rules by code, the arbiter words the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from agents.toolbox import ModelTool
from domain.commands import RuleConflict
from domain.errors import DeskError
from domain.foreign import Fact
from domain.queries import LookAtOrder, Precedents
from graph.duties.checks import is_done, promised, too_long, ungrounded
from graph.session import Session
from store.agents.turns import TurnSupersededError

LONGEST: Final = 1_800
"""Characters of a ruling's reason."""


@dataclass(frozen=True, slots=True)
class Arbitration:
    """Nothing that is written here changes who prevails: the gate works it out again when the ruling is stored."""

    task: str = "arbitration"
    remembers: bool = False

    def slots(self, session: Session) -> Mapping[str, str]:
        """The present."""
        return {"now": session.local_now}

    async def gather(self, session: Session) -> Mapping[str, Fact]:
        """The positions with the ruling, the precedents between these circles, and the order."""
        code = str(session.turn.about["order"])
        conflict = await session.agency.look(session.run, Precedents(order=code))
        earlier = await session.agency.look(session.run, Precedents(limit=5))
        order = await session.agency.look(session.run, LookAtOrder(order=code))
        for answer in (conflict, earlier, order):
            session.learn(answer)
        return {"conflict": conflict.facts, "precedents": earlier.facts, "order": order.facts}

    def tools(self, session: Session) -> Sequence[ModelTool]:
        """None: the ruling is made, it only has to be said."""
        return ()

    def findings(self, session: Session, text: str) -> Sequence[str]:
        """Grounding, promises, length, and that it names who prevails."""
        return [
            *ungrounded(session, text),
            *promised(session, text),
            *_winner_not_named(_conflict(session), text),
            *too_long(text, LONGEST),
        ]

    async def plain(self, session: Session) -> str | None:
        """The ruling in the catalogue's words."""
        found, order = _conflict(session), str(session.turn.about["order"])
        if found is None:
            return session.texts.get("arbitration-none", order=order)
        winner = found["winner"]
        return session.texts.get(
            "arbitration-ruled",
            order=order,
            winner=str(winner["name"]),
            circle=str(winner["circle"]),
            stance=str(winner["stance"]),
            losers=", ".join(str(each["name"]) for each in found["losers"]),
            rule=str(found["rule"]),
            precedent=str(found["precedent_ruling"] or "none"),
        )

    async def enact(self, session: Session, text: str) -> str:
        """Store the ruling with these words; what the gate refuses is said, and the signal stays with the people."""
        if _conflict(session) is None:
            return text
        order = str(session.turn.about["order"])
        try:
            done = await session.agency.act(session.run, RuleConflict(order=order, reason=text))
        except TurnSupersededError:
            raise
        except DeskError as error:
            return session.texts.get("arbitration-refused", order=order, code=error.code)
        if is_done(done):
            session.done.append(RuleConflict.action.value)
        await session.told(step="ruled", order=order, result=type(done).__name__)
        return text


def _winner_not_named(found: Mapping[str, Any] | None, text: str) -> list[str]:
    if found is None or found["winner"]["name"] in text or found["winner"]["role"] in text:
        return []
    return [f"winner-not-named: {found['winner']['name']}"]


def _conflict(session: Session) -> Mapping[str, Any] | None:
    """The conflict as it was gathered; None when it had ended by then."""
    for facts in session.run.facts:
        if "open_positions" in facts:
            return facts["conflict"]
    return None
