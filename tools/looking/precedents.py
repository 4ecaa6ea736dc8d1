"""Rulings on conflicts of circles, and for one order the conflict that is open now (docs/DOMAIN.md 7)."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.answers import Answer
from domain.arbitration import Position, disagree, rule
from domain.errors import InvalidInputError
from domain.foreign import Fact, foreign
from domain.policy import Policy
from domain.queries import Precedents
from store.agents import positions, rulings
from store.agents.rulings import RulingLine
from store.desk import orders
from tools.looking.registry import LookContext, looks
from tools.positions import placed


@looks(Precedents)
async def precedents(tx: AsyncConnection, query: Precedents, context: LookContext) -> Answer:
    """A manager sees the rulings on their own orders."""
    policy = context.policy
    if query.circle is not None and query.circle not in policy.circles.circles:
        raise InvalidInputError(field="circle", value=query.circle, allowed=sorted(policy.circles.circles))
    order_id, here = None, {}
    if query.order is not None:
        order = await orders.get(tx, query.order)
        context.viewer.require_sees(order.owner_id)
        taken = placed(await positions.open_on(tx, order.id), policy)
        here = {"order": order.code, **await _conflict(tx, taken, policy)}
        order_id = order.id
    lines = await rulings.listed(
        tx, order_id=order_id, circle=query.circle, owner_id=context.viewer.only_own, limit=query.limit
    )
    return Answer.of({**context.times.present(), **here, "rulings": [_line(line, context) for line in lines]})


async def _conflict(tx: AsyncConnection, taken: Sequence[Position], policy: Policy) -> Mapping[str, Fact]:
    """Who stands where, and what the order of priority makes of it."""
    stands = [_position(position, policy) for position in taken]
    if not disagree(taken, policy.circles):
        return {"open_positions": stands, "conflict": None}
    ruling = rule(taken, policy.circles)
    cited = await rulings.precedent(tx, winner=ruling.winner.circle, losers=ruling.losing_circles)
    return {
        "open_positions": stands,
        "conflict": {
            "winner": _position(ruling.winner, policy),
            "losers": [_position(position, policy) for position in ruling.losers],
            "rule": ruling.rule.value,
            "precedent_ruling": cited,
        },
    }


def _position(position: Position, policy: Policy) -> Mapping[str, Fact]:
    return {
        **_party(position.role, position.circle, policy),
        "stance": position.stance.value,
        "reason": foreign("note", position.reason),
    }


def _party(role: str, circle: str, policy: Policy) -> Mapping[str, Fact]:
    declared, where = policy.roles.roles.get(role), policy.circles.circles.get(circle)
    return {
        "role": role,
        "name": role if declared is None else declared.name,
        "circle": circle if where is None else where.name,
        "priority": None if where is None else where.priority,
    }


def _line(line: RulingLine, context: LookContext) -> Mapping[str, Fact]:
    return {
        "ruling": line.id,
        "order": line.order,
        **context.times.at("ruled_at", line.at),
        "winner": line.winner,
        "losers": list(line.losers),
        "rule": line.rule,
        "positions": [
            {
                **_party(str(each["role"]), str(each["circle"]), context.policy),
                "stance": str(each["stance"]),
                "reason": foreign("note", str(each["reason"])),
            }
            for each in line.positions
        ],
        "reason": foreign("note", line.reason),
        "precedent_ruling": line.precedent_id,
        "overruled_by": line.overruled_by,
        "overruled_because": foreign("note", line.overruled_because),
    }
