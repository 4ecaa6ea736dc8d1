"""Who gets an order, alone and in waves, from one process and from several (docs/DOMAIN.md 4)."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.commands import (
    AcceptOrder,
    AssignUnattended,
    CreateTask,
    DeclineOrder,
    IntakeOrders,
    MassReassign,
    OpenBlocker,
    ReassignOrder,
    SetAvailability,
    SetConstraint,
)
from domain.errors import ConflictError, InvalidInputError
from domain.journal import Outcome
from domain.orders import Order, Status
from domain.people import CRM_FEED, WATCHDOG, Role
from store.database import Database
from store.invariants import broken
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
        await _give(desk, manager, count)
    assert await _owner(desk) == boris


async def test_load_counts_the_stage_of_an_order_not_only_their_number(desk: Desk) -> None:
    anna, boris, vera = desk.managers
    for order in await _give(desk, anna, 3):
        await desk.to_status(order, Status.AWAITING_PAYMENT)  # 3 × 0.5
    await _give(desk, boris, 2)  # 2 × 1.0
    await _give(desk, vera, 2)
    assert await _owner(desk) == anna


async def test_load_is_weighed_by_capacity(desk: Desk) -> None:
    anna, boris, vera = desk.managers
    await desk.capacity(anna, 10)
    await _give(desk, anna, 1)  # 0.1 of the capacity
    await _give(desk, boris, 4)  # 0.008
    await _give(desk, vera, 5)
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
    await _give(desk, desk.anna, 20)
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


# ── changing hands ───────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_declined_order_goes_to_somebody_who_has_not_declined_it_and_is_counted(desk: Desk) -> None:
    order = await desk.order()
    for _ in desk.managers:
        await desk.do(DeclineOrder(order=order.code, reason="Не моя марка"), desk.by(order))
        order = await desk.see(order)
    assert order.owner_id == desk.admin.id
    assert "no_eligible_manager" in await desk.signals(order)
    reasons = await desk.column("SELECT end_reason FROM ai_assignments WHERE order_id = :id ORDER BY id", id=order.id)
    assert reasons == ["declined", "declined", "declined", None]


async def test_a_declined_order_gets_a_whole_new_accept_clock(desk: Desk) -> None:
    order = await desk.order()
    desk.forward(minutes=10)
    await desk.do(DeclineOrder(order=order.code, reason="Не моя марка"), desk.by(order))
    order = await desk.see(order)
    clock = await desk.clock(order, "accept")
    assert clock is not None
    assert (clock["due_at"], clock["epoch"]) == (NOON + timedelta(minutes=25), 1)
    assert (order.due_at, clock["owner_id"]) == (clock["due_at"], order.owner_id)


async def test_the_former_owner_hears_that_the_order_was_taken_away_and_the_new_one_gets_its_card(desk: Desk) -> None:
    order = await desk.order()
    former = order.owner_id
    await desk.do(ReassignOrder(order=order.code, manager_id=desk.vera.id, reason="Просит клиент"), desk.admin.actor)
    assert [message["kind"] for message in await desk.messages(former)] == ["new_order", "taken_away"]
    assert [message["kind"] for message in await desk.messages(desk.vera)] == ["new_order"]


async def test_an_accepted_order_keeps_its_stage_when_it_changes_hands(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)
    before = await desk.clock(order, "stage")
    await desk.do(ReassignOrder(order=order.code, manager_id=desk.vera.id, reason="Просит клиент"), desk.admin.actor)
    after = await desk.clock(order, "stage")
    assert before is not None
    assert after is not None
    assert (after["due_at"], after["owner_id"]) == (before["due_at"], desk.vera.id)
    assert await desk.clock(order, "accept") is None


async def test_work_on_an_order_passes_on_with_it_but_what_others_do_stays_theirs(desk: Desk) -> None:
    order = await desk.order()
    due = NOON + timedelta(hours=5)
    await desk.do(CreateTask(order=order.code, text="Запросить чек", due_at=due), desk.admin.actor)
    blocker = OpenBlocker(order=order.code, text="Нет рейса", due_at=due, owner_id=desk.head.id)
    await desk.do(blocker, desk.admin.actor)
    await desk.do(ReassignOrder(order=order.code, manager_id=desk.vera.id, reason="Отпуск"), desk.admin.actor)
    assert await desk.column("SELECT owner_id FROM tasks WHERE state = 'open' ORDER BY kind") == [desk.vera.id] * 2
    assert await desk.column("SELECT owner_id FROM blockers") == [desk.head.id]
    owners = await desk.rows("SELECT kind, owner_id FROM clocks WHERE state <> 'done' AND kind IN ('task', 'blocker')")
    assert {row["kind"]: row["owner_id"] for row in owners} == {"task": desk.vera.id, "blocker": desk.head.id}


async def test_an_order_is_not_given_to_who_has_it_nor_to_who_only_looks(desk: Desk) -> None:
    order = await desk.order()
    assert order.owner_id is not None
    with pytest.raises(ConflictError):
        await desk.do(ReassignOrder(order=order.code, manager_id=order.owner_id, reason="?"), desk.admin.actor)
    with pytest.raises(InvalidInputError):
        await desk.do(ReassignOrder(order=order.code, manager_id=desk.viewer.id, reason="?"), desk.admin.actor)


async def test_an_admin_chosen_by_name_owns_the_order_without_a_signal(desk: Desk) -> None:
    order = await desk.order()
    await desk.do(ReassignOrder(order=order.code, manager_id=desk.admin.id, reason="Беру сам"), desk.admin.actor)
    assert (await desk.see(order)).owner_id == desk.admin.id
    assert await desk.signals(order) == []


async def test_five_orders_change_hands_at_once_and_each_has_its_step_and_deadline_made_true(desk: Desk) -> None:
    orders = await _give(desk, desk.anna, 5)
    desk.forward(minutes=10)
    command = MassReassign(
        from_manager=desk.anna.id, orders=tuple(order.code for order in orders), reason="Анна заболела"
    )
    done = await desk.do(command, desk.admin.actor)
    assert done.outcome is Outcome.DONE
    for order in [await desk.see(order) for order in orders]:
        assert order.owner_id in (desk.boris.id, desk.vera.id)
        assert order.due_at == NOON + timedelta(minutes=25)
    owners = await desk.column("SELECT owner_id FROM tasks WHERE kind = 'step' AND state = 'open'")
    assert desk.anna.id not in owners
    assert [message["kind"] for message in await desk.messages(desk.anna)][-1] == "taken_away"


# ── the auditor ──────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_auditor_gives_lost_orders_an_owner_clocks_and_a_next_step(desk: Desk) -> None:
    orders = await desk.orders(9)
    async with desk.db.transaction() as tx:
        await tx.execute(text("UPDATE orders SET owner_id = NULL, due_at = NULL, next_step = NULL"))
        await tx.execute(text("UPDATE clocks SET owner_id = NULL"))
    done = await desk.do(AssignUnattended(), WATCHDOG)
    assert done.value == 9
    for order in [await desk.see(order) for order in orders]:
        assert None not in (order.owner_id, order.due_at, order.next_step)
    assert await _spread(desk) <= 1
    assert await desk.value("SELECT count(*) FROM clocks WHERE owner_id IS NULL") == 0
    assert (await desk.do(AssignUnattended(), WATCHDOG)).value == 0
    async with desk.db.reading() as tx:
        assert await broken(tx) == {}


async def _give(desk: Desk, manager: Member, count: int) -> list[Order]:
    """Orders that this manager has; the others are away meanwhile."""
    others = [other for other in desk.managers if other != manager]
    for other in others:
        await desk.alter(other, active=False)
    orders = await desk.orders(count)
    for other in others:
        await desk.alter(other, active=True)
    return orders


async def test_price_limits_hold_for_single_managers(desk: Desk) -> None:
    async with desk.db.transaction() as tx:
        changed = {"id": desk.anna.id}
        await tx.execute(text("UPDATE managers SET constraints = '{\"max_price\"\\: 1000}' WHERE id = :id"), changed)
    assert await _owner(desk, price_eur=Decimal(1500)) == desk.boris
    assert await _owner(desk, price_eur=Decimal(900)) == desk.anna


async def test_accepting_counts_for_the_assignment(desk: Desk) -> None:
    order = await desk.order()
    desk.forward(minutes=4)
    await desk.do(AcceptOrder(order=order.code), desk.by(order))
    assert await desk.value("SELECT accepted_at FROM ai_assignments") == NOON + timedelta(minutes=4)
