"""One worker process: takes jobs from the queue and runs them until it is told to stop."""

import asyncio
import contextlib
from dataclasses import asdict
from datetime import datetime
from typing import Any

import structlog

from bots.channel import watch_channel
from bots.crises import tend
from bots.delivery import Later, PostOffice, deliver
from bots.door import TelegramDoor
from bots.handling import handle_update
from bots.menus import set_menu
from bots.progress import showing
from bots.refreshing import refresh
from guardrails.desk import Desk
from jobs.agents import RoleAgents, rhythms
from jobs.queue import AGENTS, DELIVERY, FEED, INBOX, WATCH, Again, Rhythm, open_queue, register
from jobs.watch import STALLED_SECONDS, Watch
from store import heartbeats
from store.database import OUTAGE

CONCURRENCY = 8
ROOMS_TENDED = "* * * * * */3"
BEAT_SECONDS = 5.0
GRACE_SECONDS = 4.0
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 15.0

log = structlog.get_logger()


class WorkerWorks:
    """The tasks of a worker; a queue whose part is missing (Telegram door, agents) is not served: its jobs wait."""

    def __init__(
        self, desk: Desk, post: PostOffice | None, door: TelegramDoor | None, agents: RoleAgents | None
    ) -> None:
        self._desk = desk
        self._post = post
        self._door = door
        self._agents = agents

    @property
    def queues(self) -> list[str]:
        """The queues whose part this worker has."""
        telegram = [] if self._door is None else [DELIVERY, INBOX]
        return [WATCH, FEED, *telegram, *([] if self._agents is None else [AGENTS])]

    @property
    def models(self) -> list[dict[str, Any]]:
        """How the language models behave; none where rules answer for the roles."""
        return [] if self._agents is None else [asdict(state) for state in self._agents.models()]

    @property
    def rhythms(self) -> tuple[Rhythm, ...]:
        """What this worker does from time to time besides the watch."""
        door = self._door
        if door is None:
            return rhythms(self._agents)
        return (
            Rhythm("tend_rooms", ROOMS_TENDED, lambda: tend(door)),
            Rhythm("watch.channel", "* * * * * */5", self._watch_channel),
            *rhythms(self._agents),
        )

    async def _watch_channel(self) -> bool:
        assert self._door is not None
        return await watch_channel(self._door)

    async def deliver(self, notification_id: int) -> Again | None:
        """Deliver one message, or say when to try again."""
        assert self._post is not None
        outcome = await deliver(self._post, notification_id)
        return Again(outcome.wall, outcome.priority) if isinstance(outcome, Later) else None

    async def handle_update(self, update_id: int) -> None:
        """Handle one stored update."""
        assert self._door is not None
        await handle_update(self._door, update_id)

    async def set_menu(self, chat_id: int, *, farewell: bool) -> datetime | None:
        """Set one chat's menu of commands."""
        assert self._door is not None
        return await set_menu(self._door, chat_id, farewell=farewell)

    async def refresh_card(self, chat_id: int, message_id: int) -> datetime | None:
        """Show a card anew in its chat."""
        assert self._post is not None
        return await refresh(self._post, chat_id, message_id)

    async def run_turn(self, turn_id: int) -> None:
        """Let a role agent work on one turn."""
        assert self._agents is not None
        if self._door is None:
            await self._agents.run(turn_id)
            return
        async with showing(self._door, turn_id) as hear:
            await self._agents.run(turn_id, hear)

    async def follow(self, order: str) -> None:
        """Try the CRM's events that wait for this order."""
        await self._desk.feed.follow(order)


async def run_worker(
    desk: Desk,
    door: TelegramDoor | None,
    post: PostOffice | None,
    *,
    stop: asyncio.Event,
    agents: RoleAgents | None = None,
    concurrency: int = CONCURRENCY,
) -> None:
    """Work until `stop` is set; running jobs get a few seconds to end, what does not is run again by another worker.

    A queue that breaks off (the database restarts) is opened anew, after a pause that grows while it does not help;
    how often that was is told by the worker's heartbeat.
    """
    loop = asyncio.get_running_loop()
    pause, reopened = FIRST_PAUSE_SECONDS, 0
    while not stop.is_set():
        began = loop.time()
        try:
            await _serve(desk, WorkerWorks(desk, post, door, agents), stop, concurrency=concurrency, reopened=reopened)
        except Exception:  # the worker's outermost loop: logged, counted, and tried again
            log.exception("the queue broke off", reopened=reopened)
        if stop.is_set():
            break
        if loop.time() - began > LONGEST_PAUSE_SECONDS:
            pause = FIRST_PAUSE_SECONDS
        log.warning("the queue is opened anew after a pause", seconds=pause)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
        pause, reopened = min(pause * 2, LONGEST_PAUSE_SECONDS), reopened + 1
    log.info("worker stopped")


async def _serve(desk: Desk, works: WorkerWorks, stop: asyncio.Event, *, concurrency: int, reopened: int) -> None:
    """Work on the queue until `stop` is set or it breaks off; raises what broke it, if that is known."""
    worker = asyncio.create_task(_work(desk, works, concurrency))
    beating = asyncio.create_task(_beat(desk, works, reopened))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({worker, stopping}, return_when=asyncio.FIRST_COMPLETED)
    for task in (beating, stopping, worker):
        task.cancel()  # the queue's own graceful stop
    outcome, *_ = await asyncio.gather(worker, beating, stopping, return_exceptions=True)
    if isinstance(outcome, Exception):
        raise outcome


async def _work(desk: Desk, works: WorkerWorks, concurrency: int) -> None:
    queue = open_queue(desk.db.url, pool_size=concurrency + 2)
    register(queue, works, (*Watch(desk, queue).rhythms(), *works.rhythms))
    try:
        await queue.open_async()
        log.info("worker started", concurrency=concurrency)
        await queue.run_worker_async(
            queues=works.queues,
            concurrency=concurrency,
            install_signal_handlers=False,
            fetch_job_polling_interval=1.0,
            delete_jobs="successful",
            update_heartbeat_interval=1.0,
            stalled_worker_timeout=STALLED_SECONDS * 3,
            shutdown_graceful_timeout=GRACE_SECONDS,
        )
    finally:
        await queue.close_async()


async def _beat(desk: Desk, works: WorkerWorks, reopened: int) -> None:
    """A sign of life every few seconds, with how the models behave; one that cannot be left now is not made up for."""
    while True:
        try:
            async with desk.db.transaction() as tx:
                await heartbeats.beat(tx, "worker", {"reopened": reopened, "models": works.models})
        except OUTAGE as error:
            log.warning("no sign of life can be left", error=str(error))
        await asyncio.sleep(BEAT_SECONDS)
