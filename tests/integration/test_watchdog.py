"""The watchdog: accept, first-contact, stage and client clocks fall due; stuck orders; who hears of it and when."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from domain.commands import (
    AcceptOrder,
    AddNote,
    ReassignOrder,
    RecordClientDecision,
    RecordContact,
)
from domain.journal import Outcome
from domain.orders import ClientDecision, Status
from domain.people import WATCHDOG
from guardrails.decisive import decide
from store.database import Database
from tests.integration.desk import NOON, Desk

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db, capacity=100)


# ── acceptance ───────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_owner_is_reminded_at_eighty_percent_of_the_accept_limit(desk: Desk) -> None:
    order = await desk.order()
    assert await desk.pass_time(minutes=11, seconds=59) == 0
    assert await desk.pass_time(seconds=1) == 1
    (reminder,) = await desk.messages(order.owner_id, kind="reminder")
    assert (reminder["order_id"], reminder["params"]["clock"]) == (order.id, "accept")
    assert await desk.violations(order) == []
    (row,) = await desk.decisions("remind")
    assert (row["order_id"], row["actor"]) == (order.id, "watchdog")


async def test_an_order_not_accepted_in_time_is_a_violation_and_gets_a_second_attempt(desk: Desk) -> None:
    order = await desk.order()
    await desk.pass_time(minutes=15)
    (violation,) = await desk.violations(order)
    assert (violation["clock_kind"], violation["epoch"], violation["level"]) == ("accept", 1, 2)
    assert (violation["due_at"], violation["owner_id"]) == (NOON + 15 * MINUTE, order.owner_id)
    clock = await desk.clock(order, "accept")
    assert clock is not None
    assert (clock["epoch"], clock["level"], clock["due_at"]) == (2, 0, NOON + 30 * MINUTE)
    assert len(await desk.messages(order.owner_id, kind="breach")) == 1
    again = await desk.see(order)
    assert (again.owner_id, again.due_at, again.next_step_due) == (order.owner_id, clock["due_at"], clock["due_at"])


async def test_an_order_not_accepted_twice_goes_to_somebody_else_and_is_counted(desk: Desk) -> None:
    order = await desk.order()
    await desk.pass_time(minutes=15)
    await desk.pass_time(minutes=15)
    given = await desk.see(order)
    assert given.owner_id not in (order.owner_id, None)
    assert given.due_at == NOON + 45 * MINUTE
    reasons = await desk.column("SELECT end_reason FROM ai_assignments WHERE order_id = :id ORDER BY id", id=order.id)
    assert reasons == ["not_accepted", None]
    missed = await desk.violations(order, only_open=False)
    assert [(row["epoch"], row["resolution"]) for row in missed] == [(1, "@handed-over"), (2, "@handed-over")]
    assert await desk.signals(order) == ["not_accepted"]
    (row,) = await desk.decisions("reassign_order")
    assert (row["actor"], row["facts"]["because"]) == ("watchdog", "not_accepted")


async def test_a_signal_of_non_acceptance_ends_when_the_order_is_accepted(desk: Desk) -> None:
    order = await desk.order()
    for _ in range(2):
        await desk.pass_time(minutes=15)
    await desk.do(AcceptOrder(order=order.code), desk.by(await desk.see(order)))
    assert await desk.signals(order) == []


async def test_an_order_is_reassigned_even_if_the_watchdog_slept_through_the_second_attempt(desk: Desk) -> None:
    order = await desk.order()
    await desk.pass_time(minutes=15)
    await desk.pass_time(hours=5)
    assert (await desk.see(order)).owner_id != order.owner_id
    assert await desk.violations(order) == []


async def test_after_an_outage_an_order_nobody_accepted_gets_its_second_attempt_without_an_alarm(desk: Desk) -> None:
    order = await desk.order()
    await desk.pass_time(hours=2)
    assert (await desk.see(order)).owner_id == order.owner_id
    (violation,) = await desk.violations(order)
    assert violation["level"] == 2
    assert await desk.value("SELECT count(*) FROM escalations") == 0


async def test_an_order_accepted_at_the_last_moment_is_not_taken_away(desk: Desk) -> None:
    order = await desk.order()
    await desk.pass_time(minutes=15)
    desk.forward(minutes=15)
    await desk.do(AcceptOrder(order=order.code), desk.by(order))
    late = ReassignOrder(order=order.code, because="not_accepted", reason="not accepted in time")
    assert (await desk.do(late, WATCHDOG)).outcome is Outcome.UNCHANGED
    await desk.sweep()
    assert (await desk.see(order)).owner_id == order.owner_id


async def test_four_workers_that_decide_at_once_reassign_each_order_once(desk: Desk) -> None:
    await desk.orders(6)
    await desk.pass_time(minutes=15)
    desk.forward(minutes=15)
    decided = await asyncio.gather(*(decide(desk.gate, desk.approvals) for _ in range(4)))
    assert sum(decided) == 6
    assert await desk.value("SELECT count(*) FROM ai_assignments WHERE end_reason = 'not_accepted'") == 6
    assert await desk.value("SELECT count(*) FROM ai_sla_violations") == 12


# ── first contact, stage, the client ─────────────────────────────────────────────────────────────────────────────────
async def test_the_first_contact_is_due_a_quarter_of_an_hour_after_acceptance(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)
    await desk.pass_time(minutes=15)
    assert [row["clock_kind"] for row in await desk.violations(order)] == ["first_contact"]
    await desk.do(RecordContact(order=order.code, party="seller", text="Ответил"), desk.by(order))
    assert await desk.violations(order) == []
    assert await desk.clock(order, "first_contact") is None


async def test_a_contact_in_time_keeps_the_first_contact_clock_quiet(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)
    desk.forward(minutes=10)
    await desk.do(RecordContact(order=order.code, party="seller"), desk.by(order))
    await desk.pass_time(minutes=10)
    assert await desk.violations(order, only_open=False) == []


async def test_a_stage_lasts_its_limit_in_working_hours(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)
    clock = await desk.clock(order, "stage")
    tuesday_evening = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # 7 + 9 + 9 + 5 + 9 + 9 = 48 working hours
    assert clock is not None
    assert clock["due_at"] == tuesday_evening
    desk.timeline.move_to(tuesday_evening)
    await desk.sweep()
    assert "stage" in [row["clock_kind"] for row in await desk.violations(order)]


async def test_leaving_a_stage_ends_its_clocks_and_what_they_broke(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)
    await desk.pass_time(days=8)
    assert {row["clock_kind"] for row in await desk.violations(order)} == {"first_contact", "stage", "movement"}
    assert "sla_breach" in await desk.signals(order)
    order = await desk.to_status(order, Status.AWAITING_PAYMENT)
    assert await desk.violations(order) == []
    assert await desk.signals(order) == []
    assert not order.hot
    kinds = await desk.column("SELECT kind FROM clocks WHERE order_id = :id AND state <> 'done'", id=order.id)
    assert sorted(kinds) == ["client_decision", "movement", "stage"]
    assert await desk.value("SELECT count(*) FROM escalations WHERE resolved_at IS NULL") == 0


async def test_a_client_who_does_not_decide_in_time_raises_a_signal(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.AWAITING_PAYMENT)
    clock = await desk.clock(order, "client_decision")
    assert clock is not None
    desk.timeline.move_to(clock["due_at"])
    await desk.sweep()
    assert "client_undecided" in await desk.signals(order)


async def test_a_thinking_client_is_followed_up_and_each_contact_starts_the_follow_up_anew(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.AWAITING_PAYMENT)
    await desk.do(RecordClientDecision(order=order.code, decision=ClientDecision.THINKING), desk.by(order))
    order = await desk.see(order)
    assert order.next_step == "follow_up_client"
    await desk.pass_time(days=1, hours=2)
    assert "follow_up" in [row["clock_kind"] for row in await desk.violations(order)]
    await desk.do(RecordContact(order=order.code, party="client", text="Просит день"), desk.by(order))
    assert "follow_up" not in [row["clock_kind"] for row in await desk.violations(order)]
    clock = await desk.clock(order, "follow_up")
    assert clock is not None
    assert (clock["epoch"], clock["opened_at"]) == (2, desk.now)


async def test_a_decision_of_the_client_stops_what_waited_for_it_and_starts_the_payment_clock(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.AWAITING_PAYMENT)
    await desk.do(RecordClientDecision(order=order.code, decision=ClientDecision.CONFIRMED), desk.by(order))
    payment = await desk.clock(order, "payment")
    assert await desk.clock(order, "client_decision") is None
    assert payment is not None
    desk.forward(hours=1)
    again = RecordClientDecision(order=order.code, decision=ClientDecision.CONFIRMED)
    assert (await desk.do(again, desk.by(order))).outcome is Outcome.UNCHANGED
    assert await desk.clock(order, "payment") == payment
    await desk.do(RecordClientDecision(order=order.code, decision=ClientDecision.THINKING), desk.by(order))
    assert await desk.clock(order, "payment") is None
    assert await desk.clock(order, "follow_up") is not None


async def test_a_message_from_the_client_wants_a_reply_in_two_hours(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.AWAITING_PAYMENT)
    await desk.do(RecordContact(order=order.code, party="client", direction="in", text="Ну что?"), desk.by(order))
    await desk.pass_time(hours=2)
    assert [row["clock_kind"] for row in await desk.violations(order)] == ["client_reply"]
    await desk.do(RecordContact(order=order.code, party="client", text="Отвечаем"), desk.by(order))
    assert await desk.violations(order) == []


# ── stuck ────────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_an_order_without_movement_is_stuck_after_24_hours_and_critical_after_72(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)
    await desk.do(RecordContact(order=order.code, party="seller"), desk.by(order))
    await desk.pass_time(hours=24)
    movement = [row for row in await desk.violations(order) if row["clock_kind"] == "movement"]
    assert [row["severity"] for row in movement] == ["high"]
    assert "stuck_24h" in await desk.signals(order)
    assert not (await desk.see(order)).hot
    await desk.pass_time(hours=48)
    movement = [row for row in await desk.violations(order) if row["clock_kind"] == "movement"]
    assert [(row["severity"], row["level"]) for row in movement] == [("critical", 3)]
    assert {"stuck_24h", "stuck_72h"} <= set(await desk.signals(order))
    assert (await desk.see(order)).hot


async def test_movement_ends_being_stuck_and_starts_the_watch_anew(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.READY_FOR_SHIPMENT)
    await desk.pass_time(hours=72)
    assert (await desk.see(order)).hot
    await desk.do(AddNote(order=order.code, text="Продавец нашёл коробку"), desk.by(order))
    assert "movement" not in [row["clock_kind"] for row in await desk.violations(order)]
    assert not {"stuck_24h", "stuck_72h"} & set(await desk.signals(order))
    assert not (await desk.see(order)).hot
    await desk.pass_time(hours=24)
    assert "stuck_24h" in await desk.signals(order)


async def test_a_bike_on_its_way_is_not_stuck(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.IN_TRANSIT)
    await desk.pass_time(days=10)
    assert await desk.violations(order) == []


# ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_messages_of_the_night_wait_for_the_morning_unless_they_are_critical(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)
    await desk.do(RecordContact(order=order.code, party="seller"), desk.by(order))
    desk.timeline.move_to(datetime(2026, 11, 20, 20, 0, tzinfo=UTC))  # Friday, 23:00 in Moscow
    await desk.sweep()
    saturday_opening = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    (stuck,) = await desk.messages(order.owner_id, kind="stuck")
    assert stuck["deliver_at"] == saturday_opening
    desk.timeline.move_to(datetime(2026, 11, 21, 20, 0, tzinfo=UTC))
    await desk.sweep()
    (critical,) = await desk.messages(desk.admin, kind="stuck")
    assert (critical["deliver_at"], critical["priority"]) == (None, 0)


async def test_the_duty_admin_hears_what_an_owner_who_left_does_not(desk: Desk) -> None:
    order = await desk.order()
    owner = next(manager for manager in desk.managers if manager.id == order.owner_id)
    await desk.alter(owner, active=False)
    await desk.pass_time(minutes=12)
    assert len(await desk.messages(desk.admin, kind="reminder")) == 1
