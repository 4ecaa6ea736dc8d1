"""A process of its own that can be killed: `./run <command>`, or anything else that is worked until it is stopped."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from multiprocessing.process import BaseProcess

from tests.forks import FORKS, PATIENCE_SECONDS, command


class Service:
    """A child that runs `work(*given)`, in a process group of its own."""

    def __init__(self, work: Callable[..., object], *given: object) -> None:
        self._work = work
        self._given = given
        self._process: BaseProcess | None = None

    async def start(self) -> None:
        """Start it."""
        self._process = FORKS.Process(target=_alone, args=(self._work, *self._given), daemon=True)
        await asyncio.to_thread(self._process.start)

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it runs."""
        return self._running.exitcode

    async def kill(self) -> None:
        """kill -9, as the kernel's out-of-memory killer would."""
        self._running.kill()
        await asyncio.to_thread(self._running.join)

    async def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        self._running.terminate()
        await asyncio.to_thread(self._running.join, PATIENCE_SECONDS)
        code = self._running.exitcode
        assert code is not None, "it does not stop"
        return code

    @property
    def _running(self) -> BaseProcess:
        assert self._process is not None
        return self._process


def _alone(work: Callable[..., object], *given: object) -> None:
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    work(*given)


def run(name: str, environment: dict[str, str]) -> None:
    """`./run <name>` under these variables."""
    os.environ.update(environment)  # noqa: TID251 - the child's own
    command(name)


@asynccontextmanager
async def running(*services: Service) -> AsyncGenerator[tuple[Service, ...]]:
    """The services at work; whatever is left of them is killed at the end."""
    async with AsyncExitStack() as stack:
        for service in services:
            await service.start()
            stack.push_async_callback(service.kill)
        yield services
