"""What open pages are told: a change of many orders at once names them all, though its row is about none."""

from domain.commands import AcceptOrder, MassReassign
from store.database import Database
from store.views import happenings
from tests.integration.desk import Desk


async def told(desk: Desk, action: str) -> frozenset[str]:
    """The topics of the newest row of this action."""
    async with desk.db.reading() as tx:
        return next(each.topics for each in await happenings.newest(tx) if each.action == action)


async def test_a_wave_of_requests_and_a_mass_change_are_told_to_lists_of_orders(db: Database) -> None:
    desk = await Desk.open(db)
    orders = await desk.give(desk.anna, 3)
    assert "orders" in await told(desk, "intake_order")
    codes = tuple(order.code for order in orders)
    await desk.do(MassReassign(from_manager=desk.anna.id, orders=codes, reason="Отпуск"), desk.head.actor)
    assert {"orders", "people"} <= await told(desk, "mass_reassign")


async def test_an_order_is_told_by_its_code(db: Database) -> None:
    desk = await Desk.open(db)
    order = await desk.order()
    await desk.do(AcceptOrder(order=order.code), desk.by(order))
    assert await told(desk, "accept_order") == {"decisions", "orders", f"order-{order.code}"}
