"""Rulings: the order of priority decides inside the transaction, whatever the words say; people may set one aside."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.arbitration import Position, Ruling, Stance, rule, stance_of
from domain.commands import OverruleRuling, RuleConflict
from domain.notices import Notice, NoticeKind
from domain.orders import Order, Status
from domain.people import ActorKind
from domain.policy import Action
from domain.remarks import RemarkKey, remark
from store.agents import positions as position_store
from store.agents import rulings as ruling_store
from store.agents.rulings import NewRuling
from store.desk import approvals as approval_store
from store.desk import clocks as clock_store
from store.desk import signals as signal_store
from store.desk.approvals import Approval
from store.desk.facts import Located
from tools.positions import conflict_key, placed
from tools.registry import Context, Effect, Settling, tool
from tools.roster import leaders


@tool(RuleConflict)
async def rule_conflict(tx: AsyncConnection, command: RuleConflict, context: Context) -> Effect:
    """The ruling with its reason, the losing positions and the precedent; the conflict ends, the leaders hear of it."""
    order = context.the_order
    positions = placed(await position_store.open_on(tx, order.id), context.policy)
    ruling = rule(positions, context.policy.circles)
    precedent_id = await ruling_store.precedent(tx, winner=ruling.winner.circle, losers=ruling.losing_circles)
    number = await ruling_store.add(
        tx,
        NewRuling(
            order_id=order.id,
            winner=ruling.winner.circle,
            losers=ruling.losing_circles,
            positions=[_told(position, ruling) for position in _winner_first(positions, ruling)],
            rule=ruling.rule.value,
            reason=command.reason,
            precedent_id=precedent_id,
            at=context.now,
            decision=context.decision,
        ),
    )
    await position_store.close(tx, [position.id for position in positions], ruling_id=number)
    resolution = remark(RemarkKey.RULED)
    dropped = await _drop_losing(tx, order, ruling, context, because=resolution)
    await signal_store.resolve_key(tx, conflict_key(order), now=context.now, resolution=resolution)
    return Effect(
        result={
            "ruling": number,
            "winner": ruling.winner.role,
            "stance": ruling.winner.stance,
            "losers": [position.role for position in ruling.losers],
            "rule": ruling.rule,
            "precedent": precedent_id,
            **({"dropped_approvals": dropped} if dropped else {}),
        },
        order_id=order.id,
        notices=await _heard(tx, number, context),
        settling=Settling.STEP,
        value=number,
    )


async def _drop_losing(
    tx: AsyncConnection, order: Order, ruling: Ruling, context: Context, *, because: str
) -> list[int]:
    """What the losing roles asked people for need not be decided any more; what a person stands behind goes on."""
    losers = {position.role for position in ruling.losers}
    moot = [
        each.id
        for each in await approval_store.pending_of_order(tx, order.id)
        if each.requested_kind == ActorKind.AGENT and each.requested_by in losers and each.requested_person is None
        if _stance(each, order) not in (None, ruling.winner.stance)
    ]
    dropped = await approval_store.drop(tx, moot, now=context.now, because=because)
    for approval_id in dropped:
        await clock_store.close(
            tx, subject_kind="approval", subject_id=approval_id, now=context.now, resolution=because
        )
    return dropped


def _stance(approval: Approval, order: Order) -> Stance | None:
    to = approval.arguments.get("to")
    return stance_of(Action(approval.action), at=order.status, to=None if to is None else Status(to))


def _winner_first(positions: Sequence[Position], ruling: Ruling) -> list[Position]:
    return [ruling.winner, *(position for position in positions if position is not ruling.winner)]


def _told(position: Position, ruling: Ruling) -> dict[str, object]:
    return {
        "role": position.role,
        "circle": position.circle,
        "stance": position.stance.value,
        "reason": position.reason,
        "prevails": position.stance is ruling.winner.stance,
    }


async def _heard(tx: AsyncConnection, ruling_id: int, context: Context) -> list[Notice]:
    return [
        Notice(
            person_id=person.id,
            kind=NoticeKind.RULING,
            order_id=context.the_order.id,
            params={"ruling": ruling_id},
            dedup_key=f"ruling:{ruling_id}:{person.id}",
        )
        for person in await leaders(tx)
    ]


async def _locate(tx: AsyncConnection, command: OverruleRuling) -> Located:
    ruling = await ruling_store.get(tx, command.ruling_id)
    return Located(id=ruling.id, order_id=ruling.order_id, owner_id=None)


@tool(OverruleRuling, locate=_locate)
async def overrule(tx: AsyncConnection, command: OverruleRuling, context: Context) -> Effect:
    """A human says otherwise: the ruling stands no more, and is cited no more."""
    assert context.located is not None
    await ruling_store.overrule(tx, command.ruling_id, by=context.person_id, because=command.reason, now=context.now)
    return Effect(
        result={"ruling": command.ruling_id, "overruled": True},
        subject=("ruling", command.ruling_id),
        order_id=context.located.order_id,
    )
