"""Workers die by kill -9 in the middle of a running wave: nothing accepted is lost, nothing is told twice unmarked."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from bots.local import LocalTelegram
from bots.local.state import Sent
from domain.orders import Order
from domain.people import Role
from store import invariants
from store.database import Database
from tests.integration.desk import Desk
from tests.resilience.conftest import at_work, eventually, move_in, services, settled
from tests.resilience.service import Service

KILLS = 10
ORDERS_A_KILL = 15
MANAGERS = 12
MARK = "Возможен повтор"

JOBS_LEFT = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND queue_name = 'delivery'"
TOLD = (
    "SELECT n.id, n.kind, n.may_repeat, n.state, n.chat_id, n.message_id, o.code FROM notifications AS n"
    " LEFT JOIN orders AS o ON o.id = n.order_id WHERE n.state <> 'merged' ORDER BY n.id"
)


async def test_a_wave_survives_ten_killed_workers(
    db: Database, telegram: tuple[LocalTelegram, str], environment: dict[str, str]
) -> None:
    chance = random.Random(20261121)
    desk = await Desk.open(db)
    for number in range(MANAGERS):
        await desk.hire(f"Менеджер {number}", Role.MANAGER, capacity=1_000)
    await move_in(desk, telegram[0])
    accepted: list[Order] = []
    async with services(["worker", "worker"], environment) as workers:
        for _ in range(KILLS):
            await eventually(lambda: at_work(desk, 2), "two workers at work")
            accepted += await _a_burst(desk, chance.choice(workers), strike=chance.randrange(ORDERS_A_KILL))
        await eventually(lambda: _is(desk, JOBS_LEFT, 0), "every delivery job done")
        await _let_dead_senders_be_noticed(desk)
        await eventually(lambda: settled(desk), "every message settled")
        assert [await worker.stop() for worker in workers] == [0, 0]
    codes = {order.code for order in accepted}
    assert len(codes) == KILLS * ORDERS_A_KILL == await desk.value("SELECT count(*) FROM orders")
    async with db.reading() as tx:
        assert await invariants.broken(tx) == {}
    _each_message_reached_its_reader_once(await desk.rows(TOLD), list(telegram[0].sent))
    assert (await desk.verify()).ok


async def _a_burst(desk: Desk, victim: Service, *, strike: int) -> list[Order]:
    """Requests come all at once; when `strike` of them are taken in, a worker is killed among the others."""
    burst = [asyncio.create_task(desk.order()) for _ in range(ORDERS_A_KILL)]
    taken: list[Order] = []
    for coming in asyncio.as_completed(burst):
        taken.append(await coming)
        if len(taken) == strike + 1:
            await victim.kill()
            await victim.start()
    return taken


async def _let_dead_senders_be_noticed(desk: Desk) -> None:
    """With no job left, what still counts as being sent was in a killed worker's hands: let that be long ago."""
    async with desk.db.transaction() as tx:
        await tx.execute(
            text("UPDATE notifications SET claimed_at = claimed_at - interval '1 hour' WHERE state = 'sending'")
        )


async def _is(desk: Desk, statement: str, value: int) -> bool:
    return int(await desk.value(statement)) == value


def _each_message_reached_its_reader_once(told: Sequence[Mapping[str, Any]], arrived: list[Sent]) -> None:
    """Each message is in its reader's chat; once more only where its fate was unknown, and the second says so."""
    by_place = {(message.chat_id, message.message_id): message for message in arrived}
    assert {row["state"] for row in told} == {"sent"}
    for row in told:
        message = by_place.pop((row["chat_id"], row["message_id"]))
        assert (MARK in message.text) is row["may_repeat"], message
    repeated = [row for row in told if row["may_repeat"]]
    for copy in by_place.values():  # what nobody points at any more: the first copies of repeated messages
        original = next((row for row in repeated if _is_copy(copy, row)), None)
        assert original is not None, f"told twice without a mark: {copy}"
        assert MARK not in copy.text
        repeated.remove(original)


def _is_copy(copy: Sent, of: Mapping[str, Any]) -> bool:
    """A first copy of this message; one that has become a digest since was still about its order."""
    same_subject = of["code"] is None or f"№{of['code']}" in copy.text or of["kind"] == "digest"
    return copy.chat_id == of["chat_id"] and same_subject
