"""Many small changes by one author are one mass change, and a human decides it (docs/DOMAIN.md 6 and 8)."""

import asyncio

import pytest

from domain.commands import CancelOrder, MassReassign, ReassignOrder
from domain.orders import CancelReason
from domain.people import CRM_FEED, Actor, ActorKind, Channel, Role
from guardrails.approval.proposals import Waiting
from store.database import Database
from tests.integration.desk import Desk

AI_ROP = Actor(kind=ActorKind.AGENT, name="ai-rop", channel=Channel.GRAPH)


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db, capacity=100)


async def test_batches_of_five_in_a_row_are_one_mass_change(desk: Desk) -> None:
    codes = [order.code for order in await desk.give(desk.anna, 11)]
    five, five_more, last_one = codes[:5], codes[5:10], codes[10:]
    mass = [MassReassign(from_manager=desk.anna.id, orders=tuple(part), reason="Отпуск") for part in (five, five_more)]
    await desk.do(mass[0], desk.admin.actor)
    desk.forward(minutes=20)
    waiting = await desk.ask(mass[1], desk.admin.actor)
    approval = await desk.approval(waiting.approval_id)
    assert (approval.risks, approval.why) == (["mass"], "Отпуск")
    assert approval.evidence["count"] == 10
    assert (await desk.loads())["Анна"] == 6
    await desk.approve(waiting.approval_id)
    assert (await desk.loads())["Анна"] == 1
    desk.forward(minutes=41)  # the first five have left the window, the approved ones never were in it
    await desk.do(MassReassign(from_manager=desk.anna.id, orders=tuple(last_one), reason="Отпуск"), desk.admin.actor)


async def test_batches_asked_for_at_the_same_moment_are_one_mass_change_too(desk: Desk) -> None:
    codes = [order.code for order in await desk.give(desk.anna, 20)]
    parts = [tuple(codes[start : start + 5]) for start in range(0, 20, 5)]
    asked = [MassReassign(from_manager=desk.anna.id, orders=part, reason="Отпуск") for part in parts]
    done = await asyncio.gather(*(desk.gate.perform(each, desk.admin.actor) for each in asked))
    assert sum(isinstance(each, Waiting) for each in done) == 3
    assert (await desk.loads())["Анна"] == 15


async def test_an_admin_gives_orders_away_one_a_minute_but_not_six_in_a_breath(desk: Desk) -> None:
    orders = await desk.give(desk.anna, 16)
    each = [ReassignOrder(order=order.code, manager_id=desk.vera.id, reason="Просит клиент") for order in orders]
    for reassign in each[:10]:
        await desk.do(reassign, desk.admin.actor)
        desk.forward(seconds=60)
    desk.forward(minutes=5)
    for reassign in each[10:15]:
        await desk.do(reassign, desk.admin.actor)
    waiting = await desk.ask(each[15], desk.admin.actor)
    assert (await desk.approval(waiting.approval_id)).risks == ["mass"]
    await desk.do(each[15].model_copy(update={"reason": "Сам"}), desk.head.actor)  # another author has done nothing yet


async def test_one_order_that_goes_to_and_fro_is_no_mass_change(desk: Desk) -> None:
    (order,) = await desk.give(desk.anna, 1)
    for manager in (desk.vera, desk.boris) * 4:
        await desk.do(ReassignOrder(order=order.code, manager_id=manager.id, reason="Ошибка"), desk.admin.actor)


async def test_a_manager_cancels_five_requests_at_once_and_the_sixth_waits(desk: Desk) -> None:
    orders = await desk.give(desk.anna, 6)
    cancels = [CancelOrder(order=order.code, reason_code=CancelReason.CLIENT_UNREACHABLE) for order in orders]
    for cancel in cancels[:5]:
        await desk.do(cancel, desk.by(orders[0]))
    waiting = await desk.ask(cancels[5], desk.by(orders[0]))
    assert waiting.voters == {Role.HEAD, Role.OWNER}


async def test_an_agent_gives_away_five_orders_an_hour_by_itself(desk: Desk) -> None:
    orders = await desk.give(desk.anna, 6)
    for order in orders[:5]:
        await desk.do(ReassignOrder(order=order.code, reason="Перегрузка"), AI_ROP)
        desk.forward(minutes=5)
    await desk.ask(ReassignOrder(order=orders[5].code, reason="Перегрузка"), AI_ROP)


async def test_what_the_crm_reports_and_the_timer_finds_is_never_one_mass_change(desk: Desk) -> None:
    orders = await desk.give(desk.anna, 12)
    for order in orders[:6]:
        await desk.do(CancelOrder(order=order.code, reason_code=CancelReason.CLIENT_CHANGED_MIND), CRM_FEED)
    await desk.pass_time(minutes=15)
    await desk.pass_time(minutes=15)  # nobody has accepted: each goes to somebody else
    assert (await desk.loads())["Анна"] == 0
    assert await desk.pending() == []
