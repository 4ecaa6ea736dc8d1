"""Positions of the circles; two circles on opposite sides are a conflict, and go before the arbiter (DOMAIN.md 7)."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.arbitration import Position, Stance, disagree, stance_of
from domain.commands import Command, TakePosition
from domain.errors import ConflictError, ForbiddenError
from domain.orders import Order
from domain.people import ActorKind, Channel
from domain.policy import Policy
from locales import texts
from store.agents import positions as position_store
from store.agents import turns
from store.agents.positions import Taken
from store.agents.turns import (
    NewTurn,
    TurnKind,
)
from store.desk import signals as signal_store
from tools.registry import Context, Effect, Examination, tool
from tools.signals import signal_row


async def examine_position(_tx: AsyncConnection, command: TakePosition, context: Context) -> Examination:
    """Only a role that is a party takes a position, and only on an order that is open."""
    if _circle_of(context) is None:
        raise ForbiddenError(action=command.action, rule="only-a-circle-takes-a-position", role=context.actor.kind)
    order = context.the_order
    if not order.is_open:
        raise ConflictError(kind="order", name=order.code, state=order.status, allowed=("open",))
    return Examination(why=command.reason)


@tool(TakePosition, examine=examine_position)
async def take_position(tx: AsyncConnection, command: TakePosition, context: Context) -> Effect:
    """The circle's position; against another circle's it is a conflict."""
    order = context.the_order
    signal = await _stand(tx, order, command.stance, command.reason, context)
    result: dict[str, object] = {"stance": command.stance, "circle": _circle_of(context)}
    return Effect(result=result if signal is None else {**result, "conflict_signal": signal}, order_id=order.id)


async def stand_by(tx: AsyncConnection, command: Command, context: Context, *, why: str) -> None:
    """What a role proposes to people is its position too, where the proposal takes a side."""
    order = context.order
    if order is None or _circle_of(context) is None:
        return
    stance = stance_of(command.action, at=order.status, to=getattr(command, "to", None))
    if stance is not None:
        await _stand(tx, order, stance, why or command.action.value, context)


def placed(taken: Sequence[Taken], policy: Policy) -> list[Position]:
    """Positions with their circles; those of a role that is declared no more are left out."""
    roles = policy.roles.roles
    return [
        Position(
            id=each.id, role=each.role, circle=roles[each.role].circle, stance=Stance(each.stance), reason=each.reason
        )
        for each in taken
        if each.role in roles
    ]


def conflict_key(order: Order) -> str:
    """The dedup key of the signal: one conflict an order at a time."""
    return f"circle_conflict:order:{order.id}"


def _circle_of(context: Context) -> str | None:
    """The circle of the role that acts, if it may be a party to a conflict."""
    role = context.policy.roles.roles.get(context.actor.name)
    if context.actor.kind is not ActorKind.AGENT or role is None:
        return None
    return None if context.policy.circles.circles[role.circle].priority is None else role.circle


async def _stand(tx: AsyncConnection, order: Order, stance: Stance, reason: str, context: Context) -> int | None:
    """Keep the position; the number of the signal when circles disagree now and did not before."""
    await position_store.take(
        tx,
        order.id,
        role=context.actor.name,
        stance=stance.value,
        reason=reason,
        now=context.now,
        decision=context.decision,
    )
    positions = placed(await position_store.open_on(tx, order.id), context.policy)
    if not disagree(positions, context.policy.circles):
        return None
    return await _before_the_arbiter(tx, order, positions, context)


async def _before_the_arbiter(
    tx: AsyncConnection, order: Order, positions: Sequence[Position], context: Context
) -> int | None:
    """The signal, and with it the arbiter's turn: once a conflict."""
    evidence = {position.role: position.stance.value for position in positions}
    row = signal_row(
        "circle_conflict", context, order_id=order.id, evidence={"stances": evidence}, dedup_key=conflict_key(order)
    )
    raised = await signal_store.raise_many(tx, [row])
    if not raised:
        return None
    locale = context.policy.head.locale
    await turns.ask(
        tx,
        NewTurn(
            thread=f"arbitration:order:{order.id}",
            role=context.policy.circles.arbiter,
            kind=TurnKind.ARBITRATION,
            channel=Channel.GRAPH.value,
            trace_id=context.trace_id,
            words=texts(locale).get("arbitration-words", order=order.code),
            about={"order": order.code, "positions": [position.id for position in positions], "signal": raised[0]},
            locale=locale,
            dedup_key=f"arbitration:{raised[0]}",
        ),
        now=context.now,
    )
    return raised[0]
