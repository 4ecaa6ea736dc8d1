"""Many small changes by one author are one mass change: they count together for a while (docs/DOMAIN.md 6 and 8)."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.commands import Command, MassReassign, OrderCommand
from domain.people import ActorKind
from domain.policy import Risk
from store import journal
from tools.registry import Context, Examination

AUTHORS = (ActorKind.PERSON, ActorKind.AGENT)


async def take_turn(tx: AsyncConnection, command: Command, context: Context) -> None:
    """One author's counted changes are judged one after another, also when they are asked for at once.

    Comes before the order is locked, so that nobody waits for a turn with an order in hand.
    """
    if _counts(command, context):
        await journal.lock_author(tx, context.actor.name)


async def counted(tx: AsyncConnection, command: Command, context: Context, exam: Examination) -> Examination:
    """The examination with the mass risk where this change is one too many within its author's window."""
    if not _counts(command, context):
        return exam
    since = context.now - _window(command, context)
    actions = sorted(context.policy.approvals.mass_together.actions)
    before = await journal.orders_changed(tx, actor=context.actor.name, actions=actions, since=since)
    together = sorted(before.union(_asked(command, context)))
    if len(together) <= context.policy.approvals.mass_above:
        return exam
    return replace(
        exam,
        risks=exam.risks | {Risk.MASS},
        evidence={**exam.evidence, "together": together, "count": len(together), "since": since},
        why=exam.why or str(getattr(command, "reason", "")),
    )


def _counts(command: Command, context: Context) -> bool:
    return context.actor.kind in AUTHORS and command.action in context.policy.approvals.mass_together.actions


def _window(command: Command, context: Context) -> timedelta:
    together = context.policy.approvals.mass_together
    by_hand = context.actor.kind is ActorKind.PERSON and isinstance(command, OrderCommand)
    return together.by_hand if by_hand else together.in_bulk


def _asked(command: Command, context: Context) -> frozenset[str]:
    if isinstance(command, MassReassign):
        return frozenset(command.orders)
    return frozenset() if context.order is None else frozenset({context.order.code})
