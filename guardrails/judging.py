"""Who asks, about what, and whether they may: the part of the gate that reads the database and applies the rules."""

from dataclasses import replace
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.agency import Standing, tempered
from domain.authority import GateVerdict, judge
from domain.commands import Command, OrderCommand, OwnCommand, SetAvailability
from domain.errors import StaleError
from domain.orders import Order
from domain.people import Actor, ActorKind, Role
from domain.policy import Risk
from store import people
from store.desk import orders
from store.desk.facts import Located
from tools.registry import Context, Examination, Tool


async def role_of(tx: AsyncConnection, by: Actor) -> Role | None:
    """The role of the person who asks, or for whom an agent asks, as the database has it now.

    None for timers, the feed and agents that act by themselves, for strangers and for who left.
    """
    if by.kind not in (ActorKind.PERSON, ActorKind.AGENT) or by.person_id is None:
        return None
    person = (await people.by_ids(tx, [by.person_id])).get(by.person_id)
    return person.role if person is not None and person.active else None


async def with_subject(tx: AsyncConnection, tool: Tool, command: Command, context: Context) -> Context:
    """The context with what the command is about: its order, locked, or a task, blocker, violation or signal.

    Everybody locks the order first and its belongings after it, so that nobody waits in a circle.
    """
    if isinstance(command, OrderCommand):
        return replace(context, order=await orders.lock(tx, command.order))
    if tool.locate is None:
        return context
    located = await tool.locate(tx, command)
    if located.order_id is None:
        return replace(context, located=located)
    order = await orders.lock_by_id(tx, located.order_id)
    return replace(context, located=await tool.locate(tx, command), order=order)  # as it is under the lock


def judged(command: Command, context: Context, exam: Examination | None = None) -> GateVerdict:
    """The verdict on this command by this asker, before or after it was found out what it would touch."""
    if context.actor.kind is not ActorKind.AGENT:
        return _ruled(command, context, exam, context.actor.kind)
    policy = context.policy
    person = None if context.person_id is None else _ruled(command, context, exam, ActorKind.PERSON)
    standing = Standing(
        holds=_holds(context, command),
        autonomy=policy.agents.autonomy_of(command.action),
        mode=context.mode,
        caution=context.caution,
        asked=context.asked,
    )
    return tempered(_ruled(command, context, exam, ActorKind.AGENT), standing, policy.approvals, person=person)


def _holds(context: Context, command: Command) -> bool:
    """Whether the agent's role is declared and has the command in its hands."""
    role = context.policy.roles.roles.get(context.actor.name)
    return role is not None and role.holds(command.action)


def _ruled(command: Command, context: Context, exam: Examination | None, kind: ActorKind) -> GateVerdict:
    """The rule table's verdict on an asker of this kind."""
    risks: frozenset[Risk] = exam.risks if exam else frozenset()
    amount: Decimal | None = exam.amount_eur if exam else None
    return judge(
        command.action,
        kind,
        context.role,
        owns_order=kind is ActorKind.PERSON and _owns(command, context),
        risks=risks,
        amount_eur=amount,
        policy=context.policy,
    )


def _owns(command: Command, context: Context) -> bool:
    """Whether the subject belongs to the asker: their order, their task, their own shift, their own keys."""
    person_id = context.person_id
    if person_id is None:
        return False
    if isinstance(command, SetAvailability | OwnCommand):
        return command.person_id == person_id
    located: Located | None = context.located
    if located is not None and located.owner_id == person_id:
        return True
    return context.order is not None and context.order.owner_id == person_id


def refuse_stale(command: Command, order: Order | None) -> None:
    """Raise StaleError for a command on an older state of its order than the present one."""
    if isinstance(command, OrderCommand) and order and command.version not in (None, order.version):
        raise StaleError(order=order.code, seen=command.version or 0, present=order.version, status=order.status)
