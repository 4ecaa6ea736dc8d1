"""The escalation ladder, and what people do about a breach: acknowledge, snooze, resolve, extend, pause, resume."""

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from domain.commands import (
    AcceptOrder,
    Acknowledge,
    ExtendClock,
    PauseClock,
    RecordContact,
    Resolve,
    ResumeClock,
    Snooze,
)
from domain.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from domain.orders import Order, Status
from domain.people import Role
from store import invariants
from store.database import Database
from tests.integration.desk import NOON, Desk

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db)


@pytest.fixture
async def order(desk: Desk) -> Order:
    """An order just accepted: the first contact is due at 12:15, L2 at 12:22:30, L3 at 12:30."""
    return await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)


async def _violation(desk: Desk, order: Order) -> Mapping[str, Any]:
    (violation,) = await desk.violations(order)
    return violation


async def _escalations(desk: Desk, *, only_open: bool = True) -> list[Mapping[str, Any]]:
    only = " WHERE resolved_at IS NULL" if only_open else ""
    return list(await desk.rows(f"SELECT * FROM escalations{only} ORDER BY level"))


async def _to(desk: Desk, minutes: float) -> None:
    desk.timeline.move_to(NOON + timedelta(minutes=minutes))
    await desk.sweep()


# ── the steps ────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_first_step_is_the_owner(desk: Desk, order: Order) -> None:
    await _to(desk, 15)
    violation = await _violation(desk, order)
    assert (violation["level"], violation["severity"]) == (2, "high")
    assert len(await desk.messages(order.owner_id, kind="breach")) == 1
    assert await _escalations(desk) == []


async def test_the_second_step_gives_the_duty_admin_a_card_with_a_proposal(desk: Desk, order: Order) -> None:
    await _to(desk, 15)
    await _to(desk, 22.5)
    assert (await _violation(desk, order))["level"] == 3
    (card,) = await desk.messages(desk.admin, kind="escalation")
    assert (card["order_id"], card["params"]["proposal"], card["params"]["clock"]) == (
        order.id,
        "reassign",
        "first_contact",
    )
    (escalation,) = await _escalations(desk)
    assert (escalation["owner_id"], escalation["level"]) == (desk.admin.id, 3)
    assert escalation["deadline"] == NOON + 22.5 * MINUTE + 2 * HOUR
    assert await desk.signals(order) == ["sla_breach"]
    assert not (await desk.see(order)).hot


async def test_the_third_step_alarms_all_admins_makes_the_order_hot_and_raises_the_severity(db: Database) -> None:
    desk = await Desk.open(db)
    second = await desk.hire("Оксана", Role.ADMIN)
    order = await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)
    for minutes in (15, 22.5, 30):
        await _to(desk, minutes)
    violation = await _violation(desk, order)
    assert (violation["level"], violation["severity"]) == (4, "critical")
    assert (await desk.see(order)).hot
    for admin in (desk.admin, second):
        (alarm,) = await desk.messages(admin, kind="alarm")
        assert (alarm["priority"], alarm["params"]["severity"]) == (0, "critical")
    assert [row["level"] for row in await _escalations(desk)] == [3, 4]
    assert (await desk.sweep(), await desk.pass_time(hours=3)) == (0, 0)


async def test_every_escalation_has_owner_deadline_and_in_the_end_a_resolution(desk: Desk, order: Order) -> None:
    await _to(desk, 30)
    assert all(row["owner_id"] and row["deadline"] > row["at"] for row in await _escalations(desk))
    await desk.do(RecordContact(order=order.code, party="seller"), desk.by(order))
    assert {row["resolution"] for row in await _escalations(desk, only_open=False)} == {"@contact"}


async def test_steps_slept_through_are_made_up_for_in_one_go(desk: Desk, order: Order) -> None:
    await _to(desk, 60)
    assert (await _violation(desk, order))["level"] == 4
    assert [row["level"] for row in await _escalations(desk)] == [3, 4]
    assert await desk.messages(order.owner_id, kind="reminder") == []
    (row,) = await desk.decisions("escalate")
    assert (row["facts"]["level"], row["result"]["level"]) == (0, 4)


# ── acknowledge and snooze ───────────────────────────────────────────────────────────────────────────────────────────
async def test_an_acknowledgement_stops_the_ladder_until_it_expires(desk: Desk, order: Order) -> None:
    await _to(desk, 15)
    violation = await _violation(desk, order)
    await desk.do(Acknowledge(violation_id=violation["id"]), desk.by(order))
    await _to(desk, 15 + 119)
    held = await _violation(desk, order)
    assert (held["level"], held["ack_by"], held["ack_until"]) == (2, order.owner_id, NOON + 15 * MINUTE + 2 * HOUR)
    await _to(desk, 15 + 120)
    assert (await _violation(desk, order))["level"] == 4


