"""The watchdog: accept, stage and decision clocks fall due; stuck orders; sweeping twice, late, and all at once."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from domain.commands import (
    AcceptOrder,
    AddNote,
    ReassignOrder,
    RecordClientDecision,
    RecordContact,
    ResolveSignal,
    SweepClocks,
    WatchSignals,
)
from domain.journal import Outcome
from domain.orders import ClientDecision, Status
from domain.people import WATCHDOG
from domain.policy import ClockKind
from guardrails.decisive import decide
from store import clocks as clock_store
from store import dispatch as dispatch_store
from store.database import Database
from store.invariants import broken
from tests.integration.desk import NOON, POLICY, Desk

MINUTE = timedelta(minutes=1)
BERLIN = "Europe/Berlin"


@pytest.fixture
async def desk(db: Database) -> Desk:
    """The company at work."""
    return await Desk.open(db, capacity=100)


async def _what_a_sweep_leaves(desk: Desk) -> Mapping[str, list[Mapping[str, Any]]]:
    """Everything that sweeps write, without the ids of their journal rows."""
    tables = {
        "ai_sla_violations": "clock_id, epoch, level, severity, due_at, breached_at, resolved_at",
        "escalations": "violation_id, level, owner_id, at",
        "ai_signals": "dedup_key, status",
        "notifications": "person_id, order_id, kind, dedup_key, params",
        "clocks": "id, level, epoch, next_at, due_at, state",
        "orders": "id, owner_id, hot, due_at, version",
    }
    return {
        table: list(await desk.rows(f"SELECT {columns} FROM {table} ORDER BY {columns}"))
        for table, columns in tables.items()
    }


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
    assert [(row["epoch"], row["resolution"]) for row in missed] == [(1, "reassigned"), (2, "reassigned")]
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


# ── sweeping again, late, and from everywhere ────────────────────────────────────────────────────────────────────────
async def test_sweeping_twice_changes_nothing_more(desk: Desk) -> None:
    for status in (Status.PENDING_MANAGER, Status.UNDER_INSPECTION, Status.AWAITING_PAYMENT):
        await desk.to_status(await desk.order(), status)
    await desk.pass_time(days=3)
    left = await _what_a_sweep_leaves(desk)
    assert await desk.sweep() == 0
    assert await _what_a_sweep_leaves(desk) == left


async def test_four_sweepers_at_once_leave_what_one_would(desk: Desk, owner_db: Database) -> None:
    orders = await desk.orders(40)
    for order in orders[:20]:
        await desk.do(AcceptOrder(order=order.code), desk.by(order))
    desk.forward(hours=26)

    async def sweeper() -> None:
        while (await desk.do(SweepClocks(batch=7), WATCHDOG)).value:
            pass

    await asyncio.gather(*(sweeper() for _ in range(4)))
    assert (
        await desk.value("SELECT count(*) FROM clocks WHERE state = 'running' AND next_at <= :now", now=desk.now) == 0
    )
    assert await desk.value("SELECT count(*) - count(DISTINCT (clock_id, epoch)) FROM ai_sla_violations") == 0
    assert await desk.value("SELECT count(*) FROM ai_sla_violations WHERE clock_kind = 'accept'") == 20
    assert await desk.value("SELECT count(*) FROM ai_sla_violations WHERE clock_kind = 'first_contact'") == 20
    assert await desk.value("SELECT count(*) FROM ai_sla_violations WHERE clock_kind = 'movement'") == 40
    assert await desk.value("SELECT count(*) FROM ai_signals WHERE code = 'stuck_24h'") == 40
    swept = await desk.decisions("escalate")
    assert len(swept) == len({(row["order_id"], str(row["facts"]["clock"])) for row in swept})
    left = await _what_a_sweep_leaves(desk)
    await sweeper()
    assert await _what_a_sweep_leaves(desk) == left


async def test_after_three_days_of_outage_each_person_gets_at_most_one_digest_card(desk: Desk) -> None:
    for order in (await desk.orders(60))[:30]:
        await desk.do(AcceptOrder(order=order.code), desk.by(order))
    before = await desk.value("SELECT coalesce(max(id), 0) FROM notifications")
    desk.forward(days=3)
    await desk.do(SweepClocks(), WATCHDOG)
    cards = await desk.rows("SELECT person_id, kind FROM notifications WHERE id > :before", before=before)
    assert {card["kind"] for card in cards} == {"digest"}
    assert len(cards) == len({card["person_id"] for card in cards}) == len(desk.managers) + 1
    await desk.sweep()
    async with desk.db.reading() as tx:
        assert await broken(tx) == {}


async def test_the_most_overdue_clocks_are_taken_first(desk: Desk) -> None:
    await desk.order()
    desk.forward(minutes=30)
    await desk.order()
    desk.forward(minutes=30)
    async with desk.db.transaction() as tx:
        due = await clock_store.take_due(tx, now=desk.now, batch=2, accept_attempts=2)
    assert [clock.next_at for clock in due] == [NOON + 12 * MINUTE, NOON + 42 * MINUTE]


async def test_a_running_clock_keeps_the_limits_and_version_of_the_policy_it_was_opened_under(desk: Desk) -> None:
    old = await desk.order()
    kinds = POLICY.clocks.kinds
    accept = kinds[ClockKind.ACCEPT].model_copy(update={"limit": timedelta(minutes=40)})
    clocks = POLICY.clocks.model_copy(update={"kinds": {**kinds, ClockKind.ACCEPT: accept}})
    changed = desk.with_policy(POLICY.model_copy(update={"clocks": clocks, "version": "2-changed"}))
    new = await changed.order(crm_id="after-the-change")
    running = {order.id: await changed.clock(order, "accept") for order in (old, new)}
    found = {order_id: (clock or {})["policy_version"] for order_id, clock in running.items()}
    assert found == {old.id: POLICY.version, new.id: "2-changed"}
    await changed.pass_time(minutes=15)
    (violation,) = await changed.violations(old)
    assert violation["due_at"] == NOON + 15 * MINUTE
    assert await changed.violations(new) == []
    second = await changed.clock(old, "accept")
    assert second is not None
    assert (second["due_at"], second["policy_version"]) == (NOON + 30 * MINUTE, POLICY.version)


@pytest.mark.parametrize(
    ("now", "windows", "due"),
    [
        # 02:10 does not exist on the night of 28 March: ten minutes then, five a week later.
        ("2027-03-28T00:40+00:00", ["01:50-02:10"], "2027-04-03T23:55+00:00"),
        # 02:30 comes twice on the night of 25 October: only its first coming is the shift.
        ("2026-10-25T00:10+00:00", ["02:30-02:50"], "2026-10-25T00:45+00:00"),
        ("2026-10-25T00:55+00:00", ["02:30-02:50"], "2026-11-01T01:45+00:00"),
    ],
)
async def test_clocks_of_a_night_shift_hold_on_nights_when_the_hour_changes(
    db: Database, now: str, windows: list[str], due: str
) -> None:
    desk = await Desk.open(db, at=datetime.fromisoformat(now))
    await desk.alter(desk.anna, calendar={"tz": BERLIN, "week": {"sun": windows}})
    for manager in (desk.boris, desk.vera):
        await desk.alter(manager, active=False)
    order = await desk.order()
    assert (order.owner_id, order.due_at) == (desk.anna.id, datetime.fromisoformat(due))
    desk.timeline.move_to(datetime.fromisoformat(due) - timedelta(seconds=1))
    await desk.sweep()
    assert "accept" not in [row["clock_kind"] for row in await desk.violations(order)]
    desk.forward(seconds=1)
    await desk.sweep()
    assert "accept" in [row["clock_kind"] for row in await desk.violations(order)]


# ── signals have clocks too ──────────────────────────────────────────────────────────────────────────────────────────
async def test_an_open_signal_has_its_clock_and_a_settled_one_has_none(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)
    await desk.pass_time(hours=24)
    started = (await desk.do(WatchSignals(), WATCHDOG)).value
    assert started == len(await desk.signals())
    assert (await desk.do(WatchSignals(), WATCHDOG)).value == 0
    signal_id = await desk.value("SELECT id FROM ai_signals WHERE code = 'stuck_24h'")
    settle = ResolveSignal(signal_id=signal_id, resolution="Продавец ответил")
    await desk.do(settle, desk.admin.actor)
    await desk.do(AddNote(order=order.code, text="Едем дальше"), desk.by(order))
    await desk.do(WatchSignals(), WATCHDOG)
    running = await desk.column("SELECT subject_id FROM clocks WHERE subject_kind = 'signal' AND state <> 'done'")
    assert signal_id not in running
    assert len(running) == len(await desk.signals())


# ── the queries behind ───────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_sweep_and_the_auditor_read_by_their_indexes(desk: Desk, owner_db: Database) -> None:
    await desk.orders(3)
    async with owner_db.transaction() as tx:
        await tx.execute(text(MANY_ORDERS))
        await tx.execute(text(MANY_CLOCKS), {"now": desk.now})
        await tx.execute(text("ANALYZE orders"))
        await tx.execute(text("ANALYZE clocks"))
    sweep = await _plan(desk, clock_store.TAKE_DUE, now=desk.now, batch=500, accept_attempts=2)
    decisive = await _plan(desk, clock_store.TAKE_DECISIVE, now=desk.now, batch=500, accept_attempts=2)
    audit = await _plan(desk, dispatch_store.LOCK_UNATTENDED, batch=1000)
    assert "ix_clocks_next" in sweep
    assert "ix_clocks_next" in decisive
    assert "ix_orders_unattended" in audit


async def _plan(desk: Desk, statement: str, **parameters: object) -> str:
    return "\n".join(await desk.column(f"EXPLAIN {statement}", **parameters))


MANY_ORDERS = """
INSERT INTO orders (id, code, status, owner_id, next_step, due_at, status_since, last_moved_at, created_at, updated_at)
SELECT 100000 + n, 'many-' || n, 'under_inspection', (SELECT min(id) FROM managers), 'send_report', now(), now(), now(),
    now(), now() FROM generate_series(1, 5000) AS n
"""
MANY_CLOCKS = """
INSERT INTO clocks (subject_kind, subject_id, order_id, kind, policy_version, limit_seconds, opened_at, due_at, next_at)
SELECT 'order', 100000 + n, 100000 + n, 'stage', '1', 3600, CAST(:now AS timestamptz), CAST(:now AS timestamptz),
    CAST(:now AS timestamptz) + n * interval '1 minute' FROM generate_series(1, 5000) AS n
"""
