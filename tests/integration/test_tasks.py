"""Tasks and blockers: each with an owner and a due time of its own (seed AI-ROP, section 4)."""

from datetime import timedelta

import pytest

from domain.commands import (
    AdvanceOrder,
    CancelOrder,
    CloseBlocker,
    CloseClaim,
    CompleteTask,
    CreateTask,
    OpenBlocker,
    OpenClaim,
    RecordCompliance,
)
from domain.errors import ConflictError, EvidenceMissingError, ForbiddenError, InvalidInputError
from domain.orders import CancelReason, Compliance, Status
from locales import sentences, texts
from store.database import Database
from tests.integration.desk import NOON, Desk

SOON = NOON + timedelta(hours=2)


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db)


# ── tasks ────────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_task_has_an_owner_a_due_time_a_clock_and_a_message(desk: Desk) -> None:
    order = await desk.order()
    task = CreateTask(order=order.code, text="Запросить чек", owner_id=desk.vera.id, due_at=SOON)
    done = await desk.do(task, desk.admin.actor)
    (row,) = await desk.rows("SELECT * FROM tasks WHERE id = :id", id=done.value)
    assert (row["owner_id"], row["due_at"], row["params"]) == (desk.vera.id, SOON, {"text": "Запросить чек"})
    clock = await desk.clock(order, "task")
    assert clock is not None
    assert (clock["due_at"], clock["owner_id"]) == (SOON, desk.vera.id)
    assert len(await desk.messages(desk.vera, kind="task")) == 1


async def test_a_task_without_a_named_owner_is_the_order_owners(desk: Desk) -> None:
    order = await desk.order()
    done = await desk.do(CreateTask(order=order.code, text="Запросить чек", due_at=SOON), desk.admin.actor)
    assert done.result["owner_id"] == order.owner_id


async def test_who_makes_a_task_for_themselves_gets_no_message_about_it(desk: Desk) -> None:
    order = await desk.order()
    await desk.do(CreateTask(order=order.code, text="Позвонить", due_at=SOON), desk.by(order))
    assert await desk.messages(order.owner_id, kind="task") == []


async def test_a_task_done_in_time_breaks_nothing(desk: Desk) -> None:
    order = await desk.order()
    task = await desk.do(CreateTask(order=order.code, text="Запросить чек", due_at=SOON), desk.admin.actor)
    await desk.do(CompleteTask(task_id=task.value), desk.by(order))
    await desk.pass_time(hours=3)
    assert "task" not in [row["clock_kind"] for row in await desk.violations(order, only_open=False)]
    with pytest.raises(ConflictError):
        await desk.do(CompleteTask(task_id=task.value), desk.by(order))


async def test_an_overdue_task_is_a_violation_of_its_owner_until_it_is_done(desk: Desk) -> None:
    order = await desk.order()
    command = CreateTask(order=order.code, text="Запросить чек", owner_id=desk.vera.id, due_at=SOON)
    task = await desk.do(command, desk.admin.actor)
    await desk.pass_time(hours=2)
    (violation,) = [row for row in await desk.violations(order) if row["subject_kind"] == "task"]
    assert (violation["owner_id"], violation["subject_id"]) == (desk.vera.id, task.value)
    await desk.do(CompleteTask(task_id=task.value), desk.vera.actor)
    assert "task" not in [row["subject_kind"] for row in await desk.violations(order)]


async def test_a_task_is_done_only_by_its_owner_or_a_leader(desk: Desk) -> None:
    order = await desk.order()
    command = CreateTask(order=order.code, text="Запросить чек", owner_id=order.owner_id, due_at=SOON)
    task = await desk.do(command, desk.admin.actor)
    stranger = next(manager for manager in desk.managers if manager.id != order.owner_id)
    with pytest.raises(ForbiddenError):
        await desk.do(CompleteTask(task_id=task.value), stranger.actor)


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(hours=-1), timedelta(days=2_000_000)])
async def test_a_task_is_due_in_the_near_future(desk: Desk, ahead: timedelta) -> None:
    order = await desk.order()
    with pytest.raises(InvalidInputError, match="due_at"):
        await desk.do(CreateTask(order=order.code, text="?", due_at=NOON + ahead), desk.admin.actor)


async def test_a_deadline_too_far_away_is_not_called_past(desk: Desk) -> None:
    order = await desk.order()
    with pytest.raises(InvalidInputError) as refused:
        await desk.do(CreateTask(order=order.code, text="?", due_at=NOON + timedelta(days=400)), desk.admin.actor)
    assert sentences.refusal(refused.value, texts("ru")).startswith("Срок слишком далёкий: можно не дальше чем на 366")


