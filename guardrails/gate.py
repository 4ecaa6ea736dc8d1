"""The gate: allow, needs approval, or refuse; and a journal row for each (docs/DOMAIN.md 8).

One command, one transaction: who asks and in which role is read from the database, the order is locked, the rule table
judges, the tool works, the order's next step is made true, messages and the journal row are written, and all of it
commits together. What no rule allows is refused, and the refusal is journaled too.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from domain.agency import Mode
from domain.authority import GateVerdict
from domain.commands import Command, IntakeOrders, OrderCommand
from domain.errors import DeskError, ForbiddenError, NotFoundError
from domain.journal import Entry, Outcome
from domain.people import DISPATCHER, Actor, ActorKind
from domain.policy import Policy, VerdictKind
from domain.staff import CalendarBook
from domain.timeline import Timeline
from guardrails import mass
from guardrails.approval import proposals
from guardrails.approval.proposals import (
    Waiting,
    arguments_of,
)
from guardrails.judging import judged, refuse_stale, role_of, with_subject
from guardrails.lane import Lane
from guardrails.outcomes import Done, kept, remembered
from guardrails.rules_in_force import RulesInForce
from store import (
    feed,
    journal,
    once,
)
from store.agents import modes
from store.database import Database, retrying
from store.desk import orders
from store.errors import DatabaseUnavailableError, OutcomeUnknownError, ServerError
from store.talk import outbox
from tools.intake import intake_together
from tools.outgoing import outgoing
from tools.registry import Context, Effect, Examination, Tool, tool_for
from tools.settle import settle

T = TypeVar("T")

log = structlog.get_logger()

OUT_OF_ORDER = (DatabaseUnavailableError, OutcomeUnknownError, ServerError)
"""Nothing was judged, or nobody knows what became of it: there is no refusal to journal, and nowhere to write it."""


class Gate:
    """The one door to the tools: for people through CRM, Telegram, page and CLI, for timers, and later for models."""

    def __init__(self, db: Database, rules: Policy | RulesInForce, timeline: Timeline) -> None:
        self.db = db
        self.rules = rules if isinstance(rules, RulesInForce) else RulesInForce(rules)
        self.timeline = timeline
        self._intake = Lane(alone=self._take_in_alone, together=self._take_in_together)

    @property
    def policy(self) -> Policy:
        """The rules of this moment."""
        return self.rules.now.policy

    @property
    def calendars(self) -> CalendarBook:
        """The calendars of these rules."""
        return self.rules.now.calendars

    async def perform(
        self, command: Command, by: Actor, *, trace_id: str | None = None, key: str | None = None
    ) -> Done | Waiting:
        """Judge and carry out one command.

        Returns `Done`, or `Waiting` when a human has to approve first. Work with a `key` is done once, however often
        it is asked for: who asks again is told what came of it (without `Done.value`). A refusal is no work, and is
        judged anew.

        Raises:
            ForbiddenError: no rule allows it.
            DeskError: the state of things does not permit it; what is missing or allowed is named.
            Exception: a fault of ours; everything is rolled back, and a `failed` row says so.
        """
        if isinstance(command, IntakeOrders) and key is None:
            return await self._intake.serve(_Intake(command, by, trace_id or uuid7().hex))
        (done,) = await self.perform_all((command,), by, trace_id=trace_id, key=key)
        return done

    async def perform_all(
        self, commands: Sequence[Command], by: Actor, *, trace_id: str | None = None, key: str | None = None
    ) -> list[Done | Waiting]:
        """Several commands, in this order, in one commit: a refusal undoes them all. `key` and errors as `perform`."""
        trace_id = trace_id or uuid7().hex
        at_work = commands[0]

        async def unit(tx: AsyncConnection) -> list[Done | Waiting]:
            nonlocal at_work
            if key is not None and (before := await once.claim(tx, key)) is not None:
                return [remembered(written) for written in before]
            done: list[Done | Waiting] = []
            for at_work in commands:
                done.append(await self.perform_in(tx, at_work, await self.context(tx, by, trace_id)))
            if key is not None:
                await once.keep(tx, key, [kept(outcome) for outcome in done])
            return done

        return await self.committed(unit, by, trace_id, at_work=lambda: at_work)

    async def committed(
        self,
        unit: Callable[[AsyncConnection], Awaitable[T]],
        by: Actor,
        trace_id: str,
        *,
        at_work: Callable[[], Command],
    ) -> T:
        """Run a unit of work in one commit; a refusal or a fault undoes it, and is journaled for the command at work.

        Raises like `perform`.
        """

        async def attempt() -> T:
            async with self.db.transaction() as tx:
                return await unit(tx)

        try:
            return await retrying(attempt)()
        except OUT_OF_ORDER:
            raise
        except DeskError as error:
            await self._journal_refusal(at_work(), by, trace_id, error)
            raise
        except Exception as error:
            await self.journal_failure(at_work().action, by, trace_id, error, proposed=arguments_of(at_work()))
            raise

    async def context(self, tx: AsyncConnection, by: Actor, trace_id: str) -> Context:
        """The surroundings of a command by this asker, now; the rules stay those of its beginning."""
        rules = self.rules.now
        return Context(
            policy=rules.policy,
            calendars=rules.calendars,
            timeline=self.timeline,
            now=self.timeline.now(),
            actor=by,
            role=await role_of(tx, by),
            mode=await modes.mode_of(tx, by.name) if by.kind is ActorKind.AGENT else Mode.ACT,
            decision=uuid7(),
            trace_id=trace_id,
        )

    async def _take_in_alone(self, asking: "_Intake") -> Done | Waiting:
        (done,) = await self.perform_all((asking.command,), asking.by, trace_id=asking.trace_id)
        return done

    async def _take_in_together(self, askings: "Sequence[_Intake]") -> list[Done | None]:
        """Intake for several askers in one commit; None for whoever is refused or has to wait for an approval."""
        async with self.db.transaction() as tx:
            now, rules, contexts = self.timeline.now(), self.rules.now, list[Context | None]()
            for asking in askings:
                context = await self.context(tx, asking.by, asking.trace_id)
                context = replace(context, now=now, policy=rules.policy, calendars=rules.calendars)
                contexts.append(await self._allowed(tx, asking.command, context))
            admitted = [(asking.command, context) for asking, context in zip(askings, contexts, strict=True) if context]
            effects = iter(await intake_together(tx, admitted) if admitted else ())
            return [
                context and await self._conclude(tx, asking.command, context, next(effects), verdict=VerdictKind.ALLOW)
                for asking, context in zip(askings, contexts, strict=True)
            ]

    async def _allowed(self, tx: AsyncConnection, command: Command, context: Context) -> Context | None:
        try:
            context, _, verdict = await self._judge(tx, tool_for(command), command, context)
        except DeskError:
            return None
        return context if verdict.kind is VerdictKind.ALLOW else None

    async def perform_in(
        self, tx: AsyncConnection, command: Command, context: Context, *, supersedes: int | None = None
    ) -> Done | Waiting:
        """The same inside a transaction that the caller commits; `supersedes` is the approval that was edited."""
        tool = tool_for(command)
        await mass.take_turn(tx, command, context)
        context, exam, verdict = await self._judge(tx, tool, command, context)
        if verdict.kind is VerdictKind.SHADOW:
            return await self._shadowed(tx, command, context)
        if verdict.kind is VerdictKind.NEEDS_APPROVAL:
            return await proposals.propose(tx, command, context, exam, verdict, supersedes=supersedes)
        return await self.carry_out(tx, tool, command, context, verdict=VerdictKind.ALLOW)

    async def _judge(
        self, tx: AsyncConnection, tool: Tool, command: Command, context: Context
    ) -> tuple[Context, Examination, GateVerdict]:
        """Load what the command is about, judge who asks, look at what it would touch, and judge by that too."""
        context = await with_subject(tx, tool, command, context)
        verdict = judged(command, context)
        if verdict.kind is VerdictKind.REFUSE:
            raise ForbiddenError(action=command.action, rule=verdict.rule, role=context.role or context.actor.kind)
        refuse_stale(command, context.order)
        context = replace(context, rule=verdict.rule)
        exam = Examination() if tool.examine is None else await tool.examine(tx, command, context)
        exam = await mass.counted(tx, command, context, exam)
        verdict = judged(command, context, exam)
        return replace(context, rule=verdict.rule), exam, verdict

    async def _shadowed(self, tx: AsyncConnection, command: Command, context: Context) -> Done:
        """Write down what would have been done; nothing happens."""
        effect = Effect(outcome=Outcome.SHADOW, order_id=None if context.order is None else context.order.id)
        await journal.append(tx, [_entry(command, context, effect, VerdictKind.SHADOW)])
        return Done(result={}, decision=context.decision, outcome=Outcome.SHADOW, order_id=effect.order_id)

    async def carry_out(
        self, tx: AsyncConnection, tool: Tool, command: Command, context: Context, *, verdict: VerdictKind
    ) -> Done:
        """Run the tool and everything that belongs to it; the caller has judged."""
        return await self._conclude(tx, command, context, await tool.run(tx, command, context), verdict=verdict)

    async def _conclude(
        self, tx: AsyncConnection, command: Command, context: Context, effect: Effect, *, verdict: VerdictKind
    ) -> Done:
        if effect.order_id is not None and effect.outcome is Outcome.DONE:
            order = await orders.lock_by_id(tx, effect.order_id)
            await settle(tx, order, context, effect.settling)
            if context.happened_at is None:  # the feed tries what its own events set free by itself
                await feed.wake(tx, order.id)
        await outbox_put(tx, effect, context)
        if not effect.journaled:
            await journal.append(tx, [_entry(command, context, effect, verdict)])
        asker = replace(DISPATCHER, person_id=context.person_id)  # whose report it stands on does not vote on it
        for proposal in effect.proposals:
            await self.perform_in(tx, proposal, await self.context(tx, asker, context.trace_id))
        return Done(
            result=effect.result,
            decision=context.decision,
            outcome=effect.outcome,
            value=effect.value,
            order_id=effect.order_id,
        )

    async def _journal_refusal(self, command: Command, by: Actor, trace_id: str, error: DeskError) -> None:
        """The refusal's own row, in its own transaction: the work was rolled back."""
        refused = isinstance(error, ForbiddenError)
        await self.journal_end(
            command.action,
            by,
            trace_id,
            proposed=arguments_of(command),
            result={
                "error": error.code,
                "params": dict(error.params),
                "missing": error.missing,
                "allowed": error.allowed,
            },
            outcome=Outcome.REFUSED,
            verdict=VerdictKind.REFUSE if refused else VerdictKind.ALLOW,
            rule=str(error.params.get("rule", error.code)) if refused else error.code,
            order=command.order if isinstance(command, OrderCommand) else None,
        )
        log.info("refused", action=command.action, actor=by.name, error=error.code)

    async def journal_failure(
        self, action: str, by: Actor, trace_id: str, error: Exception, *, proposed: Mapping[str, object]
    ) -> None:
        """A fault of ours has its own row too: what was tried, by whom, under which trace the log tells the rest."""
        log.error("failed", action=action, actor=by.name, trace_id=trace_id, exc_info=error)
        try:
            await self.journal_end(
                action,
                by,
                trace_id,
                proposed=proposed,
                result={"error": "unexpected", "type": type(error).__name__},
                outcome=Outcome.FAILED,
                verdict=VerdictKind.ALLOW,
                rule="unexpected",
                order=proposed.get("order"),
            )
        except (DeskError, DBAPIError):
            log.exception("the failure could not be journaled", trace_id=trace_id)

    async def journal_end(
        self,
        action: str,
        by: Actor,
        trace_id: str,
        *,
        proposed: Mapping[str, object],
        result: Mapping[str, object],
        outcome: Outcome,
        verdict: VerdictKind,
        rule: str,
        order: object = None,
    ) -> None:
        """The row of something that came to nothing, in a transaction of its own; `order` is the code asked about."""
        async with self.db.transaction() as tx:
            context = await self.context(tx, by, trace_id)
            entry = context.entry(
                uid=context.decision,
                action=action,
                order_id=await _order_id(tx, order) if isinstance(order, str) else None,
                facts={},
                proposed=proposed,
                result=result,
                outcome=outcome,
                verdict=verdict,
            )
            await journal.append(tx, [replace(entry, rule=rule)])


