"""One stored update, handled once: the row is locked while its handlers run, and marked before the lock is let go."""

import structlog
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
)
from aiogram.types import Update

from bots.channel import AWAY, reported
from bots.door import TelegramDoor
from bots.places import OUT
from store.talk import inbox

log = structlog.get_logger()


async def handle_update(door: TelegramDoor, update_id: int) -> None:
    """Feed one stored update to the handlers, after what its chat said before it."""
    async with door.desk.db.reading() as tx:
        line = await inbox.line(tx, update_id)
    for each in line:
        await _handle(door, each)


async def _handle(door: TelegramDoor, update_id: int) -> None:
    """One update, once.

    A handler that fails, or that kills its worker, is tried again by the queue; after five attempts the update is given
    up: `/dead` and the doctor show it, and `/dead` has it tried anew. While Telegram is away, attempts do not count.
    Trying again does nothing twice: the gate knows the update's commands by their keys, and what the conversation
    remembers is committed with the mark that the update is handled.
    """
    async with door.desk.db.transaction() as tx:
        begun = await inbox.begin(tx, update_id)
    if not begun:
        log.warning("an update is left alone: it is handled, or was given up", update=update_id)
        return
    try:
        async with door.desk.db.transaction() as tx:
            stored = await inbox.lock(tx, update_id)
            if stored is None or stored.handled_at is not None:
                return
            update = Update.model_validate(stored.body, context={"bot": door.bot})
            with door.storage.within(tx):
                await _feed(door, update)
            await inbox.done(tx, update_id)
    except (TelegramRetryAfter, *AWAY) as error:
        counts = not isinstance(error, TelegramRetryAfter) and not await reported(door)
        log.warning("an update could not be answered", update=update_id, reason=str(error))
        if await _is_tried_again(door, update_id, error, counts=counts):
            raise
    except Exception as error:  # the outermost loop of a conversation: recorded, tried again, then given up visibly
        log.exception("an update could not be handled", update=update_id)
        if await _is_tried_again(door, update_id, error):
            raise


async def _feed(door: TelegramDoor, update: Update) -> None:
    """Let the handlers have it; what it has done is done, although nobody may be there any more to hear of it."""
    try:
        await door.dispatcher.feed_update(door.bot, update)
    except (TelegramForbiddenError, TelegramMigrateToChat) as error:
        log.info("nobody is there to be answered", update=update.update_id, reason=error.message)
    except TelegramBadRequest as error:
        if not any(sign in error.message for sign in OUT):
            raise
        log.info("nobody is there to be answered", update=update.update_id, reason=error.message)


async def _is_tried_again(door: TelegramDoor, update_id: int, error: Exception, *, counts: bool = True) -> bool:
    """Note what went wrong; False when that was the last attempt."""
    async with door.desk.db.transaction() as tx:
        reason = f"{type(error).__name__}: {error}"[:500]
        return await inbox.failed(tx, update_id, reason, counts=counts) < inbox.ATTEMPTS
