"""Real processes for the resilience tests: workers that can be killed, and a Telegram they talk to."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from bots.local import SANDBOX_TOKEN, Limits, LocalTelegram, Rate, serving
from store.timeline import set_timeline
from tests.integration.desk import Desk

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 90.0
FREE = Rate(100_000, 1, burst=100_000)


async def eventually(condition: Callable[[], Awaitable[bool]], what: str) -> None:
    """Wait until other processes have brought something about; fail by name when they do not."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await condition():  # noqa: ASYNC110 - what is waited for happens in other processes
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(f"never happened: {what}")


class Service:
    """One `./run <command>` in a process of its own, in a process group of its own."""

    def __init__(self, command: str, environment: dict[str, str]) -> None:
        self._command = command
        self._environment = environment
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(ROOT / "main.py"),
            self._command,
            cwd=ROOT,
            env=os.environ | self._environment,  # noqa: TID251 - handed on to the child
            start_new_session=True,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=None,
        )

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it runs."""
        assert self._process is not None
        return self._process.returncode

    async def kill(self) -> None:
        """kill -9, as the kernel's out-of-memory killer would."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self._process.wait(), PATIENCE_SECONDS)


@asynccontextmanager
async def services(names: list[str], environment: dict[str, str]) -> AsyncGenerator[list[Service]]:
    """Running services; whatever is left of them is killed at the end."""
    async with AsyncExitStack() as stack:
        running = [Service(name, environment) for name in names]
        for service in running:
            await service.start()
            stack.push_async_callback(service.kill)
        yield running


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
