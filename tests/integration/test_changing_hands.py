"""Orders change hands: declined, reassigned one by one and many at once, found by the auditor (docs/DOMAIN.md 4)."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from domain.commands import (
    AcceptOrder,
    AssignUnattended,
    CreateTask,
    DeclineOrder,
    MassReassign,
    OpenBlocker,
    ReassignOrder,
)
from domain.errors import ConflictError, InvalidInputError
from domain.journal import Outcome
from domain.orders import Status
from domain.people import WATCHDOG
from store.database import Database
from store.invariants import broken
from tests.integration.desk import NOON, Desk


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db, capacity=500)


async def _spread(desk: Desk) -> int:
    loads = (await desk.loads()).values()
    return max(loads) - min(loads)


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


async def test_accepting_counts_for_the_assignment(desk: Desk) -> None:
    order = await desk.order()
    desk.forward(minutes=4)
    await desk.do(AcceptOrder(order=order.code), desk.by(order))
    assert await desk.value("SELECT accepted_at FROM ai_assignments") == NOON + timedelta(minutes=4)


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
    orders = await desk.give(desk.anna, 5)
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
