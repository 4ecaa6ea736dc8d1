"""Facts that many watch are found once: whoever asks for the same while nothing has happened gets what was found.

A process finds each of them once a change, and at least anew every second, for the time goes on; those who come while
it is being found wait for it. Nobody ever gets facts older than the last change they could have heard of, because the
newest rows of the journal are a part of what they ask for.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Final, TypeVar, cast

from sqlalchemy.ext.asyncio import AsyncConnection

from api.pages.visit import Visit
from store.views import happenings

SECONDS: Final = 1.0

T = TypeVar("T")


class Shared:
    """What one process has found lately. `clock` counts seconds of wall time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._found: dict[Hashable, tuple[float, asyncio.Future[Any]]] = {}

    async def of(self, tx: AsyncConnection, key: Hashable, find: Callable[[], Awaitable[T]]) -> T:
        """What `find` gives, as somebody else has just found it, or finds it now. Its errors are the finder's alone."""
        whole = (key, await happenings.newest_ids(tx))
        while (kept := self._fresh(whole)) is not None:
            await asyncio.wait((kept,))
            if not kept.cancelled():
                return cast("T", kept.result())
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._found[whole] = (self._clock(), future)
        try:
            found = await find()
        except BaseException:
            del self._found[whole]
            future.cancel()  # whoever waits finds it themselves
            raise
        future.set_result(found)
        return found

    def _fresh(self, key: Hashable) -> asyncio.Future[Any] | None:
        """What was begun to be found within the last second; everything older is forgotten unless it is awaited."""
        now = self._clock()
        self._found = {
            each: (began, future)
            for each, (began, future) in self._found.items()
            if now - began < SECONDS or not future.done()
        }
        kept = self._found.get(key)
        return None if kept is None else kept[1]


def shared(visit: Visit) -> Shared:
    """What this process has found."""
    found: object = visit.request.app.state.shared
    assert isinstance(found, Shared)
    return found