@pytest.mark.parametrize(
    ("option", "until"),
    [
        ("30m", NOON + 45 * MINUTE),
        ("2h", NOON + 15 * MINUTE + 2 * HOUR),
        ("tomorrow", datetime(2026, 11, 19, 7, 0, tzinfo=UTC)),
    ],
)
async def test_a_snoozed_ladder_goes_on_at_the_chosen_moment(
    desk: Desk, order: Order, option: str, until: datetime
) -> None:
    await _to(desk, 15)
    violation = await _violation(desk, order)
    snooze = Snooze.model_validate({"violation_id": violation["id"], "option": option})
    done = await desk.do(snooze, desk.admin.actor)
    assert done.value == until
    desk.timeline.move_to(until - timedelta(seconds=1))
    await desk.sweep()
    assert (await _violation(desk, order))["level"] == 2
    desk.forward(seconds=1)
    await desk.sweep()
    assert (await _violation(desk, order))["level"] == 4


async def test_only_the_owner_and_leaders_deal_with_a_violation(desk: Desk, order: Order) -> None:
    await _to(desk, 15)
    violation = await _violation(desk, order)
    stranger = next(manager for manager in desk.managers if manager.id != order.owner_id)
    with pytest.raises(ForbiddenError):
        await desk.do(Acknowledge(violation_id=violation["id"]), stranger.actor)


async def test_a_manager_acknowledges_a_breach_of_their_own_once_and_a_leader_as_often_as_it_takes(
    desk: Desk, order: Order
) -> None:
    await _to(desk, 15)
    acknowledge = Acknowledge(violation_id=(await _violation(desk, order))["id"])
    await desk.do(acknowledge, desk.by(order))
    for minutes in (5, 200):  # while the first one lasts, and after it
        desk.forward(minutes=minutes)
        with pytest.raises(ConflictError, match="acknowledged"):
            await desk.do(acknowledge, desk.by(order))
    for _ in range(2):
        await desk.do(acknowledge, desk.admin.actor)


async def test_a_manager_neither_snoozes_nor_resolves_a_breach_of_their_own(desk: Desk, order: Order) -> None:
    await _to(desk, 15)
    number = (await _violation(desk, order))["id"]
    for command in (Snooze(violation_id=number, option="30m"), Resolve(violation_id=number, resolution="Всё хорошо")):
        with pytest.raises(ForbiddenError):
            await desk.do(command, desk.by(order))


# ── resolve ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_resolution_needs_a_text() -> None:
    with pytest.raises(ValidationError):
        Resolve(violation_id=1, resolution="  ")


async def test_a_resolution_ends_the_escalations_the_ladder_and_the_place_on_the_hot_list(
    desk: Desk, order: Order
) -> None:
    for minutes in (15, 22.5, 30):
        await _to(desk, minutes)
    violation = await _violation(desk, order)
    await desk.do(Resolve(violation_id=violation["id"], resolution="Дозвонился сам"), desk.admin.actor)
    assert await desk.violations(order) == []
    assert await _escalations(desk) == []
    assert {row["resolution"] for row in await _escalations(desk, only_open=False)} == {"Дозвонился сам"}
    assert await desk.signals(order) == []
    assert not (await desk.see(order)).hot
    (resolved,) = await desk.violations(order, only_open=False)
    assert (resolved["resolved_by"], resolved["resolution"]) == (desk.admin.actor.name, "Дозвонился сам")
    with pytest.raises(ConflictError):
        await desk.do(Resolve(violation_id=violation["id"], resolution="Ещё раз"), desk.admin.actor)


async def test_a_resolution_leaves_the_order_hot_while_another_violation_keeps_it_so(desk: Desk, order: Order) -> None:
    await desk.pass_time(hours=73)
    contact = next(row for row in await desk.violations(order) if row["clock_kind"] == "first_contact")
    await desk.do(Resolve(violation_id=contact["id"], resolution="Дозвонился сам"), desk.admin.actor)
    assert [row["clock_kind"] for row in await desk.violations(order)] == ["movement"]
    assert (await desk.see(order)).hot


async def test_a_resolved_breach_whose_cause_is_still_there_breaks_again(desk: Desk, order: Order) -> None:
    await _to(desk, 30)
    resolved = await _violation(desk, order)
    done = await desk.do(Resolve(violation_id=resolved["id"], resolution="Дозвонился сам"), desk.admin.actor)
    assert done.result["due_at"] == (await desk.see(order)).due_at == NOON + 45 * MINUTE
    await _to(desk, 44)
    assert len(await desk.messages(order.owner_id, kind="reminder")) == 1
    assert await desk.violations(order) == []
    await _to(desk, 45)
    again = await _violation(desk, order)
    assert (again["clock_id"], again["epoch"], again["level"]) == (resolved["clock_id"], 2, 2)
    await _to(desk, 60)
    assert (await _violation(desk, order))["level"] == 4


