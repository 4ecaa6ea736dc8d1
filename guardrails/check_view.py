"""The check of one order as whoever fills it sees it: every point, what still lacks, where the order may go next."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.checklist import Progress, progress
from domain.lifecycle import Target, targets
from domain.orders import Order, Status
from domain.policy import Policy
from store.desk import check, orders
from store.desk.check import PointLine
from tools.settle import order_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """One moment of the check. A photo at a point without an answer does not lack any more."""

    order: Order
    points: Mapping[int, PointLine]
    progress: Progress
    moves: tuple[Target, ...]

    @property
    def lacking(self) -> tuple[int, ...]:
        """Points without an answer or without their photo, by number."""
        return tuple(sorted({*self.progress.missing_points, *self.progress.missing_photos}))

    def following(self, number: int = 0) -> int | None:
        """The next point that lacks something behind this one, beginning anew at the end; None when nothing lacks."""
        others = [point for point in self.lacking if point != number]
        return next((point for point in others if point > number), others[0] if others else None)


async def check_view(tx: AsyncConnection, order_id: int, policy: Policy) -> CheckView:
    """The check as it stands.

    Raises:
        NotFoundError: no such order.
    """
    order = await orders.get_by_id(tx, order_id)
    facts, _ = await order_facts(tx, order)
    points = await check.points(tx, order.id)
    known = progress(facts.answers, order, policy)
    photos = tuple(number for number in known.missing_photos if number not in points or not points[number].photos)
    return CheckView(
        order=order,
        points=points,
        progress=replace(known, missing_photos=photos),
        moves=tuple(move for move in targets(order, facts, policy) if move.to is not Status.CANCELLED),
    )
