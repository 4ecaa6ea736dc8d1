"""The sweep with many clocks open and few or none of them due; and the mass assignment of unattended orders."""

import statistics
import time
from datetime import timedelta

from sqlalchemy import text

from domain.commands import AssignUnattended, SweepClocks
from domain.people import WATCHDOG
from evals.bench.ground import NOON, Ground, desk
from guardrails.gate import Done, Gate
from store.database import Database

_ORDERS = """
INSERT INTO orders (id, code, crm_id, status, owner_id, bike, price_eur, next_step, next_step_due, due_at,
    status_since, last_moved_at, created_at, updated_at)
SELECT x, x::text, 'bulk-' || x, 'under_inspection', CASE WHEN x % 2 = 0 OR :owned THEN 1 + x % 10 END, 'Trek', 1500,
    CASE WHEN x % 2 = 0 OR :owned THEN 'fill_checklist' END, CAST(:now AS timestamptz),
    CASE WHEN x % 2 = 0 OR :owned THEN CAST(:now AS timestamptz) + interval '5 days' END,
    :now, :now, :now, :now
FROM generate_series(1, CAST(:count AS int)) AS x
"""
_CLOCKS = """
INSERT INTO clocks (subject_kind, subject_id, order_id, kind, stage, owner_id, policy_version, limit_seconds, working,
    severity, opened_at, remind_at, due_at, l2_at, l3_at, next_at)
SELECT 'order', x, 1 + x % CAST(:orders AS int), 'bulk', 'under_inspection', 1 + x % 10, '1', 172800, true, 'high',
    CAST(:now AS timestamptz),
    CAST(:now AS timestamptz) + interval '4 days', CAST(:now AS timestamptz) + interval '5 days',
    CAST(:now AS timestamptz) + interval '7 days', CAST(:now AS timestamptz) + interval '9 days',
    CAST(:now AS timestamptz) + interval '4 days'
FROM generate_series(1, CAST(:count AS int)) AS x
"""
_MAKE_DUE = """
UPDATE clocks SET kind = 'stage', due_at = CAST(:now AS timestamptz) - interval '1 minute',
    remind_at = CAST(:now AS timestamptz) - interval '1 hour', next_at = CAST(:now AS timestamptz) - interval '1 minute'
WHERE id IN (SELECT id FROM clocks WHERE kind = 'bulk' ORDER BY id LIMIT :due)
"""


async def _fill(db: Database, *, orders: int, clocks: int, owned: bool) -> None:
    async with db.transaction() as tx:
        await tx.execute(text(_ORDERS), {"count": orders, "now": NOON, "owned": owned})
        if clocks:
            await tx.execute(text(_CLOCKS), {"count": clocks, "orders": orders, "now": NOON})
        await tx.execute(text("SELECT setval('order_ids', 10000000)"))
    vacuum = Database(db.url, as_owner=True)
    async with vacuum.transaction() as tx:
        await tx.execute(text("ANALYZE"))
    await vacuum.close()


async def _sweep(gate: Gate) -> tuple[float, int]:
    began, swept = time.monotonic(), 0
    while True:
        done = await gate.perform(SweepClocks(batch=500), WATCHDOG)
        assert isinstance(done, Done)
        swept += int(done.value)
        if int(done.value) < 500:
            return time.monotonic() - began, swept


async def sweep(ground: Ground, *, few: int, many: int, due: int) -> tuple[float, float, dict[str, float]]:
    """Time with many clocks open over few, the same number due; and an idle sweep's share of the busy one."""
    times: dict[int, float] = {}
    idle = 0.0
    for count in (few, many):
        async with ground.database() as url, desk(url) as (db, gate, _):
            await _fill(db, orders=10_000, clocks=count, owned=True)
            rounds: list[float] = []
            for _ in range(3):
                async with db.transaction() as tx:
                    await tx.execute(text(_MAKE_DUE), {"now": NOON, "due": due})
                seconds, swept = await _sweep(gate)
                assert swept == due, f"swept {swept} of {due}"
                rounds.append(seconds)
            times[count] = statistics.median(rounds)
            idle = statistics.median([(await _sweep(gate))[0] for _ in range(9)])
    absolute = {"sweep_few_ms": times[few] * 1e3, "sweep_many_ms": times[many] * 1e3, "sweep_idle_ms": idle * 1e3}
    return times[many] / times[few], idle / times[many], absolute


async def mass(ground: Ground, *, orders: int) -> tuple[float, float]:
    """Open orders of which half have no owner: assigned a second, and the seconds of the next, idle pass."""
    async with ground.database() as url, desk(url) as (db, gate, timeline):
        await _fill(db, orders=orders, clocks=0, owned=False)
        timeline.forward(timedelta(seconds=1))
        began, assigned = time.monotonic(), 0
        while True:
            done = await gate.perform(AssignUnattended(batch=2_000), WATCHDOG)
            assert isinstance(done, Done)
            assigned += int(done.value)
            if int(done.value) < 2_000:
                break
        seconds = time.monotonic() - began
        assert assigned == orders // 2, f"assigned {assigned}"
        began = time.monotonic()
        await gate.perform(AssignUnattended(batch=2_000), WATCHDOG)
        return assigned / seconds, time.monotonic() - began
