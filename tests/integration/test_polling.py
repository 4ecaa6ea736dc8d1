"""The poller on a bad day: what cannot be stored is not confirmed, and comes again."""

import asyncio
from pathlib import Path

from bots.inbox import poll, receive
from bots.local import LocalTelegram, serving
from bots.local.testing import bot_at
from store.database import Database
from tests.integration.phone import UNLIMITED

ANNA = 1


async def test_the_poller_outlives_a_database_that_does_not_answer(db: Database, tmp_path: Path) -> None:
    telegram = LocalTelegram(limits=UNLIMITED)
    await telegram.people.add_user(ANNA, "Анна")
    away = Database(f"postgresql://nobody@/none?host={tmp_path}", patience=0.01)
    stop = asyncio.Event()
    async with serving(telegram) as url, bot_at(url) as bot:
        await telegram.people.write(ANNA, ANNA, "Приняла")
        polling = asyncio.create_task(poll(bot, away, stop))
        for _ in range(2):  # the second poll begins after the first has failed
            rings = telegram.bell.rings
            while telegram.bell.rings == rings:
                await asyncio.wait({polling, asyncio.create_task(telegram.bell.wait())}, return_when="FIRST_COMPLETED")
                assert not polling.done(), polling.exception()
        stop.set()
        await polling
        assert await receive(bot, db, None, wait=0) is not None