async def test_a_long_limit_is_looked_at_again_within_a_day_after_a_resolution(desk: Desk, order: Order) -> None:
    await desk.do(RecordContact(order=order.code, party="seller"), desk.by(order))
    await desk.pass_time(hours=24 * 9)
    stage, movement = await desk.violations(order)
    for violation in (stage, movement):
        await desk.do(Resolve(violation_id=violation["id"], resolution="Ждём продавца"), desk.admin.actor)
    resolved_at = desk.now
    calendar = desk.gate.calendars.of_team(None)
    clock = await desk.clock(order, "stage")
    assert clock is not None
    assert calendar.working_between(resolved_at, clock["due_at"]) == 24 * HOUR
    movement = await desk.clock(order, "movement")
    assert movement is not None
    assert movement["due_at"] == resolved_at + 24 * HOUR
    await desk.pass_time(hours=24)
    assert [row["clock_kind"] for row in await desk.violations(order)] == ["movement"]


async def test_nobody_can_keep_an_order_silent_however_often_they_say_that_it_is_dealt_with(
    desk: Desk, order: Order
) -> None:
    await desk.do(RecordContact(order=order.code, party="seller"), desk.by(order))
    for _ in range(30):
        await desk.pass_time(hours=12)
        for violation in await desk.violations(order):
            with contextlib.suppress(ConflictError):
                await desk.do(Acknowledge(violation_id=violation["id"]), desk.by(order))
            with pytest.raises(ForbiddenError):
                await desk.do(Resolve(violation_id=violation["id"], resolution="ок."), desk.by(order))
        async with desk.db.reading() as tx:
            assert await invariants.broken(tx) == {}
    assert (await desk.see(order)).hot
    assert await desk.messages(desk.admin, kind="escalation")
    assert await desk.messages(desk.admin, kind="alarm")


async def test_resolving_the_first_missed_acceptance_leaves_the_second_attempt_as_it_runs(desk: Desk) -> None:
    order = await desk.order()
    await _to(desk, 15)
    await desk.do(Resolve(violation_id=(await _violation(desk, order))["id"], resolution="Звоню"), desk.admin.actor)
    clock = await desk.clock(order, "accept")
    assert clock is not None
    assert (clock["epoch"], clock["due_at"]) == (2, NOON + 30 * MINUTE)


async def test_a_clock_that_nobody_looks_at_any_more_is_found(desk: Desk, order: Order) -> None:
    async with desk.db.transaction() as tx:
        await tx.execute(text("UPDATE clocks SET next_at = NULL WHERE kind = 'stage'"))
    async with desk.db.reading() as tx:
        assert await invariants.broken(tx) == {"running clocks that nobody looks at any more": 1}


