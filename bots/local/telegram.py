"""The local Telegram as a whole: state, people, delivery to a webhook, and its memory on disk."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

from bots.local import snapshot
from bots.local.limits import Limits
from bots.local.memory import Memory
from bots.local.people import People
from bots.local.state import SANDBOX_TOKEN, State
from bots.local.updates import Bell
from bots.local.webhook import Courier


class LocalTelegram(State):
    """One Telegram with one bot; see the package's docstring for how to use it.

    `clock` measures spans (rates, polls, expiry) in seconds, `wall` gives the Unix seconds that messages carry as their
    date: a demo whose company lives faster passes its own. `kept` is how many latest messages each chat remembers.
    `saved` rings when the memory was written.
    """

    def __init__(
        self,
        *,
        path: Path | None = None,
        token: str = SANDBOX_TOKEN,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        kept: int = 500,
    ) -> None:
        super().__init__(
            snapshot.load(path, now=clock()) if path else Memory(),
            token=token,
            limits=limits or Limits(),
            clock=clock,
            wall=wall,
            kept=kept,
            folder=path / "files" if path else None,
        )
        self.people = People(self)
        self.saved = Bell()
        self._path = path
        self._courier: asyncio.Task[None] | None = None
        self._saver: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start delivering to a webhook and saving; the application does it by itself when it is served."""
        if self._courier:
            return
        self._courier = asyncio.create_task(Courier(self).run())
        if self._path:
            self._saver = asyncio.create_task(snapshot.keep_saving(self, self._path, self.saved))

    async def close(self) -> None:
        """Release everybody who waits, stop delivering and write the last snapshot; a second time does nothing."""
        if self.updates.closed:
            return
        self.updates.close()
        if self._courier:
            self._courier.cancel()
            with suppress(asyncio.CancelledError):
                await self._courier
        if self._saver:
            await self._saver
        if self._path:
            await asyncio.to_thread(snapshot.save, self._path, snapshot.content_of(self.memory))

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
