"""Workers die by kill -9 in the middle of a running wave: nothing accepted is lost, nothing is told twice unmarked."""

import asyncio
import random
from collections import Counter
from pathlib import Path

from bots.local import LocalTelegram
from domain.commands import IntakeOrders
from domain.people import CRM_FEED, Role
from store import invariants
from store.database import Database
from tests.integration.desk import Desk
from tests.resilience.conftest import eventually, move_in, services

KILLS = 10
ORDERS_A_KILL = 15
MANAGERS = 12

UNSETTLED = "SELECT count(*) FROM notifications WHERE state IN ('queued', 'sending', 'failed')"
JOBS_LEFT = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND queue_name = 'delivery'"


async def test_a_wave_survives_ten_killed_workers(
    db: Database, telegram: tuple[LocalTelegram, str], environment: dict[str, str], tmp_path: Path
) -> None:
    chance = random.Random(20261121)
    desk = await Desk.open(db)
    for number in range(MANAGERS):
        await desk.hire(f"Менеджер {number}", Role.MANAGER, capacity=1_000)
    await move_in(desk, telegram[0])
    accepted: list[str] = []
    async with services(["worker", "worker"], environment) as workers:
        for _ in range(KILLS):
            for _ in range(ORDERS_A_KILL):
                accepted.extend(order.code for order in [await desk.order()])
            victim = chance.choice(workers)
            await victim.kill()
            await victim.start()
        await eventually(lambda: _is(desk, UNSETTLED, 0), "every message settled")
        await eventually(lambda: _is(desk, JOBS_LEFT, 0), "every delivery job done")
        assert [await worker.stop() for worker in workers] == [0, 0]
    assert len(set(accepted)) == KILLS * ORDERS_A_KILL == await desk.value("SELECT count(*) FROM orders")
    async with db.reading() as tx:
        assert await invariants.broken(tx) == {}
    await _each_message_reached_its_reader_once(desk, telegram[0])
    assert (await desk.verify()).ok


async def _is(desk: Desk, statement: str, value: int) -> bool:
    return int(await desk.value(statement)) == value


async def _each_message_reached_its_reader_once(desk: Desk, telegram: LocalTelegram) -> None:
    """Sent means: once in the reader's chat; twice only where the first fate was unknown and the second says so."""
    states = Counter(await desk.column("SELECT state FROM notifications"))
    assert set(states) <= {"sent", "merged"}, states
    sent = await desk.rows("SELECT chat_id, message_id FROM notifications WHERE state = 'sent'")
    delivered = {(message.chat_id, message.message_id) for message in telegram.sent}
    assert {(row["chat_id"], row["message_id"]) for row in sent} <= delivered
    doubled = len(telegram.sent) - len(sent)
    marked = [message for message in telegram.sent if "возможен повтор" in message.text]
    assert doubled <= len(marked), f"{doubled} messages too many, {len(marked)} marked as possible repeats"


async def test_a_request_that_was_not_accepted_leaves_nothing_behind(db: Database) -> None:
    desk = await Desk.open(db)
    task = asyncio.create_task(desk.gate.perform(IntakeOrders(orders=(desk.request(),)), CRM_FEED))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await desk.value("SELECT count(*) FROM orders") in (0, 1)
    async with db.reading() as tx:
        assert await invariants.broken(tx) == {}
