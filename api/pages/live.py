"""What has happened, told to open pages: names of topics only, each panel then fetches itself.

Every effect leaves a row in the journal, so one look at its newest rows tells everything. Each process looks a few
times a second, only while somebody watches, and tells all its watchers; a row that was committed late is seen when it
appears, because rows are known by their ids and not by the last one seen.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.pages.places import Place
from api.pages.route import PageRoute
from api.pages.visit import Visit, at
from domain.errors import DeskError
from store import happenings
from store.database import OUTAGE, Database
from store.happenings import Happening

LOOK_SECONDS: Final = 0.3
"""A change is on screen within a second: this wait, one look, one fetch."""
QUIET_SECONDS: Final = 15.0
"""So often something is said although nothing happened, so that a lost connection is noticed."""

ON_ITS_WAY_SECONDS: Final = 5.0
"""So long at most a page takes from its facts to its listening."""

log = structlog.get_logger()
router = APIRouter(include_in_schema=False, route_class=PageRoute)


class Live:
    """Looks at the journal while somebody listens, and tells every listener the topics of what is new."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._listeners: dict[asyncio.Queue[str], int | None] = {}
        self._looking: asyncio.Task[None] | None = None
        self._changed = float("-inf")

    @asynccontextmanager
    async def listening(self, own: int | None) -> AsyncGenerator[asyncio.Queue[str]]:
        """A queue of topics for one page; of single orders those of `own` only, where that is not None.

        What came about while the page was on its way is told as `all`.
        """
        told: asyncio.Queue[str] = asyncio.Queue()
        if time.monotonic() - self._changed < ON_ITS_WAY_SECONDS:
            told.put_nowait("all")
        self._listeners[told] = own
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            yield told
        finally:
            self._listeners.pop(told)

    async def _look(self) -> None:
        seen: frozenset[int] | None = None
        while self._listeners:
            try:
                async with self._db.reading() as tx:
                    new = await happenings.newest(tx)
            except (*OUTAGE, DeskError) as error:
                log.warning("the journal cannot be looked at, waiting", error=str(error))
                seen = None
            else:
                ids = frozenset(each.id for each in new)
                if seen is not None:
                    lost = bool(seen) and not ids & seen  # more happened than one look holds
                    self._tell(None if lost else [each for each in new if each.id not in seen])
                elif ids:
                    self._tell(None)
                seen = ids
            await asyncio.sleep(LOOK_SECONDS)

    def _tell(self, fresh: Sequence[Happening] | None) -> None:
        """Tell every listener what has happened; None: anything may have."""
        if fresh is None or fresh:
            self._changed = time.monotonic()
        for told, own in self._listeners.items():
            topics = {"all"} if fresh is None else {topic for each in fresh for topic in each.topics_for(own)}
            for topic in topics:
                told.put_nowait(topic)


@router.get("/live", response_class=EventSourceResponse)
async def live(request: Request, visit: Annotated[Visit, Depends(at(Place.QUEUE))]) -> AsyncIterator[ServerSentEvent]:
    """Topics of what happens from now on; the connection is closed by the page when it is hidden."""
    hub: Live = request.app.state.live
    async with hub.listening(visit.asker.only_own()) as told:
        yield ServerSentEvent(event="hello", raw_data=visit.asker.person.name)
        while True:
            topic = None
            with suppress(TimeoutError):
                topic = await asyncio.wait_for(told.get(), QUIET_SECONDS)
            if topic is None:
                await Visit.begin(request, Place.QUEUE)  # a session that has ended hears nothing more
                yield ServerSentEvent(event="still", raw_data="")
                continue
            yield ServerSentEvent(event="told", raw_data=topic)