async def test_what_is_not_there_cannot_be_resolved(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        await desk.do(Resolve(violation_id=4711, resolution="Готово"), desk.admin.actor)


# ── extend ───────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_an_extension_before_the_breach_moves_the_whole_ladder(desk: Desk, order: Order) -> None:
    extend = ExtendClock(order=order.code, clock="first_contact", minutes=15, reason="Продавец в пути")
    done = await desk.do(extend, desk.admin.actor)
    assert done.result["due_at"] == NOON + 30 * MINUTE
    clock = await desk.clock(order, "first_contact")
    assert clock is not None
    assert (clock["remind_at"], clock["l2_at"], clock["l3_at"]) == (
        NOON + 27 * MINUTE,
        NOON + 37.5 * MINUTE,
        NOON + 45 * MINUTE,
    )
    assert (await desk.see(order)).due_at == NOON + 30 * MINUTE
    await _to(desk, 15)
    assert await desk.violations(order) == []
    await _to(desk, 30)
    assert len(await desk.violations(order)) == 1


async def test_an_extension_after_the_breach_resolves_it_and_can_break_again(desk: Desk, order: Order) -> None:
    await _to(desk, 20)
    extend = ExtendClock(order=order.code, clock="first_contact", minutes=30, reason="Продавец в пути")
    await desk.do(extend, desk.admin.actor)
    (resolved,) = await desk.violations(order, only_open=False)
    assert resolved["resolution"] == "@extended: Продавец в пути"
    await _to(desk, 49)
    assert await desk.violations(order) == []
    await _to(desk, 50)
    again = await _violation(desk, order)
    assert (again["epoch"], again["due_at"]) == (2, NOON + 50 * MINUTE)


async def test_an_extended_acceptance_keeps_both_attempts_and_reminds_again(desk: Desk) -> None:
    order = await desk.order()
    await _to(desk, 12)
    extend = ExtendClock(order=order.code, clock="accept", minutes=15, reason="Планёрка до половины")
    await desk.do(extend, desk.admin.actor)
    await _to(desk, 27)
    assert len(await desk.messages(order.owner_id, kind="reminder")) == 2
    await _to(desk, 30)
    assert (await desk.see(order)).owner_id == order.owner_id
    assert (await _violation(desk, order))["epoch"] == 1
    await _to(desk, 45)
    assert (await desk.see(order)).owner_id != order.owner_id


async def test_a_manager_may_not_extend_their_own_clock(desk: Desk, order: Order) -> None:
    extend = ExtendClock(order=order.code, clock="first_contact", minutes=15, reason="Не успеваю")
    with pytest.raises(ForbiddenError):
        await desk.do(extend, desk.by(order))


@pytest.mark.parametrize("clock", ["movement", "approval", "signal", "lunch"])
async def test_clocks_that_end_in_their_own_way_cannot_be_moved(desk: Desk, order: Order, clock: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await desk.do(ExtendClock(order=order.code, clock=clock, minutes=15, reason="Надо"), desk.admin.actor)
    assert "first_contact" in refused.value.allowed
    with pytest.raises(InvalidInputError):
        await desk.do(PauseClock(order=order.code, clock=clock, minutes=15, reason="Надо"), desk.admin.actor)


async def test_a_clock_that_does_not_run_cannot_be_extended(desk: Desk, order: Order) -> None:
    with pytest.raises(NotFoundError):
        await desk.do(ExtendClock(order=order.code, clock="payment", minutes=15, reason="Надо"), desk.admin.actor)


# ── pause and resume ─────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_paused_clock_stands_still_and_goes_on_by_itself(desk: Desk, order: Order) -> None:
    desk.forward(minutes=5)
    pause = PauseClock(order=order.code, clock="first_contact", minutes=60, reason="Продавец спит")
    done = await desk.do(pause, desk.admin.actor)
    assert done.result["due_at"] == NOON + 75 * MINUTE
    await _to(desk, 74)
    assert await desk.violations(order) == []
    await _to(desk, 75)
    assert len(await desk.violations(order)) == 1


async def test_resuming_early_gives_back_only_the_time_that_was_paused(desk: Desk, order: Order) -> None:
    desk.forward(minutes=5)
    await desk.do(PauseClock(order=order.code, clock="first_contact", minutes=60, reason="Сон"), desk.admin.actor)
    desk.forward(minutes=10)
    done = await desk.do(ResumeClock(order=order.code, clock="first_contact"), desk.admin.actor)
    assert done.result["due_at"] == NOON + 25 * MINUTE
    with pytest.raises(ConflictError):
        await desk.do(ResumeClock(order=order.code, clock="first_contact"), desk.admin.actor)


async def test_a_paused_clock_cannot_be_paused_again_nor_for_longer_than_the_policy_allows(
    desk: Desk, order: Order
) -> None:
    longer = PauseClock(order=order.code, clock="stage", minutes=3 * 24 * 60 + 1, reason="Отпуск")
    with pytest.raises(InvalidInputError):
        await desk.do(longer, desk.admin.actor)
    await desk.do(PauseClock(order=order.code, clock="stage", minutes=60, reason="Перерыв"), desk.admin.actor)
    with pytest.raises(ConflictError):
        await desk.do(PauseClock(order=order.code, clock="stage", minutes=60, reason="Ещё"), desk.admin.actor)


async def test_a_pause_keeps_its_author_and_reason(desk: Desk, order: Order) -> None:
    await desk.do(PauseClock(order=order.code, clock="stage", minutes=60, reason="Праздник"), desk.admin.actor)
    clock = await desk.clock(order, "stage")
    assert clock is not None
    assert clock["pauses"] == [
        {
            "start": NOON.isoformat(),
            "end": (NOON + HOUR).isoformat(),
            "reason": "Праздник",
            "by": desk.admin.actor.name,
        }
    ]


async def test_an_accepted_order_has_no_accept_clock_left_to_extend(desk: Desk) -> None:
    order = await desk.order()
    await desk.do(AcceptOrder(order=order.code), desk.by(order))
    with pytest.raises(NotFoundError):
        await desk.do(ExtendClock(order=order.code, clock="accept", minutes=5, reason="Поздно"), desk.admin.actor)
