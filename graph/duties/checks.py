"""What duties have in common: who speaks, which tools are held, and the checks that every text passes."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from agents.intents import asked_orders
from agents.toolbox import ModelTool, ToolKind
from domain.journal import Outcome
from graph.session import Session
from guardrails.agency import Known
from guardrails.approval.proposals import Waiting
from guardrails.gate import Done
from guardrails.text.claims import PROPOSED, unfounded_claims
from guardrails.text.grounding import Grounds
from guardrails.text.promises import Promised, promises
from guardrails.text.told_deeds import approved_money, deeds_told


def asker_and_present(session: Session) -> Mapping[str, str]:
    """What a conversation's prompt leaves open: who speaks, and when."""
    asker = session.turn.about.get("asker", {})
    return {
        "now": session.local_now,
        "asker": str(asker.get("name", "")),
        "asker_role": str(asker.get("role", "")),
    }


def held(session: Session) -> Sequence[ModelTool]:
    """The role's tools; after an interrupted attempt that has done something, only those that read."""
    tools = session.agent.tools.values()
    return [tool for tool in tools if tool.kind is ToolKind.READ or not session.writes_closed]


def reading(session: Session) -> Sequence[ModelTool]:
    """The role's tools that change nothing."""
    return [tool for tool in session.agent.tools.values() if tool.kind is ToolKind.READ]


def ungrounded(session: Session, text: str) -> list[str]:
    """Numbers, dates and codes that no fact of the run knows."""
    # The offline model's own help names examples; a language model is not told of them.
    own = [session.texts.get("offline-help")] if session.model is session.crew.offline else []
    grounds = Grounds([*session.run.facts, *session.known, *own], words=session.turn.words, zone=session.zone)
    return [f"ungrounded: {found.said}" for found in grounds.ungrounded(text)]


def promised(session: Session, text: str) -> list[str]:
    """Promises that only an approval may make; what the facts tell as approved may be told as settled."""
    approved = approved_money(_told(session))
    return [
        f"promise-{found.kind.value}: {found.said}"
        for found in promises(text)
        if not (found.settled and _is_approved(found, approved))
    ]


def promised_to_client(text: str) -> list[str]:
    """Promises in a text that goes out of the house: there nothing is told as settled either."""
    return [f"promise-{found.kind.value}: {found.said}" for found in promises(text)]


def claimed(session: Session, text: str) -> list[str]:
    """Deeds that the text claims, and that neither this turn has done nor its facts tell.

    What the asker has just ordered must have been done now: that it was done once before is no ground.
    """
    asked = session.run.asked_actions
    done = {*session.done, *(deeds_told(_told(session)) - asked)}
    if any(effect.outcome == Outcome.WAITING for effect in (*session.past, *session.run.effects)):
        done.add(PROPOSED)
    describes = not asked and bool(session.run.facts or session.known)
    return [f"claim: {found.said}" for found in unfounded_claims(text, done=done, describes=describes)]


def too_long(text: str, limit: int) -> list[str]:
    """More characters than its readers can be asked to read."""
    return [f"too-long: {limit}"] if len(text) > limit else []


def is_done(came: Done | Waiting | Known) -> bool:
    """Whether it has happened, now or in an earlier attempt: not where it waits for people or was only written down."""
    outcome = came.outcome if isinstance(came, Done) else came.effect.outcome if isinstance(came, Known) else None
    return outcome == Outcome.DONE


def _told(session: Session) -> Sequence[Mapping[str, object]]:
    return [*session.run.facts, *session.known]


def _is_approved(found: Promised, approved: Mapping[str, AbstractSet[str]]) -> bool:
    """Whether that kind of money was approved, for every order that the sentence names."""
    orders = approved.get(found.kind.value)
    return orders is not None and asked_orders(found.sentence) <= orders
