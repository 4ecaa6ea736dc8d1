"""How a role agent's run looks and acts: through the gate, each call once, and only as far as its grants go.

A run belongs to one attempt of one turn. Its calls are keyed by what they ask, so that an attempt after a crash finds
what the one before it did instead of doing it again; an attempt that has been overtaken is fenced off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from domain.agency import FOREIGN_TEXT_READ, SWITCHED_OFF, Mode
from domain.answers import Answer
from domain.commands import Command
from domain.errors import ForbiddenError
from domain.journal import Entry, Outcome, digest
from domain.naming import is_named, person_named
from domain.notices import Notice
from domain.people import Actor, Role
from domain.policy import CHOSEN_BY_RULES, VerdictKind
from domain.queries import Query
from guardrails.approval.proposals import (
    Waiting,
    arguments_of,
)
from guardrails.gate import Done, Gate
from guardrails.reading import Reader
from guardrails.targets import Target, target_of
from store import (
    journal,
    people,
)
from store.agents import effects, modes, turns
from store.agents.effects import PastEffect
from store.agents.written import (
    Written,
    keep,
)
from store.records import Outgoing
from tools.outgoing import outgoing
from tools.registry import Context

STAFF = (Role.MANAGER, Role.ADMIN, Role.HEAD, Role.OWNER)


@dataclass(slots=True, kw_only=True)
class Run:
    """One attempt of a turn by one role: for whom, on which words, and what it has read, done and noted so far.

    `asked_orders` and `asked_actions` are what the person's own `words` name: found by rules, never by a model.
    """

    turn_id: int
    attempt: int
    role: str
    trace_id: str
    person_id: int | None = None
    words: str = ""
    asked_orders: frozenset[str] = frozenset()
    asked_actions: frozenset[str] = frozenset()
    author: str = "rules"
    author_version: str | None = None
    foreign_read: bool = False
    facts: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    unwritten: list[Entry] = field(default_factory=list[Entry])
    effects: list[PastEffect] = field(default_factory=list[PastEffect])

    @property
    def actor(self) -> Actor:
        """The role, acting for the person who asked."""
        return Actor.agent(self.role, person_id=self.person_id)

    def is_asked(self, target: Target) -> bool:
        """Whether the person's own words order this: the action, every order it is about, everybody it names."""
        return (
            target.action in self.asked_actions
            and not target.is_unnamed
            and target.orders <= self.asked_orders
            and all(is_named(name, self.words) for name in target.people)
        )

    def caution(self, target: Target) -> str | None:
        """Why this command needs a human although its rule allows it: the run has read foreign text, unasked."""
        free = target.action in CHOSEN_BY_RULES or self.is_asked(target)
        return FOREIGN_TEXT_READ if self.foreign_read and not free else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """This call has had its effect already, in an earlier attempt."""

    effect: PastEffect


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something a run did besides its effects: thought, looked, consulted, was checked; a row of the journal."""

    action: str
    facts: Mapping[str, object] = field(default_factory=dict[str, object])
    proposed: Mapping[str, object] = field(default_factory=dict[str, object])
    result: Mapping[str, object] = field(default_factory=dict[str, object])
    outcome: Outcome = Outcome.DONE
    verdict: VerdictKind = VerdictKind.ALLOW
    rule: str = "agent-step"
    order_id: int | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost_eur: Decimal | None = None
    latency_ms: float | None = None


class Agency:
    """The hands and eyes of the role agents."""

    def __init__(self, gate: Gate, reader: Reader) -> None:
        self._gate = gate
        self._reader = reader

    @property
    def now(self) -> datetime:
        """The company's present instant."""
        return self._gate.timeline.now()

    async def look(self, run: Run, query: Query, *, role: str | None = None) -> Answer:
        """Facts for the run; what people wrote in them makes the run careful from here on.

        A `role` that the run has asked for its view looks with its own tools, for the run's person.

        Raises:
            DeskError: the role or its person may not see this, or there is no such thing.
        """
        looking = run.actor if role is None else Actor.agent(role, person_id=run.person_id)
        answer = await self._reader.ask(query, looking)
        run.facts.append(answer.facts)
        run.foreign_read = run.foreign_read or bool(answer.foreign)
        self.note(
            run,
            Step(
                action="look",
                facts={"digest": digest(answer.facts), "foreign_texts": len(answer.foreign)},
                proposed={
                    "query": query.name,
                    **({} if role is None else {"by": role}),
                    **query.model_dump(mode="json", exclude_none=True),
                },
            ),
        )
        return answer

    async def act(self, run: Run, command: Command) -> Done | Waiting | Known:
        """Carry out one command of the run, with the run's notes so far in the same commit.

        Raises:
            TurnSupersededError: another attempt has taken the turn over; nothing is done.
            DeskError: the gate refuses; the refusal is journaled.
        """
        key = digest({"action": command.action, "arguments": arguments_of(command)})
        written = len(run.unwritten)
        made: PastEffect | None = None

        async def unit(tx: AsyncConnection) -> Done | Waiting | Known:
            nonlocal made
            await turns.fence(tx, run.turn_id, run.attempt)
            before = {effect.call_key: effect for effect in await effects.of_turn(tx, run.turn_id)}
            if key in before:
                return Known(effect=before[key])
            context = await self._gate.context(tx, run.actor, run.trace_id)
            target = await target_of(tx, command)
            context = replace(
                context,
                caution=run.caution(target),
                asked=run.is_asked(target),
                author=run.author,
                author_version=run.author_version,
            )
            done = await self._gate.perform_in(tx, command, context)
            made = _effect(key, command, done, context.decision)
            await effects.add(tx, run.turn_id, made)
            await journal.append(tx, run.unwritten[:written])
            return done

        done = await self._gate.committed(unit, run.actor, run.trace_id, at_work=lambda: command)
        del run.unwritten[:written]
        if made is not None and not isinstance(done, Known):
            run.effects.append(made)
        return done

    async def require_on(self, role: str) -> None:
        """Raises ForbiddenError for a role that is switched off."""
        async with self._gate.db.reading() as tx:
            if await modes.mode_of(tx, role) is Mode.OFF:
                raise ForbiddenError(action="consult_role", rule=SWITCHED_OFF, role=role)

    async def person(self, said: str) -> int:
        """The colleague whom these words mean. Raises UnknownNameError or AmbiguousNameError naming the candidates."""
        async with self._gate.db.reading() as tx:
            return person_named(said, [(person.id, person.name) for person in await people.with_roles(tx, STAFF)])

    async def name_of(self, person_id: int) -> str:
        """What a colleague is called. Raises NotFoundError."""
        async with self._gate.db.reading() as tx:
            return (await people.get(tx, person_id)).name

    async def keep_text(self, kind: str, subject_id: int, locale: str, written: Written) -> None:
        """Keep a text that a model wrote on known facts."""
        async with self._gate.db.transaction() as tx:
            await keep(tx, kind, subject_id, locale, written)

    async def outgoing(self, run: Run, notices: Sequence[Notice]) -> Sequence[Outgoing]:
        """Messages of the run, ready for the outbox."""
        gate = self._gate
        context = Context(
            policy=gate.policy,
            calendars=gate.calendars,
            timeline=gate.timeline,
            now=self.now,
            actor=run.actor,
            role=None,
            decision=uuid7(),
            trace_id=run.trace_id,
        )
        async with gate.db.session() as tx:
            return await outgoing(tx, notices, context)

    def note(self, run: Run, step: Step) -> UUID:
        """Keep a step for the journal; it is written with the run's next effect, or with its end."""
        uid = uuid7()
        facts = step.facts if run.person_id is None else {**step.facts, "for_person": run.person_id}
        run.unwritten.append(
            Entry(
                uid=uid,
                at=self.now,
                actor_kind=run.actor.kind.value,
                actor=run.role,
                role=None,
                channel=run.actor.channel.value,
                author=run.author,
                author_version=run.author_version or self._gate.policy.version,
                action=step.action,
                verdict=step.verdict.value,
                rule=step.rule,
                outcome=step.outcome,
                trace_id=run.trace_id,
                subject_kind="turn",
                subject_id=run.turn_id,
                order_id=step.order_id,
                facts=facts,
                proposed=step.proposed,
                result=step.result,
                cost_eur=step.cost_eur,
                tokens_in=step.tokens_in,
                tokens_out=step.tokens_out,
                latency_ms=step.latency_ms,
            )
        )
        return uid


def _effect(key: str, command: Command, done: Done | Waiting, decision: UUID) -> PastEffect:
    if isinstance(done, Waiting):
        outcome, result = Outcome.WAITING, {"approval": done.approval_id, "expires_at": done.expires_at}
    else:
        outcome, result = done.outcome, dict(done.result)
    return PastEffect(
        call_key=key, action=command.action.value, outcome=outcome.value, result=result, decision=decision
    )
