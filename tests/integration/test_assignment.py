"""Who gets an order, alone and in waves, from one process and from several (docs/DOMAIN.md 4)."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.commands import (
    IntakeOrders,
    ReassignOrder,
    SetAvailability,
    SetConstraint,
)
from domain.errors import ConflictError
from domain.orders import Status
from domain.people import CRM_FEED, Role
from store.database import Database
from tests.integration.desk import NOON, Desk, Member

ROOT = Path(__file__).parents[2]
NIGHT = datetime(2026, 11, 18, 21, 0, tzinfo=UTC)
"""Thursday, midnight in Moscow."""
NIGHT_SHIFT = {"tz": "Europe/Moscow", "week": {"thu": ["05:00-12:00"]}}

INTAKE_PROCESS = """
import asyncio, sys
from domain.commands import IntakeOrders
from domain.people import CRM_FEED
from store.database import Database
from tests.integration.desk import Desk

async def main(url, prefix, count):
    db = Database(url, pool_size=4)
    desk = await Desk.join(db)
    print("ready", flush=True)
    sys.stdin.readline()
    requests = [desk.request(crm_id=f"{prefix}-{number}") for number in range(count)]
    async def some(mine):
        for request in mine:
            await desk.do(IntakeOrders(orders=(request,)), CRM_FEED)
    await asyncio.gather(*(some(requests[lane::2]) for lane in range(2)))
    await db.close()

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db, capacity=500)


async def _spread(desk: Desk) -> int:
    loads = (await desk.loads()).values()
    return max(loads) - min(loads)


async def _owner(desk: Desk, **fields: object) -> Member | None:
    order = await desk.order(**fields)
    return next((manager for manager in desk.managers if manager.id == order.owner_id), None)


# ── one order ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_manager_with_the_least_load_gets_the_order(desk: Desk) -> None:
    anna, boris, vera = desk.managers
    for manager, count in ((anna, 3), (boris, 1), (vera, 2)):
        await desk.give(manager, count)
    assert await _owner(desk) == boris


async def test_load_counts_the_stage_of_an_order_not_only_their_number(desk: Desk) -> None:
    anna, boris, vera = desk.managers
    for order in await desk.give(anna, 3):
        await desk.to_status(order, Status.AWAITING_PAYMENT)  # 3 × 0.5
    await desk.give(boris, 2)  # 2 × 1.0
    await desk.give(vera, 2)
    assert await _owner(desk) == anna


async def test_load_is_weighed_by_capacity(desk: Desk) -> None:
    anna, boris, vera = desk.managers
    await desk.capacity(anna, 10)
    await desk.give(anna, 1)  # 0.1 of the capacity
    await desk.give(boris, 4)  # 0.008
    await desk.give(vera, 5)
    assert await _owner(desk) == boris


async def test_of_equal_managers_the_one_without_a_new_order_for_longest_gets_it_then_the_lowest_id(desk: Desk) -> None:
    anna, boris, vera = desk.managers
    assert await _owner(desk) == anna
    desk.forward(minutes=1)
    assert await _owner(desk) == boris
    desk.forward(minutes=1)
    assert await _owner(desk) == vera
    desk.forward(minutes=1)
    assert await _owner(desk) == anna


async def test_a_manager_who_is_away_gets_nothing(desk: Desk) -> None:
    await desk.do(SetAvailability(person_id=desk.anna.id, away_until=NOON + timedelta(days=1)), desk.anna.actor)
    assert {await _owner(desk) for _ in range(4)} == {desk.boris, desk.vera}
    await desk.do(SetAvailability(person_id=desk.anna.id), desk.anna.actor)
    assert await _owner(desk) == desk.anna


async def test_a_manager_who_cannot_be_reached_gets_nothing(desk: Desk) -> None:
    await desk.alter(desk.anna, telegram_id=None)
    await desk.alter(desk.boris, telegram_blocked_at=NOON)
    assert {await _owner(desk) for _ in range(3)} == {desk.vera}


async def test_a_manager_at_capacity_gets_nothing_more(desk: Desk) -> None:
    await desk.capacity(desk.anna, 1)
    await desk.capacity(desk.boris, 1)
    owners = [await _owner(desk) for _ in range(5)]
    assert (owners.count(desk.anna), owners.count(desk.boris), owners.count(desk.vera)) == (1, 1, 3)