async def test_a_task_due_at_night_runs_by_the_wall(desk: Desk) -> None:
    order = await desk.order()
    desk.timeline.move_to(NOON + timedelta(hours=8))  # 20:00 in Moscow, nobody works
    due = desk.now + timedelta(hours=1)
    await desk.do(CreateTask(order=order.code, text="Написать в ночной чат", due_at=due), desk.admin.actor)
    clock = await desk.clock(order, "task")
    assert clock is not None
    assert (clock["due_at"], clock["working"]) == (due, False)


# ── blockers ─────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_blocker_becomes_the_next_step_until_it_is_out_of_the_way(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)
    before = order.next_step
    blocker = await desk.do(OpenBlocker(order=order.code, text="Продавец пропал", due_at=SOON), desk.by(order))
    assert (await desk.see(order)).next_step == "resolve_blocker"
    await desk.do(CloseBlocker(blocker_id=blocker.value, resolution="Нашёлся"), desk.by(order))
    assert (await desk.see(order)).next_step == before


async def test_an_overdue_blocker_raises_a_signal_that_ends_with_it(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.AWAITING_PAYMENT)
    blocker = await desk.do(OpenBlocker(order=order.code, text="Банк не отвечает", due_at=SOON), desk.by(order))
    await desk.pass_time(hours=2)
    assert await desk.signals(order) == ["blocker_overdue"]
    await desk.do(CloseBlocker(blocker_id=blocker.value, resolution="Ответил"), desk.by(order))
    assert await desk.signals(order) == []
    assert await desk.violations(order) == []


@pytest.mark.parametrize("status", [Status.READY_FOR_SHIPMENT, Status.IN_TRANSIT])
async def test_an_overdue_blocker_of_a_shipment_raises_the_crisis_signal(desk: Desk, status: Status) -> None:
    order = await desk.to_status(await desk.order(), status)
    await desk.do(OpenBlocker(order=order.code, text="Таможня", due_at=SOON), desk.by(order))
    await desk.pass_time(hours=2)
    assert set(await desk.signals(order)) == {"blocker_overdue", "shipment_blocked"}


async def test_a_blocker_follows_the_order_into_shipment(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.AWAITING_PAYMENT)
    await desk.do(OpenBlocker(order=order.code, text="Нет коробки", due_at=SOON), desk.by(order))
    await desk.to_status(order, Status.READY_FOR_SHIPMENT)
    await desk.pass_time(hours=2)
    assert "shipment_blocked" in await desk.signals(order)


async def test_a_cancelled_order_leaves_nothing_open_behind_it(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)
    await desk.do(CreateTask(order=order.code, text="Запросить чек", due_at=SOON), desk.admin.actor)
    await desk.do(OpenBlocker(order=order.code, text="Продавец пропал", due_at=SOON), desk.by(order))
    await desk.pass_time(hours=30)
    assert await desk.signals(order) != []
    cancel = CancelOrder(order=order.code, reason_code=CancelReason.SELLER_UNRESPONSIVE)
    await desk.do(cancel, desk.by(order))
    assert await desk.signals(order) == []
    assert await desk.violations(order) == []
    assert await desk.value("SELECT count(*) FROM clocks WHERE state <> 'done'") == 0
    assert await desk.value("SELECT count(*) FROM blockers WHERE closed_at IS NULL") == 0
    assert await desk.value("SELECT count(*) FROM tasks WHERE state = 'open'") == 0


# ── what a closed order refuses ──────────────────────────────────────────────────────────────────────────────────────
async def test_nothing_is_started_on_a_closed_order(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.CLOSED)
    for command in (
        CreateTask(order=order.code, text="Позвонить", due_at=NOON + timedelta(days=30)),
        OpenBlocker(order=order.code, text="Таможня", due_at=NOON + timedelta(days=30)),
        RecordCompliance(order=order.code, state=Compliance.BLOCKED),
        OpenClaim(order=order.code, text="Скрипит"),
        CloseClaim(order=order.code, resolution="Не скрипит"),
    ):
        with pytest.raises(ConflictError):
            await desk.do(command, desk.admin.actor)


async def test_an_order_with_an_open_claim_is_not_closed(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.DELIVERED)
    await desk.do(OpenClaim(order=order.code, text="Царапина на раме"), desk.by(order))
    assert (await desk.see(order)).next_step == "resolve_claim"
    assert await desk.signals(order) == ["claim_opened"]
    with pytest.raises(EvidenceMissingError, match="claim_closed"):
        await desk.do(AdvanceOrder(order=order.code, to=Status.CLOSED), desk.by(order))
    await desk.do(CloseClaim(order=order.code, resolution="Клиент доволен"), desk.head.actor)
    assert await desk.signals(order) == []
    with pytest.raises(ConflictError):
        await desk.do(CloseClaim(order=order.code, resolution="Клиент доволен"), desk.head.actor)
    await desk.do(AdvanceOrder(order=order.code, to=Status.CLOSED), desk.by(order))
