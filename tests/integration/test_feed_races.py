"""The feed under pressure: the same events at once, in another order, a sender or a process that dies in the middle."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from domain.orders import Status
from guardrails.crm.results import EventOutcome
from settings import ROOT
from store.database import Database
from tests.integration.crm import Crm
from tests.integration.desk import PATIENCE_SECONDS, Desk

APPLIED, DUPLICATE = EventOutcome.APPLIED, EventOutcome.DUPLICATE

LOCK_WAITERS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
ALIVE = "SELECT pid FROM pg_stat_activity WHERE pid = :pid"


@pytest.fixture
async def crm(db: Database) -> Crm:
    return Crm(await Desk.open(db))


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Ask until it holds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await holds():
            pass


async def test_the_same_batch_sent_by_many_at_once_has_one_effect(crm: Crm) -> None:
    order = await crm.desk.order()
    batch = [
        crm.created("k-1"),
        crm.created("k-2"),
        crm.event("note_added", order, text="раз"),
        crm.event("status_changed", order, status="inspection"),
        crm.event("payment_received", order, amount_eur=10),
    ]
    everybody = await asyncio.gather(*(crm.send(*batch) for _ in range(6)))
    for place in range(len(batch)):
        outcomes = sorted(results[place].outcome for results in everybody)
        assert outcomes == [APPLIED, *[DUPLICATE] * 5]
    assert await crm.desk.value("SELECT count(*) FROM orders") == 3
    assert await crm.desk.value("SELECT count(*) FROM order_notes") == 1
    assert (await crm.desk.see(order)).paid_eur == 10
    assert (await crm.desk.verify()).ok


async def test_waves_with_the_same_events_in_another_order_do_not_hinder_each_other(crm: Crm) -> None:
    wave = [crm.created(f"k-{number}") for number in range(20)]
    results = await asyncio.gather(*(crm.send(*(wave if turn % 2 else wave[::-1])) for turn in range(6)))
    applied = [result for batch in results for result in batch if result.outcome is APPLIED]
    assert len(applied) == 20
    loads = (await crm.desk.loads()).values()
    assert max(loads) - min(loads) <= 1


async def test_one_request_posted_by_many_at_once_is_one_order(crm: Crm) -> None:
    request = {"crm_id": "k-1", "client_name": "Иван", "bike": "Trek", "price_eur": 1000}
    everybody = await asyncio.gather(*(crm.feed.take_orders([request]) for _ in range(6)))
    assert sorted(results[0].outcome for results in everybody) == ["created", *["known"] * 5]
    assert len({results[0].order for results in everybody}) == 1


async def test_a_sender_who_hangs_up_in_the_middle_leaves_nothing_half_done(crm: Crm, owner_db: Database) -> None:
    order = await crm.desk.order()
    event = crm.event("status_changed", order, status="inspection")
    async with crm.desk.db.transaction() as tx:
        await tx.execute(text("SELECT 1 FROM orders WHERE id = :id FOR UPDATE"), {"id": order.id})
        sending = asyncio.create_task(crm.send(event))
        await until(lambda: _some(owner_db, LOCK_WAITERS))
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    assert sending.cancelled()
    assert await crm.known() == {}
    assert await crm.desk.see(order) == order
    assert (await crm.send(event))[0].outcome is APPLIED


DYING = """
import asyncio, json, sys
from domain.timeline import ManualTimeline
from datetime import datetime
from guardrails.crm.feed import Feed
from guardrails.gate import Gate
from policy import load_policy
from store.database import Database

async def main(url, now, events):
    gate = Gate(Database(url), load_policy(), ManualTimeline(datetime.fromisoformat(now)))
    await Feed(gate).take_events(json.loads(events))

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_process_killed_in_the_middle_leaves_whole_events_only(
    crm: Crm, database_url: str, owner_db: Database
) -> None:
    first, second = await crm.desk.orders(2)
    batch = [
        crm.event("status_changed", first, status="inspection"),
        crm.event("note_added", second, text="не успеет"),
    ]
    async with crm.desk.db.transaction() as tx:
        await tx.execute(text("SELECT 1 FROM orders WHERE id = :id FOR UPDATE"), {"id": second.id})
        process = await _dying(database_url, crm, batch)
        await until(lambda: _some(owner_db, LOCK_WAITERS))
        (backend,) = await _pids(owner_db, LOCK_WAITERS)
        process.kill()
        await process.wait()
    await until(lambda: _gone(owner_db, backend))
    assert await crm.known() == {batch[0]["event_id"]: "applied"}
    assert (await crm.desk.see(first)).status is Status.UNDER_INSPECTION
    assert await crm.desk.value("SELECT count(*) FROM order_notes") == 0
    assert [result.outcome for result in await crm.send(*batch)] == [DUPLICATE, APPLIED]
    assert (await crm.desk.verify()).ok


async def _dying(database_url: str, crm: Crm, batch: list[dict[str, object]]) -> asyncio.subprocess.Process:
    import json

    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", DYING, database_url, crm.desk.now.isoformat(), json.dumps(batch), cwd=ROOT
    )


async def _pids(owner_db: Database, query: str, **parameters: int) -> list[int]:
    """Only the database's owner sees what other sessions wait for."""
    async with owner_db.reading() as tx:
        return list((await tx.execute(text(query), parameters)).scalars())


async def _some(owner_db: Database, query: str) -> bool:
    return bool(await _pids(owner_db, query))


async def _gone(owner_db: Database, backend: int) -> bool:
    return not await _pids(owner_db, ALIVE, pid=backend)
