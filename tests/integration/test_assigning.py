"""Orders that no manager has are given to one because somebody asks: a leader, a role, a role for a leader."""

import pytest
from sqlalchemy import text

from domain.commands import AcceptOrder, AssignOrder, SetAvailability
from domain.errors import ConflictError, ForbiddenError, InvalidInputError
from domain.orders import Order
from guardrails.approval.proposals import Waiting
from guardrails.gate import Done
from store import invariants
from store.database import Database
from tests.integration.agents_asking import CEO, ROP, ordered
from tests.integration.desk import Desk


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db)


async def _leaders_order(desk: Desk) -> Order:
    """Nobody was eligible when it came: the admin has it. Now everybody is back."""
    return (await _leaders_orders(desk, 1))[0]


async def _leaders_orders(desk: Desk, count: int) -> list[Order]:
    for manager in desk.managers:
        await desk.capacity(manager, 0)
    orders = await desk.orders(count)
    for manager in desk.managers:
        await desk.capacity(manager, 20)
    assert {order.owner_id for order in orders} == {desk.admin.id}
    return orders


async def test_a_role_gives_a_leaders_order_to_the_least_loaded_manager(desk: Desk) -> None:
    order = await _leaders_order(desk)
    await desk.give(desk.anna, 3)
    await desk.give(desk.vera, 2)
    done = await desk.do(AssignOrder(order=order.code), ROP)
    assert (await desk.see(order)).owner_id == done.result["to"] == desk.boris.id
    assert await desk.signals(order, status="resolved") == ["no_eligible_manager"]
    assert len(await desk.messages(desk.boris, kind="new_order")) == 1
    assert await desk.column("SELECT end_reason FROM ai_assignments WHERE ended_at IS NOT NULL") == ["assigned"]
    await desk.do(AcceptOrder(order=order.code), desk.boris.actor)


async def test_a_leader_names_the_manager(desk: Desk) -> None:
    order = await _leaders_order(desk)
    done = await ordered(desk, AssignOrder(order=order.code, manager_id=desk.vera.id), desk.head)
    assert isinstance(done, Done)
    assert (await desk.see(order)).owner_id == desk.vera.id
    with pytest.raises(InvalidInputError) as refused:
        await desk.do(AssignOrder(order=(await _leaders_order(desk)).code, manager_id=desk.viewer.id), ROP)
    assert str(desk.anna.id) in refused.value.allowed


async def test_what_a_manager_has_is_reassigned_and_not_assigned(desk: Desk) -> None:
    order = await desk.order()
    with pytest.raises(ConflictError) as refused:
        await desk.do(AssignOrder(order=order.code), ROP)
    assert refused.value.allowed == ("reassign_order",)


async def test_where_nobody_is_eligible_the_leader_keeps_it(desk: Desk) -> None:
    order = await _leaders_order(desk)
    for manager in desk.managers:
        away = SetAvailability(person_id=manager.id, away_until=desk.now.replace(year=2027))
        await desk.do(away, desk.admin.actor)
    with pytest.raises(ConflictError, match="nobody-eligible"):
        await desk.do(AssignOrder(order=order.code), ROP)
    assert (await desk.see(order)).owner_id == desk.admin.id


async def test_an_order_that_was_nobodys_is_watched_from_its_first_owner_on(desk: Desk) -> None:
    order = await desk.order()
    await _unown(desk, order)
    await desk.do(AssignOrder(order=order.code, reason="Осталась без ответственного"), ROP)
    assert (await desk.see(order)).owner_id is not None
    assert await desk.clock(order, "accept") is not None
    assert await desk.clock(order, "stage") is not None
    async with desk.db.reading() as tx:
        assert await invariants.broken(tx) == {}


async def _unown(desk: Desk, order: Order) -> None:
    """What an administrator of the database may do behind the desk's back."""
    async with desk.db.transaction() as tx:
        for statement in (
            "UPDATE orders SET owner_id = NULL WHERE id = :id",
            "UPDATE clocks SET state = 'done', closed_at = now(), next_at = NULL WHERE order_id = :id",
            "UPDATE ai_assignments SET ended_at = now(), end_reason = 'lost' WHERE order_id = :id",
        ):
            await tx.execute(text(statement), {"id": order.id})


async def test_neither_a_manager_nor_another_role_assigns(desk: Desk) -> None:
    order = await _leaders_order(desk)
    for stranger in (desk.anna.actor, desk.viewer.actor, CEO):
        with pytest.raises(ForbiddenError):
            await desk.do(AssignOrder(order=order.code), stranger)
    with pytest.raises(ForbiddenError):
        await ordered(desk, AssignOrder(order=order.code), desk.anna)


async def test_the_sixth_order_that_a_role_assigns_within_the_window_waits_for_people(desk: Desk) -> None:
    *few, last = await _leaders_orders(desk, 6)
    for order in few:
        await desk.do(AssignOrder(order=order.code), ROP)
    waiting = await desk.ask(AssignOrder(order=last.code), ROP)
    assert isinstance(waiting, Waiting)
    await desk.vote(waiting.approval_id, desk.head)
    assert (await desk.see(last)).owner_id in {manager.id for manager in desk.managers}
