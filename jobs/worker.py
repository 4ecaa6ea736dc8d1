"""One worker process: takes jobs from the queue and runs them until it is told to stop."""

import asyncio
from datetime import datetime

import structlog

from bots.app import TelegramDoor
from bots.delivery import Later, PostOffice, deliver
from bots.handling import handle_update
from graph.runner import Runner
from guardrails.desk import Desk
from jobs.queue import AGENTS, DELIVERY, FEED, INBOX, WATCH, open_queue, register
from jobs.watch import STALLED_SECONDS, Watch
from store import heartbeats

CONCURRENCY = 8
BEAT_SECONDS = 5.0
GRACE_SECONDS = 4.0

log = structlog.get_logger()


class WorkerWorks:
    """The tasks of a worker; a queue whose part is missing (no Telegram door, no agents) is not served: its jobs wait."""

    def __init__(self, desk: Desk, post: PostOffice | None, door: TelegramDoor | None, agents: Runner | None) -> None:
        self._desk = desk
        self._post = post
        self._door = door
        self._agents = agents

    async def deliver(self, notification_id: int) -> datetime | None:
        """Deliver one message, or say when to try again."""
        assert self._post is not None
        outcome = await deliver(self._post, notification_id)
        return outcome.wall if isinstance(outcome, Later) else None

    async def handle_update(self, update_id: int) -> None:
        """Handle one stored update."""
        assert self._door is not None
        await handle_update(self._door, update_id)

    async def run_turn(self, turn_id: int) -> None:
        """Let a role agent work on one turn."""
        assert self._agents is not None
        await self._agents.run(turn_id)

    async def follow(self, order: str) -> None:
        """Try the CRM's events that wait for this order."""
        await self._desk.feed.follow(order)


async def run_worker(
    desk: Desk,
    door: TelegramDoor | None,
    post: PostOffice | None,
    *,
    stop: asyncio.Event,
    agents: Runner | None = None,
    concurrency: int = CONCURRENCY,
) -> None:
    """Work until `stop` is set; running jobs get a few seconds to end, what does not is run again by another worker."""
    queue = open_queue(desk.db.url, pool_size=concurrency + 2)
    register(queue, WorkerWorks(desk, post, door, agents), Watch(desk, queue).rhythms())
    async with queue.open_async():
        worker = asyncio.create_task(
            queue.run_worker_async(
                queues=_queues(door, agents),
                concurrency=concurrency,
                install_signal_handlers=False,
                fetch_job_polling_interval=1.0,
                delete_jobs="successful",
                update_heartbeat_interval=1.0,
                stalled_worker_timeout=STALLED_SECONDS * 3,
                shutdown_graceful_timeout=GRACE_SECONDS,
            )
        )
        beating = asyncio.create_task(_beat(desk))
        stopping = asyncio.create_task(stop.wait())
        log.info("worker started", concurrency=concurrency)
        await asyncio.wait({worker, stopping}, return_when=asyncio.FIRST_COMPLETED)
        beating.cancel()
        stopping.cancel()
        worker.cancel()  # the queue's own graceful stop
        await asyncio.gather(worker, beating, stopping, return_exceptions=True)
    if not stop.is_set():
        raise RuntimeError("the worker ended by itself")
    log.info("worker stopped")


def _queues(door: TelegramDoor | None, agents: Runner | None) -> list[str]:
    """The queues whose part this worker has."""
    return [WATCH, FEED, *([] if door is None else [DELIVERY, INBOX]), *([] if agents is None else [AGENTS])]


async def _beat(desk: Desk) -> None:
    while True:
        async with desk.db.transaction() as tx:
            await heartbeats.beat(tx, "worker", {})
        await asyncio.sleep(BEAT_SECONDS)
