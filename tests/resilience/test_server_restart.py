"""PostgreSQL itself goes away in the middle of the day and comes back."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from bots.local import SANDBOX_TOKEN, LocalTelegram
from domain.commands import IntakeOrders
from domain.people import CRM_FEED
from store import invariants
from store.database import Database
from store.errors import DatabaseUnavailableError, OutcomeUnknownError
from store.migrate import migrate
from store.server.embedded import EmbeddedServer
from tests.integration.desk import Desk
from tests.resilience.conftest import eventually, move_in, services

RESTARTS = 2
WORDS = 15


@pytest.fixture
def tmp_path() -> Generator[Path]:
    """A folder outside pytest's own, which every run of pytest closes to others, such as to root's server account."""
    with tempfile.TemporaryDirectory(prefix="holacracy-restart-") as folder:
        yield Path(folder)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncGenerator[EmbeddedServer]:
    """A server of the test's own, to be stopped and started under everybody's feet."""
    server = EmbeddedServer(tmp_path)
    await migrate(await asyncio.to_thread(server.start))
    yield server
    await asyncio.to_thread(server.stop)


async def test_requests_wait_for_a_restarting_server_and_none_is_lost_or_doubled(server: EmbeddedServer) -> None:
    db = Database(server.start())
    desk = await Desk.open(db)
    restart = asyncio.create_task(asyncio.to_thread(server.restart))
    for _ in range(60):
        await _persistently(desk)
    await restart
    await _persistently(desk)
    assert await desk.value("SELECT count(*) FROM orders") == 61
    async with db.reading() as tx:
        assert await invariants.broken(tx) == {}
    assert (await desk.verify()).ok
    await db.close()


async def _persistently(desk: Desk) -> None:
    """What a CRM does: send the same request again until it is told that it is known."""
    command = IntakeOrders(orders=(desk.request(),))
    async with asyncio.timeout(60):
        while True:
            try:
                await desk.gate.perform(command, CRM_FEED)
            except (DatabaseUnavailableError, OutcomeUnknownError):
                continue
            return


async def test_worker_and_bot_go_on_after_the_server_was_restarted_while_people_write(
    server: EmbeddedServer, tmp_path: Path, telegram: tuple[LocalTelegram, str]
) -> None:
    db = Database(server.start())
    desk = await Desk.open(db)
    state, telegram_url = telegram
    await move_in(desk, state)
    environment = {
        "DATABASE_URL": db.url,
        "DATA_DIR": str(tmp_path),
        "TELEGRAM_TOKEN": SANDBOX_TOKEN,
        "TELEGRAM_API_URL": telegram_url,
    }
    async with services(["worker", "bot"], environment) as (worker, bot):
        await state.people.write(desk.anna.telegram_id, desk.anna.telegram_id, "/help")
        await eventually(lambda: _answered(desk, 1), "both are at work")
        for turn in range(1, RESTARTS + 1):
            restart = asyncio.create_task(asyncio.to_thread(server.restart))
            for number in range(WORDS):
                await state.people.write(desk.anna.telegram_id, desk.anna.telegram_id, f"слово {number}")
            await restart
            await _persistently(desk)
            await eventually(lambda turn=turn: _answered(desk, 1 + turn * WORDS), "everything said is answered")
        assert (worker.returncode, bot.returncode) == (None, None), "both are still there"
        await eventually(lambda: _delivered(desk), "every order's message is delivered")
        assert [await service.stop() for service in (worker, bot)] == [0, 0]
    async with db.reading() as tx:
        assert await invariants.broken(tx) == {}
    await db.close()


async def _answered(desk: Desk, words: int) -> bool:
    """Every word has been received and handled, and the worker has swept since the server is back."""
    try:
        handled = await desk.value("SELECT count(*) FROM inbox_updates WHERE handled_at IS NOT NULL")
        swept = await desk.value(
            "SELECT count(*) FROM heartbeats WHERE name IN ('worker', 'sweep') AND at > pg_postmaster_start_time()"
        )
    except DatabaseUnavailableError:
        return False
    return (int(handled), int(swept)) == (words, 2)


async def _delivered(desk: Desk) -> bool:
    return not await desk.value("SELECT count(*) FROM notifications WHERE state NOT IN ('sent', 'merged')")
