"""The poller: updates are stored with their jobs in one transaction, and only then confirmed to Telegram."""

import asyncio

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramConflictError
from aiogram.types import Update
from sqlalchemy.exc import DBAPIError

from store import inbox
from store.database import OUTAGE, Database
from store.inbox import NewUpdate

POLL_SECONDS = 20
LONGEST_PAUSE_SECONDS = 30.0

log = structlog.get_logger()


async def poll(bot: Bot, db: Database, stop: asyncio.Event) -> None:
    """Receive updates until `stop` is set; outages of Telegram or the database are waited out."""
    offset: int | None = None
    pause = 1.0
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
            except TelegramConflictError as error:
                log.warning("another poller uses this token: stop it, or remove the webhook", detail=error.message)
            except (TelegramAPIError, ClientDecodeError) as error:
                log.warning("Telegram does not answer, waiting", seconds=pause, error=str(error))
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
    updates = await bot.get_updates(offset=offset, timeout=wait, request_timeout=wait + 10)
    if not updates:
        return None
    async with db.transaction() as tx:
        await inbox.put(tx, [_stored(update) for update in updates])
    return updates[-1].update_id + 1


def _stored(update: Update) -> NewUpdate:
    body = update.model_dump(mode="json", exclude_none=True, by_alias=True)
    return NewUpdate(update_id=update.update_id, chat_id=chat_of(update), body=body)


def chat_of(update: Update) -> int | None:
    """The chat an update belongs to."""
    if update.message is not None:
        return update.message.chat.id
    if update.edited_message is not None:
        return update.edited_message.chat.id
    if update.callback_query is not None:
        message = update.callback_query.message
        return update.callback_query.from_user.id if message is None else message.chat.id
    if update.my_chat_member is not None:
        return update.my_chat_member.chat.id
    return None
