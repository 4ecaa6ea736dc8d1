"""The only door to the READ tools: who asks is known before anything is read, and sees what they may see, no more."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.answers import Answer
from domain.errors import ForbiddenError
from domain.people import Actor, ActorKind
from domain.policy import Policy
from domain.queries import Query
from domain.timeline import Timeline
from domain.viewers import Viewer
from guardrails.rules_in_force import RulesInForce
from store import people
from store.database import Database
from tools.looking.registry import LookContext, look_for

OF_THE_HOUSE: Final = frozenset({ActorKind.TIMER, ActorKind.OPERATOR})
"""The desk's own timers, and whoever holds the machine at the command line: they see all."""


class Reader:
    """Answers READ requests, each from one snapshot of the database."""

    def __init__(self, db: Database, rules: Policy | RulesInForce, timeline: Timeline) -> None:
        self.db = db
        self.rules = rules if isinstance(rules, RulesInForce) else RulesInForce(rules)
        self.timeline = timeline

    @property
    def policy(self) -> Policy:
        """The rules of this moment."""
        return self.rules.now.policy

    async def ask(self, query: Query, by: Actor) -> Answer:
        """The answer for this asker.

        A person sees what the API shows them, and so does an agent that acts for a person; an agent that acts for
        nobody sees the desk, each role through the tools it holds.

        Raises:
            ForbiddenError: the asker may not see this, or is nobody the desk knows.
            NotFoundError, InvalidInputError: what is asked for does not exist, or cannot be measured.
        """
        look = look_for(query)
        rules = self.rules.now
        async with self.db.reading() as tx:
            context = LookContext(
                policy=rules.policy,
                calendars=rules.calendars,
                now=self.timeline.now(),
                viewer=await self._viewer(tx, query, by),
            )
            return await look(tx, query, context)

    def _require_held(self, query: Query, role: str) -> None:
        """Raises ForbiddenError for a role that is not declared, and for one that does not hold this tool."""
        declared = self.policy.roles.roles.get(role)
        if declared is None:
            raise ForbiddenError(action=query.name, rule="unknown-role", role=role)
        if query.name not in declared.tools:
            raise ForbiddenError(action=query.name, rule="role-holds-no-such-tool", role=role)

    async def _viewer(self, tx: AsyncConnection, query: Query, by: Actor) -> Viewer:
        if by.kind in OF_THE_HOUSE:
            return Viewer(name=by.name)
        if by.kind is ActorKind.AGENT:
            self._require_held(query, by.name)
        if by.kind is ActorKind.AGENT and by.person_id is None:
            return Viewer(name=by.name)
        if by.kind in (ActorKind.AGENT, ActorKind.PERSON) and by.person_id is not None:
            return await _person(tx, query, by.person_id)
        raise ForbiddenError(action=query.name, rule="no-rule", role=by.kind)


async def _person(tx: AsyncConnection, query: Query, person_id: int) -> Viewer:
    """The person in the role that the database has now: it is never taken from the asker's word."""
    person = (await people.by_ids(tx, [person_id])).get(person_id)
    if person is None or not person.active:
        raise ForbiddenError(action=query.name, rule="unknown-person", role=f"person:{person_id}")
    return Viewer.person(person.id, person.role)
