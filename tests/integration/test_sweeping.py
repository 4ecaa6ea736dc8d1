"""Sweeping twice, late, on four workers at once, under a changed policy, on DST nights; and its query plans."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from domain.commands import (
    AcceptOrder,
    AddNote,
    CloseClaim,
    ExtendClock,
    OpenClaim,
    PauseClock,
    ResolveSignal,
    SweepClocks,
    WatchSignals,
)
from domain.orders import Status
from domain.people import WATCHDOG
from domain.policy import ClockKind, Policy
from domain.severity import Severity
from store.database import Database
from store.desk import dispatch as dispatch_store
from store.desk import sweep as sweep_store
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
        due = await sweep_store.take_due(tx, now=desk.now, batch=2, accept_attempts=2)
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


def _hurried() -> Policy:
    """Other shares of the ladder, shorter pauses, and clocks of the night: nothing of it moves a running clock."""
    ladder = POLICY.clocks.ladder.model_copy(update={"l2_after": Decimal(2), "l3_after": Decimal(3)})
    critical = {
        kind: rule.model_copy(update={"severity": Severity.CRITICAL}) for kind, rule in POLICY.clocks.kinds.items()
    }
    changes = {"ladder": ladder, "remind_at": Decimal("0.5"), "kinds": critical, "pause_max": timedelta(minutes=1)}
    clocks = POLICY.clocks.model_copy(update=changes)
    return POLICY.model_copy(update={"clocks": clocks, "version": "2-hurried"})


async def test_an_extended_or_paused_clock_keeps_the_ladder_it_was_opened_with_after_a_change_of_policy(
    desk: Desk,
) -> None:
    order = await desk.to_status(await desk.order(), Status.UNDER_INSPECTION)
    changed = desk.with_policy(_hurried())
    extend = ExtendClock(order=order.code, clock="first_contact", minutes=15, reason="Продавец в пути")
    await changed.do(extend, changed.admin.actor)
    await changed.do(
        PauseClock(order=order.code, clock="first_contact", minutes=60, reason="Обед продавца"), changed.admin.actor
    )
    clock = await changed.clock(order, "first_contact")
    assert clock is not None
    start = NOON + 60 * MINUTE + 15 * MINUTE
    steps = [clock[name] - start for name in ("remind_at", "due_at", "l2_at", "l3_at")]
    assert steps == [12 * MINUTE, 15 * MINUTE, timedelta(minutes=22, seconds=30), 30 * MINUTE]


async def test_a_second_attempt_to_have_an_order_accepted_climbs_by_the_policy_of_the_first(desk: Desk) -> None:
    order = await desk.order()
    changed = desk.with_policy(_hurried())
    await changed.pass_time(minutes=15)
    clock = await changed.clock(order, "accept")
    assert clock is not None
    assert (clock["epoch"], clock["remind_at"], clock["due_at"]) == (2, NOON + 27 * MINUTE, NOON + 30 * MINUTE)


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


async def test_an_order_cools_down_when_the_signal_that_kept_it_hot_is_settled(desk: Desk) -> None:
    order = await desk.to_status(await desk.order(), Status.DELIVERED)
    await desk.do(OpenClaim(order=order.code, text="Царапина на раме"), desk.by(order))
    await desk.do(WatchSignals(), WATCHDOG)
    await desk.pass_time(hours=4)
    assert [(row["clock_kind"], row["level"]) for row in await desk.violations(order)] == [("signal", 4)]
    assert (await desk.see(order)).hot
    await desk.do(CloseClaim(order=order.code, resolution="Клиент доволен"), desk.head.actor)
    await desk.do(WatchSignals(), WATCHDOG)
    assert await desk.violations(order) == []
    assert not (await desk.see(order)).hot


# ── the queries behind ───────────────────────────────────────────────────────────────────────────────────────────────
async def test_the_sweep_and_the_auditor_read_by_their_indexes(desk: Desk, owner_db: Database) -> None:
    await desk.orders(3)
    async with owner_db.transaction() as tx:
        await tx.execute(text(MANY_ORDERS))
        await tx.execute(text(MANY_CLOCKS), {"now": desk.now})
        await tx.execute(text("ANALYZE orders"))
        await tx.execute(text("ANALYZE clocks"))
    sweep = await _plan(desk, sweep_store.TAKE_DUE, now=desk.now, batch=500, accept_attempts=2)
    decisive = await _plan(desk, sweep_store.TAKE_DECISIVE, now=desk.now, batch=500, accept_attempts=2)
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
