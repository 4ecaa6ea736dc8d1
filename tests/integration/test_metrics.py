"""KPIs from SQL equal an independent recount from what happened, for the present and for any moment of the past."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from domain.assessment import Kpi, relative
from domain.errors import InvalidInputError
from domain.measures import Period
from domain.orders import OPEN_STATUSES
from store.database import Database
from store.measures import metrics, metrics_standing
from store.views.workspace import (
    Workspace,
    workspace,
)
from tests.integration.busy_company import BusyCompany
from tests.integration.conftest import Busy
from tests.integration.desk import NOON, POLICY, Desk
from tests.integration.recount import OF_A_STAGE, Books

SEEDS = (1, 2, 3)
"""A failing one is found by its number; each makes a company of its own."""


async def measured(desk: Desk, period: Period) -> dict[str, Kpi]:
    async with desk.db.reading() as tx:
        return {kpi.key: kpi for kpi in await metrics.kpis(tx, period, desk.policy, now=desk.now)}


async def seen(desk: Desk, period: Period) -> Workspace:
    async with desk.db.reading() as tx:
        return await workspace(tx, period, desk.policy, now=desk.now)


def spans(desk: Desk, start: datetime) -> list[Period]:
    """The last week, a fortnight, half of everything, and moments in the middle of things."""
    now, whole = desk.now, desk.now - start
    return [
        Period(since=now - timedelta(days=7), until=now),
        Period(since=now - timedelta(days=1), until=now),
        Period(since=start + whole / 2, until=now),
        Period(since=start + whole / 3, until=start + whole * 2 / 3),
        Period(since=start + whole / 7, until=start + whole / 4),
    ]


def assert_equal(found: float | None, expected: float | None, what: str) -> None:
    if expected is None:
        assert found is None, what
    else:
        assert found == pytest.approx(expected, abs=1e-9), what


@pytest.mark.parametrize("seed", SEEDS)
async def test_every_kpi_equals_an_independent_recount_from_the_events(busy: Busy, seed: int) -> None:
    desk = await busy(seed)
    start = NOON
    books = await Books.read(desk)
    for period in spans(desk, start):
        found = await measured(desk, period)
        expected = books.flow(period.since, period.until) | books.standing(period.until)
        before = books.flow(period.before, period.since) | books.standing(period.since)
        assert set(expected) == set(found)
        for key, kpi in found.items():
            assert_equal(kpi.value, expected[key], f"{key} at {period.until}")
            assert_equal(kpi.previous, before[key], f"{key} before, at {period.since}")
        for status, part in found["time_to_next_status"].parts.items():
            assert_equal(part.value, books.stays(period.since, period.until, status), status)


async def test_the_present_read_from_the_orders_equals_the_state_rebuilt_from_the_record(
    db: Database, busy: Busy
) -> None:
    desk = await busy(4)
    async with db.reading() as tx:
        present = await metrics_standing.stood(tx, [desk.now], POLICY, now=desk.now)
        rebuilt = await metrics_standing.stood(tx, [desk.now], POLICY, now=desk.now + timedelta(days=1))
    assert present == rebuilt
    assert present.standings[0].open > 5
    books = await Books.read(desk)
    rows = await desk.rows("SELECT id, last_moved_at FROM orders")
    assert {row["id"]: row["last_moved_at"] for row in rows} == {r["id"]: books.moved(r["id"], desk.now) for r in rows}


async def test_queue_ageing_and_heatmap_equal_the_recount_now_and_at_moments_of_the_past(busy: Busy) -> None:
    desk = await busy(5)
    books = await Books.read(desk)
    for back in (0, 3, 8):
        until = desk.now - timedelta(days=back)
        period = Period(since=until - timedelta(days=7), until=until)
        page = await seen(desk, period)
        ages = {
            row.status.value: [row.under_4h, row.from_4h_to_24h, row.from_24h_to_72h, row.over_72h]
            for row in page.queue
            if row.orders
        }
        assert ages == books.queue(until)
        limits = books.limits(period.since, until)
        for row in page.sla:
            for kind, count in row.by_clock.items():
                mine = [broken for stage, of_kind, broken in limits if (stage, of_kind) == (row.stage.value, kind)]
                assert (count.decided, count.broken) == (len(mine), sum(mine))
        assert sum(row.total.decided for row in page.sla) == sum(
            stage in OPEN_STATUSES and kind in OF_A_STAGE for stage, kind, _ in limits
        )


async def test_orders_without_owner_or_next_step_are_counted_now_and_then(db: Database) -> None:
    desk = await Desk.open(db)
    orders = await desk.orders(4)
    desk.forward(hours=2)
    async with db.transaction() as tx:
        await tx.execute(text("UPDATE orders SET owner_id = NULL WHERE id = :id"), {"id": orders[0].id})
        await tx.execute(
            text("UPDATE ai_assignments SET ended_at = :now, end_reason = 'lost' WHERE order_id = :id"),
            {"id": orders[0].id, "now": desk.now},
        )
        for order in orders[:3]:
            await tx.execute(text("UPDATE orders SET next_step = NULL WHERE id = :id"), {"id": order.id})
            await tx.execute(
                text("UPDATE tasks SET state = 'done', done_at = :now WHERE order_id = :id"),
                {"id": order.id, "now": desk.now},
            )
    for until in (desk.now, desk.now - timedelta(minutes=1)):
        desk.forward(hours=1)
        found = await measured(desk, Period(since=until - timedelta(hours=1), until=until))
        lacking = until > orders[0].created_at + timedelta(hours=1, minutes=59, seconds=30)
        assert found["share_without_owner"].value == (0.25 if lacking else 0)
        assert found["share_without_next_step"].value == (0.75 if lacking else 0)
        assert found["with_owner_and_next_step"].value == (0.25 if lacking else 1)


async def test_before_and_after_a_date_equal_the_recount_with_moments_averaged(db: Database) -> None:
    desk = await Desk.open(db)
    start = desk.now
    await BusyCompany(desk, 6).work(300, hours=24 * 12)
    books = await Books.read(desk)
    at, window = start + timedelta(days=6), timedelta(days=4)
    async with db.reading() as tx:
        report = await metrics.before_after(tx, at, window, POLICY, now=desk.now)
    assert (report.complete, report.samples) == (True, (4, 4))
    changes = {change.key: change for change in report.kpis}
    for key, expected in books.flow(at - window, at).items():
        assert_equal(changes[key].before, expected, key)
    for key, expected in books.flow(at, at + window).items():
        assert_equal(changes[key].after, expected, key)
    days = [at + timedelta(days=day) for day in (1, 2, 3, 4)]
    pending = [books.standing(day)["pending_manager_orders"] or 0 for day in days]
    assert_equal(changes["pending_manager_orders"].after, sum(pending) / 4, "pending")
    fall = relative(changes["pending_manager_orders"].before, changes["pending_manager_orders"].after)
    assert changes["pending_manager_orders"].met == (None if fall is None else fall <= -0.3)


async def test_a_window_that_is_not_over_is_measured_up_to_now_and_says_so(db: Database) -> None:
    desk = await Desk.open(db)
    at = desk.now
    desk.forward(days=2)
    await desk.order()
    async with db.reading() as tx:
        report = await metrics.before_after(tx, at, timedelta(days=14), POLICY, now=desk.now)
        with pytest.raises(InvalidInputError, match="before 2026"):
            await metrics.before_after(tx, desk.now, timedelta(days=14), POLICY, now=desk.now)
    assert (report.complete, report.after_until, report.samples) == (False, desk.now, (14, 2))
    changes = {change.key: change for change in report.kpis}
    assert (changes["pending_manager_orders"].before, changes["pending_manager_orders"].after) == (0, 0.5)
    assert changes["with_owner_and_next_step"].met is True
    assert changes["escalations_complete"].met is None
