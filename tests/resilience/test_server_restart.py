"""PostgreSQL itself goes away in the middle of the day and comes back."""

import asyncio
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from domain.commands import IntakeOrders
from domain.people import CRM_FEED
from store import invariants
from store.database import Database
from store.embedded import EmbeddedServer
from store.errors import DatabaseUnavailableError, OutcomeUnknownError
from store.migrate import migrate
from tests.integration.desk import Desk


@pytest.fixture
def tmp_path() -> Generator[Path]:
    """A folder outside pytest's own, which every run of pytest closes to others, such as to root's server account."""
    with tempfile.TemporaryDirectory(prefix="holacracy-restart-") as folder:
        yield Path(folder)


async def test_requests_wait_for_a_restarting_server_and_none_is_lost_or_doubled(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path)
    url = await asyncio.to_thread(server.start)
    try:
        await migrate(url)
        db = Database(url)
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
    finally:
        await asyncio.to_thread(server.stop)


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