async def test_personal_constraints_keep_orders_away(desk: Desk) -> None:
    for manager in (desk.anna, desk.boris):
        command = SetConstraint(manager_id=manager.id, no_ebikes=True, reason="Нет опыта с батареями")
        await desk.do(command, desk.admin.actor)
    assert {await _owner(desk, is_ebike=True) for _ in range(3)} == {desk.vera}
    assert await _owner(desk) == desk.anna
    await desk.do(SetConstraint(manager_id=desk.boris.id, max_load=0.5, reason="Первая неделя"), desk.admin.actor)
    assert await _owner(desk) == desk.boris
    assert await _owner(desk) == desk.anna


async def test_price_limits_hold_for_single_managers(desk: Desk) -> None:
    async with desk.db.transaction() as tx:
        changed = {"id": desk.anna.id}
        await tx.execute(text("UPDATE managers SET constraints = '{\"max_price\"\\: 1000}' WHERE id = :id"), changed)
    assert await _owner(desk, price_eur=Decimal(1500)) == desk.boris
    assert await _owner(desk, price_eur=Decimal(900)) == desk.anna


async def test_with_nobody_on_shift_the_shift_that_opens_first_gets_the_order(db: Database) -> None:
    desk = await Desk.open(db, at=NIGHT)
    await desk.alter(desk.vera, calendar=NIGHT_SHIFT)
    order = await desk.order()
    opening = datetime(2026, 11, 19, 2, 0, tzinfo=UTC)
    assert order.owner_id == desk.vera.id
    assert order.due_at == opening + timedelta(minutes=15)
    assert await desk.value("SELECT starts_at FROM ai_assignments") == opening


async def test_with_nobody_eligible_the_duty_admin_owns_the_order_and_a_signal_is_raised(desk: Desk) -> None:
    for manager in desk.managers:
        await desk.alter(manager, telegram_id=None)
    order = await desk.order()
    assert order.owner_id == desk.admin.id
    assert order.next_step
    (signal,) = await desk.rows("SELECT * FROM ai_signals")
    assert (signal["code"], signal["severity"], signal["order_id"]) == ("no_eligible_manager", "high", order.id)
    (message,) = await desk.messages(desk.admin)
    assert (message["kind"], message["order_id"]) == ("new_order", order.id)


async def test_a_signal_of_nobody_eligible_ends_when_a_manager_gets_the_order(desk: Desk) -> None:
    for manager in desk.managers:
        await desk.alter(manager, telegram_id=None)
    order = await desk.order()
    await desk.alter(desk.anna, telegram_id=desk.anna.telegram_id)
    await desk.do(ReassignOrder(order=order.code, reason="Анна снова на связи"), desk.admin.actor)
    assert (await desk.see(order)).owner_id == desk.anna.id
    assert await desk.signals(order) == []


async def test_without_any_admin_the_head_answers(desk: Desk) -> None:
    for person in (*desk.managers, desk.admin):
        await desk.alter(person, active=False)
    assert (await desk.order()).owner_id == desk.head.id


async def test_nothing_is_taken_in_when_nobody_at_all_could_own_it(desk: Desk) -> None:
    for person in desk.people.values():
        await desk.alter(person, active=False)
    with pytest.raises(ConflictError, match="no-admin"):
        await desk.order()


# ── waves ────────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_wave_of_three_hundred_over_equal_managers_spreads_by_at_most_one(desk: Desk) -> None:
    await desk.hire("Глеб", Role.MANAGER, capacity=500)
    await desk.orders(301)
    assert sum((await desk.loads()).values()) == 301
    assert await _spread(desk) <= 1


async def test_a_wave_levels_what_managers_had_before(desk: Desk) -> None:
    await desk.give(desk.anna, 20)
    await desk.orders(40)
    assert await desk.loads() == {"Анна": 20, "Борис": 20, "Вера": 20}


async def test_four_tasks_and_two_processes_at_once_balance_as_one_does(desk: Desk) -> None:
    processes = [await _start(desk.db.url, f"process-{number}", 40) for number in range(2)]
    requests = [desk.request() for _ in range(120)]

    async def some(lane: int) -> None:
        for request in requests[lane::4]:
            await desk.do(IntakeOrders(orders=(request,)), CRM_FEED)

    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        await process.stdin.drain()
    await asyncio.gather(*(some(lane) for lane in range(4)))
    endings = [await process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0, 0], endings
    assert sum((await desk.loads()).values()) == 200
    assert await _spread(desk) <= 1


async def _start(url: str, prefix: str, count: int) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", INTAKE_PROCESS, url, prefix, str(count), cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe
    )
    assert process.stdout is not None
    ready = await process.stdout.readline()
    assert ready == b"ready\n", await process.communicate()
    return process
