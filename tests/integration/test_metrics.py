"""KPIs from SQL equal an independent recount from what happened, for the present and for any moment of the past."""

from datetime import datetime, timedelta

import pytest

from domain.assessment import Kpi
from domain.measures import Period
from store import metrics, metrics_standing
from store.database import Database
from store.workspace import Workspace, workspace
from tests.integration.busy_company import BusyCompany
from tests.integration.desk import POLICY, Desk
from tests.integration.recount import Books

SEEDS = (1, 2, 3)


async def busy(db: Database, seed: int, *, actions: int = 260, hours: float = 24 * 16) -> Desk:
    desk = await Desk.open(db)
    await BusyCompany(desk, seed).work(actions, hours=hours)
    return desk


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
async def test_every_kpi_equals_an_independent_recount_from_the_events(db: Database, seed: int) -> None:
    desk = await Desk.open(db)
    start = desk.now
    await BusyCompany(desk, seed).work(260, hours=24 * 16)
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


@pytest.mark.parametrize("seed", SEEDS)
async def test_the_present_read_from_the_orders_equals_the_state_rebuilt_from_the_record(
    db: Database, seed: int
) -> None:
    desk = await busy(db, seed)
    async with db.reading() as tx:
        present = await metrics_standing.stood(tx, [desk.now], POLICY, now=desk.now)
        rebuilt = await metrics_standing.stood(tx, [desk.now], POLICY, now=desk.now + timedelta(days=1))
    assert present == rebuilt
    assert present.standings[0].open > 5


async def test_what_the_gate_counts_as_movement_is_what_the_kpi_counts(db: Database) -> None:
    desk = await busy(db, 4)
    books = await Books.read(desk)
    rows = await desk.rows("SELECT id, last_moved_at FROM orders")
    assert {row["id"]: row["last_moved_at"] for row in rows} == {r["id"]: books.moved(r["id"], desk.now) for r in rows}


@pytest.mark.parametrize("seed", SEEDS)
async def test_queue_and_ageing_equal_the_recount_now_and_a_week_ago(db: Database, seed: int) -> None:
    desk = await busy(db, seed)
    books = await Books.read(desk)
    for back in (0, 3, 8):
        until = desk.now - timedelta(days=back)
        page = await seen(desk, Period(since=until - timedelta(days=7), until=until))
        ages = {
            row.status.value: [row.under_4h, row.from_4h_to_24h, row.from_24h_to_72h, row.over_72h]
            for row in page.queue
            if row.orders
        }
        assert ages == books.queue(until)


@pytest.mark.parametrize("seed", SEEDS)
async def test_the_sla_heatmap_equals_the_recount(db: Database, seed: int) -> None:
    desk = await busy(db, seed)
    period = Period(since=desk.now - timedelta(days=9), until=desk.now)
    limits = (await Books.read(desk)).limits(period.since, period.until)
    page = await seen(desk, period)
    for row in page.sla:
        for kind, count in row.by_clock.items():
            mine = [broken for stage, of_kind, broken in limits if (stage, of_kind) == (row.stage.value, kind)]
            assert (count.decided, count.broken) == (len(mine), sum(mine))
    assert sum(row.total.decided for row in page.sla) > 20
