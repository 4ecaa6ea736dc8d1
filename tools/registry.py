"""What a tool is, what it is told and what it returns; the table of all tools by command type."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.agency import Mode
from domain.commands import Command
from domain.errors import DeskError
from domain.journal import Entry, Outcome
from domain.notices import Notice
from domain.orders import Order
from domain.people import Actor, ActorKind, Role
from domain.policy import Policy, Risk
from domain.staff import CalendarBook
from domain.timeline import Timeline
from store.desk.facts import Located


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The surroundings of one command: rules, time, who asks, and the journal row it will be explained by."""

    policy: Policy
    calendars: CalendarBook
    timeline: Timeline
    now: datetime
    actor: Actor
    role: Role | None
    decision: UUID
    trace_id: str
    rule: str = ""
    order: Order | None = None
    located: Located | None = None
    approved_by: Sequence[int] = ()
    approval_id: int | None = None
    happened_at: datetime | None = None
    mode: Mode = Mode.ACT
    caution: str | None = None
    asked: bool = False
    author: str = "rules"
    author_version: str | None = None

    @property
    def at(self) -> datetime:
        """When it happened: told by a feed that reports later, else now."""
        return self.happened_at or self.now

    @property
    def the_order(self) -> Order:
        """The order the command is about; the gate has loaded and locked it."""
        assert self.order is not None
        return self.order

    def entry(
        self,
        *,
        uid: UUID,
        action: str,
        order_id: int | None,
        facts: Mapping[str, object],
        proposed: Mapping[str, object],
        result: Mapping[str, object],
        outcome: Outcome = Outcome.DONE,
        verdict: str = "allow",
        expected_effect: str | None = None,
    ) -> Entry:
        """A journal row for this asker, written by its author: the rules of this policy, or a model with its prompt."""
        if self.actor.kind is ActorKind.AGENT and self.person_id is not None:
            facts = {**facts, "for_person": self.person_id}
        return Entry(
            uid=uid,
            at=self.now,
            actor_kind=self.actor.kind,
            actor=self.actor.name,
            role=None if self.role is None else self.role.value,
            channel=self.actor.channel,
            author=self.author,
            author_version=self.author_version or self.policy.version,
            action=action,
            verdict=verdict,
            rule=self.rule,
            outcome=outcome,
            trace_id=self.trace_id,
            subject_kind=None if order_id is None else "order",
            subject_id=order_id,
            order_id=order_id,
            facts=facts,
            proposed=proposed,
            result=result,
            expected_effect=expected_effect,
            approval_id=self.approval_id,
            approvers=self.approved_by,
        )

    @property
    def person_id(self) -> int | None:
        """The person who asks, if it is a person."""
        return self.actor.person_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What a command would touch, found out before it is judged: risks, amount in EUR, evidence, why it is asked."""

    risks: frozenset[Risk] = frozenset()
    amount_eur: Decimal | None = None
    evidence: Mapping[str, object] = field(default_factory=dict[str, object])
    why: str = ""


class Settling(StrEnum):
    """What the gate does with the order after the tool has run."""

    NONE = "none"
    STEP = "step"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What came of a command: the journal's result, messages to send, what to do with the order next.

    `settling` STEP works out the next step anew, MOVED also restarts the movement (stuck) clock. `proposals` are
    commands that the dispatcher asks for because of this one, in the same commit. `journaled` says that the tool wrote
    its journal rows itself (set-based intake and sweep).
    """

    result: Mapping[str, object] = field(default_factory=dict[str, object])
    facts: Mapping[str, object] = field(default_factory=dict[str, object])
    subject: tuple[str, int] | None = None
    order_id: int | None = None
    outcome: Outcome = Outcome.DONE
    notices: Sequence[Notice] = ()
    settling: Settling = Settling.NONE
    proposals: Sequence[Command] = ()
    entries: Sequence[Entry] = ()
    journaled: bool = False
    value: Any = None


C = TypeVar("C", bound=Command)
Run = Callable[[AsyncConnection, Any, Context], Awaitable[Effect]]
Examine = Callable[[AsyncConnection, Any, Context], Awaitable[Examination]]
Locate = Callable[[AsyncConnection, Any], Awaitable[Located]]


@dataclass(frozen=True, slots=True)
class Tool:
    """A registered verb: how to find its subject, what it would touch, and how to do it."""

    command: type[Command]
    run: Run
    examine: Examine | None = None
    locate: Locate | None = None


TOOLS: dict[type[Command], Tool] = {}


def tool(
    command: type[C], *, examine: Examine | None = None, locate: Locate | None = None
) -> Callable[[Callable[[AsyncConnection, C, Context], Awaitable[Effect]]], Run]:
    """Register a function as the one tool for a command type."""

    def register(run: Callable[[AsyncConnection, C, Context], Awaitable[Effect]]) -> Run:
        if command in TOOLS:
            raise AssertionError(f"two tools for {command.__name__}")
        TOOLS[command] = Tool(command, run, examine, locate)
        return run

    return register


def tool_for(command: Command) -> Tool:
    """The tool for a command; every command type has one (a test proves it)."""
    found = TOOLS.get(type(command))
    if found is None:
        raise DeskError(command=type(command).__name__)
    return found
