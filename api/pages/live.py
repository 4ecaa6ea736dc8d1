"""What has happened, told to open pages: names of topics only, each panel then fetches itself.

Every effect leaves a row in the journal, so one look at its newest rows tells everything. Each process looks a few
times a second, only while somebody watches, and tells all its watchers; a row that was committed late is seen when it
appears, because rows are known by their ids and not by the last one seen.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy.exc import DBAPIError

from api.pages.places import Place
from api.pages.route import PageRoute
from api.pages.visit import Visit, at
from api.problems import UnauthenticatedError
from domain.errors import DeskError, ForbiddenError
from store.database import OUTAGE, Database
from store.views import happenings
from store.views.happenings import Happening

LOOK_SECONDS: Final = 0.3
"""A change is on screen within a second: this wait, one look, one fetch."""
QUIET_SECONDS: Final = 5.0
"""So often at least it is asked whether who hears may still hear; and something is said, though nothing happened, so
that a lost connection is noticed."""
MOST_TOPICS: Final = 50
"""Who has not been listening for a while is told `all` instead of more than these."""

ON_ITS_WAY_SECONDS: Final = 5.0
"""So long at most a page takes from its facts to its listening."""

log = structlog.get_logger()
router = APIRouter(include_in_schema=False, route_class=PageRoute)


class Listener:
    """What one page has not been told yet; of single orders those of `own` only, where that is not None."""

    def __init__(self, own: int | None) -> None:
        self.own = own
        self._topics = set[str]()
        self._any = asyncio.Event()

    def tell(self, topics: AbstractSet[str]) -> None:
        """Something has happened; what is told and not heard yet is told once."""
        self._topics |= topics
        if len(self._topics) > MOST_TOPICS:
            self._topics = {"all"}
        if self._topics:
            self._any.set()

    async def heard(self, within: float) -> AbstractSet[str]:
        """The topics, as soon as there are some; none after so many seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._any.wait(), within)
        self._any.clear()
        told, self._topics = self._topics, set[str]()
        return told


class Live:
    """Looks at the journal while somebody listens, and tells every listener the topics of what is new."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._listeners = set[Listener]()
        self._looking: asyncio.Task[None] | None = None
        self._changed = float("-inf")

    @asynccontextmanager
    async def listening(self, own: int | None) -> AsyncGenerator[Listener]:
        """A listener for one page. What came about while the page was on its way is told as `all`."""
        listener = Listener(own)
        if time.monotonic() - self._changed < ON_ITS_WAY_SECONDS:
            listener.tell({"all"})
        self._listeners.add(listener)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            yield listener
        finally:
            self._listeners.remove(listener)

    async def _look(self) -> None:
        seen: frozenset[int] | None = None
        while self._listeners:
            try:
                async with self._db.reading() as tx:
                    new = await happenings.newest(tx)
            except (*OUTAGE, DBAPIError, DeskError) as error:
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
        for listener in self._listeners:
            told = {"all"} if fresh is None else {topic for each in fresh for topic in each.topics_for(listener.own)}
            listener.tell(told)


@router.get("/live", response_class=EventSourceResponse)
async def live(request: Request, visit: Annotated[Visit, Depends(at(Place.QUEUE))]) -> AsyncIterator[ServerSentEvent]:
    """Topics of what happens from now on; the connection is closed by the page when it is hidden.

    A session that has ended hears nothing more, however much there is to tell.
    """
    hub: Live = request.app.state.live
    async with hub.listening(visit.asker.only_own()) as listener:
        yield ServerSentEvent(event="hello", raw_data=visit.asker.person.name)
        asked = time.monotonic()
        while True:
            topics = await listener.heard(QUIET_SECONDS)
            if "access" in topics or time.monotonic() - asked >= QUIET_SECONDS:
                try:
                    await Visit.begin(request, Place.QUEUE)
                except (UnauthenticatedError, ForbiddenError):
                    yield ServerSentEvent(event="gone", raw_data="")
                    return
                except (*OUTAGE, DBAPIError) as error:
                    log.warning("nobody can say who hears, closing", error=str(error))
                    return
                asked = time.monotonic()
            if not topics:
                yield ServerSentEvent(event="still", raw_data="")
            for topic in sorted(topics):
                yield ServerSentEvent(event="told", raw_data=topic)
