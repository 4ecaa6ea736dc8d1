"""The poller: updates are stored with their jobs in one transaction, and only then confirmed to Telegram."""

import asyncio
import time
from typing import Any, cast

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramConflictError
from sqlalchemy.exc import DBAPIError

from guardrails.updates import RECEIVER, take
from store import heartbeats
from store.database import OUTAGE, Database

POLL_SECONDS = 20
LONGEST_PAUSE_SECONDS = 30.0
BEAT_SECONDS = 15.0

log = structlog.get_logger()


class Receiver:
    """Says how updates come and what went wrong last, for the doctor and `/readyz`; once in a while, or on news."""

    def __init__(self, db: Database, *, how: str) -> None:
        self._db = db
        self._how = how
        self._said: dict[str, object] | None = None
        self._said_at = 0.0
        self._conflict: dict[str, object] = {}

    async def note(self, *, problem: str = "", conflict: str = "") -> None:
        """A sign of life; a conflict with another receiver stays noted with its time."""
        if conflict:
            self._conflict = {"conflict": conflict, "conflict_at": time.time()}
        now: dict[str, object] = {"how": self._how, "problem": problem, **self._conflict}
        if now == self._said and time.monotonic() - self._said_at < BEAT_SECONDS:
            return
        try:
            async with self._db.transaction() as tx:
                await heartbeats.beat(tx, RECEIVER, now)
        except (*OUTAGE, DBAPIError) as error:
            log.warning("no sign of life can be left", error=str(error))
        else:
            self._said, self._said_at = now, time.monotonic()


async def poll(bot: Bot, db: Database, stop: asyncio.Event) -> None:
    """Receive updates until `stop` is set; outages of Telegram or the database are waited out."""
    offset: int | None = None
    pause = 1.0
    receiver = Receiver(db, how="polling")
    stopping = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            asking = asyncio.create_task(receive(bot, db, offset))
            await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)
                return
            try:
                offset = asking.result() or offset
                pause = 1.0
                await receiver.note()
            except TelegramConflictError as error:
                log.warning("another poller uses this token: stop it, or remove the webhook", detail=error.message)
                await receiver.note(conflict=error.message)
            except (TelegramAPIError, ClientDecodeError) as error:
                log.warning("Telegram does not answer, waiting", seconds=pause, error=str(error))
                await receiver.note(problem=str(error).splitlines()[0])
            except (*OUTAGE, DBAPIError) as error:
                # What was not stored was not confirmed: Telegram keeps it, and gives it again.
                log.warning("updates cannot be stored, waiting", seconds=pause, error=str(error))
            else:
                continue
            await asyncio.wait({stopping}, timeout=pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
    finally:
        stopping.cancel()


async def receive(bot: Bot, db: Database, offset: int | None, *, wait: int = POLL_SECONDS) -> int | None:
    """Store the next updates with their jobs; the offset by which the next call confirms them, None without any."""
    try:
        updates = await bot.get_updates(offset=offset, timeout=wait, request_timeout=wait + 10)
    except ClientDecodeError as error:
        bodies = _undecoded(error.data)
        if not bodies:
            raise
        log.warning("updates of a kind that is not known are stored as they came", count=len(bodies))
    else:
        bodies = [update.model_dump(mode="json", exclude_none=True, by_alias=True) for update in updates]
    if not bodies:
        return None
    await take(db, bodies)
    return max(int(body["update_id"]) for body in bodies) + 1


def _undecoded(answer: object) -> list[dict[str, Any]]:
    """Updates that Telegram gave and this version cannot read whole: one of them must not hold up all the others."""
    given: object = cast("dict[str, Any]", answer).get("result") if isinstance(answer, dict) else None
    bodies: list[object] = cast("list[object]", given) if isinstance(given, list) else []
    return [cast("dict[str, Any]", body) for body in bodies if isinstance(body, dict) and "update_id" in body]
