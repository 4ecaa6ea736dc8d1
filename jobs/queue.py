"""The job queue on the same PostgreSQL: every task by name, its queue, and the rhythm of the periodic ones.

A job that talks to people is deferred inside the transaction that causes it (`store/records.py`), so it exists exactly
when its cause does. Cron expressions have six fields, seconds last.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from procrastinate import App, PsycopgConnector, RetryStrategy

DELIVERY = "delivery"
INBOX = "inbox"
FEED = "feed"
WATCH = "watch"
AGENTS = "agents"

RETRY = RetryStrategy(max_attempts=8, wait=1, exponential_wait=2)


@dataclass(frozen=True, slots=True)
class Again:
    """A message has to be tried again: from when (wall time), and how urgent it is (the smaller goes first)."""

    at: datetime
    priority: int


class Works(Protocol):
    """What the tasks call; `jobs/worker.py` builds it from the desk and the Telegram door."""

    async def deliver(self, notification_id: int) -> Again | None:
        """Deliver one message; when to try again, or None when it is settled."""
        ...

    async def handle_update(self, update_id: int) -> None:
        """Handle one stored Telegram update."""
        ...

    async def set_menu(self, chat_id: int, *, farewell: bool) -> datetime | None:
        """Set one chat's menu of commands; the wall-clock instant to try again at, or None when it is settled."""
        ...

    async def refresh_card(self, chat_id: int, message_id: int) -> datetime | None:
        """Show a card anew in its chat; the wall-clock instant to try again at, or None when it is done."""
        ...

    async def run_turn(self, turn_id: int) -> None:
        """Let a role agent work on one turn."""
        ...

    async def follow(self, order: str) -> None:
        """Try the CRM's events that wait for something to happen to this order."""
        ...


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A periodic task: its name, its cron expression, and what it runs."""

    name: str
    cron: str
    run: Callable[[], Awaitable[object]]


def open_queue(url: str, *, pool_size: int = 6) -> App:
    """The queue over its own small pool of connections; `url` is libpq's."""
    return App(
        connector=PsycopgConnector(conninfo=url, min_size=1, max_size=pool_size, kwargs={"options": "-c timezone=UTC"}),
        periodic_defaults={"max_delay": 30},
    )


def register(app: App, works: Works, rhythms: tuple[Rhythm, ...]) -> None:
    """Tie the task names to what they run."""

    @app.task(name="deliver", queue=DELIVERY, retry=RETRY)
    async def deliver(notification_id: int) -> None:  # pyright: ignore[reportUnusedFunction] - called by its name
        again = await works.deliver(notification_id)
        if again is not None:
            task = app.configure_task("deliver", queue=DELIVERY, schedule_at=again.at, priority=-again.priority)
            await task.defer_async(notification_id=notification_id)

    @app.task(name="menu", queue=DELIVERY, retry=RETRY)
    async def set_menu(*, chat_id: int, farewell: bool) -> None:  # pyright: ignore[reportUnusedFunction] - by its name
        again = await works.set_menu(chat_id, farewell=farewell)
        if again is not None:
            later = app.configure_task("menu", queue=DELIVERY, lock=f"menu:{chat_id}", schedule_at=again, priority=-9)
            await later.defer_async(chat_id=chat_id, farewell=farewell)

    @app.task(name="handle_update", queue=INBOX, retry=RETRY)
    async def handle_update(update_id: int) -> None:  # pyright: ignore[reportUnusedFunction] - called by its name
        await works.handle_update(update_id)

    @app.task(name="refresh_card", queue=DELIVERY, retry=RETRY)
    async def refresh_card(chat_id: int, message_id: int) -> None:  # pyright: ignore[reportUnusedFunction] - by name
        again = await works.refresh_card(chat_id, message_id)
        if again is not None:
            await app.configure_task("refresh_card", queue=DELIVERY, schedule_at=again).defer_async(
                chat_id=chat_id, message_id=message_id
            )

    @app.task(name="run_turn", queue=AGENTS, retry=RETRY)
    async def run_turn(turn_id: int) -> None:  # pyright: ignore[reportUnusedFunction] - called by its name
        await works.run_turn(turn_id)

    @app.task(name="follow", queue=FEED, retry=RETRY)
    async def follow(order: str) -> None:  # pyright: ignore[reportUnusedFunction] - called by its name
        await works.follow(order)

    for rhythm in rhythms:
        _periodic(app, rhythm)


def _periodic(app: App, rhythm: Rhythm) -> None:
    """One waiting job of a rhythm at a time: a slow run is followed by one run, not by all it has missed."""

    async def run(timestamp: int) -> None:  # noqa: ARG001 - the queue's own argument
        await rhythm.run()

    task = app.task(name=rhythm.name, queue=WATCH, queueing_lock=rhythm.name)(run)
    app.periodic(cron=rhythm.cron, queueing_lock=rhythm.name)(task)