@dataclass(frozen=True, slots=True)
class _Intake:
    """Somebody's intake on its way through the lane."""

    command: IntakeOrders
    by: Actor
    trace_id: str


async def _order_id(tx: AsyncConnection, code: str) -> int | None:
    try:
        return (await orders.get(tx, code)).id
    except NotFoundError:
        return None


async def outbox_put(tx: AsyncConnection, effect: Effect, context: Context) -> None:
    """Queue the messages of an effect with the journal row that caused them."""
    await outbox.put(tx, await outgoing(tx, effect.notices, context))


def _entry(command: Command, context: Context, effect: Effect, verdict: VerdictKind) -> Entry:
    entry = context.entry(
        uid=context.decision,
        action=command.action,
        order_id=effect.order_id,
        facts=_facts(context, effect),
        proposed=arguments_of(command),
        result=effect.result,
        outcome=effect.outcome,
        verdict=verdict,
    )
    if effect.subject is None:
        return entry
    return replace(entry, subject_kind=effect.subject[0], subject_id=effect.subject[1])


def _facts(context: Context, effect: Effect) -> dict[str, object]:
    facts = dict(effect.facts)
    if context.order is not None:
        facts |= {
            "status": context.order.status,
            "owner": context.order.owner_id,
            "version": context.order.version,
            "due_at": context.order.due_at,
        }
    return facts
