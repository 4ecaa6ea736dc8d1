"""Real processes for the resilience tests: workers that can be killed, and a Telegram they talk to."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bots.local import SANDBOX_TOKEN, Limits, LocalTelegram, Rate, serving
from store.timeline import set_timeline
from tests.forks import PATIENCE_SECONDS
from tests.integration.desk import Desk
from tests.resilience.service import Service, run, running

FREE = Rate(100_000, 1, burst=100_000)


async def eventually(condition: Callable[[], Awaitable[bool]], what: str) -> None:
    """Wait until other processes have brought something about; fail by name when they do not."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await condition():  # noqa: ASYNC110 - what is waited for happens in other processes
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(f"never happened: {what}")


@asynccontextmanager
async def services(names: list[str], environment: dict[str, str]) -> AsyncGenerator[tuple[Service, ...]]:
    """One `./run <name>` each; whatever is left of them is killed at the end."""
    async with running(*(Service(run, name, environment) for name in names)) as started:
        yield started


@pytest.fixture
async def telegram() -> AsyncGenerator[tuple[LocalTelegram, str]]:
    """A local Telegram without rate limits, and its address."""
    state = LocalTelegram(limits=Limits(overall=FREE, private_chat=FREE, group_chat=FREE))
    async with serving(state) as url:
        yield state, url


@pytest.fixture
def environment(database_url: str, telegram: tuple[LocalTelegram, str], tmp_path: Path) -> dict[str, str]:
    """What a service of this test needs to know."""
    return {
        "DATABASE_URL": database_url,
        "DATA_DIR": str(tmp_path),
        "TELEGRAM_TOKEN": SANDBOX_TOKEN,
        "TELEGRAM_API_URL": telegram[1],
    }


async def move_in(desk: Desk, telegram: LocalTelegram) -> None:
    """Everybody presses Start in the local Telegram; company time runs on from the desk's, for all processes."""
    for member in desk.people.values():
        await telegram.people.add_user(member.telegram_id, member.name)
    async with desk.db.transaction() as tx:
        await set_timeline(tx, company_at=desk.now, speed=1.0)


async def at_work(desk: Desk, workers: int) -> bool:
    """Whether so many workers take jobs now."""
    alive = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > clock_timestamp() - interval '3 seconds'"
    return int(await desk.value(alive)) >= workers


async def settled(desk: Desk) -> bool:
    """Whether no message is on its way any more."""
    return not await desk.value("SELECT count(*) FROM notifications WHERE state IN ('queued', 'sending', 'failed')")
