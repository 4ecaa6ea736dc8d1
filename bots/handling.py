"""One stored update, handled once: the row is locked while its handlers run, and marked before the lock is let go."""

import structlog
from aiogram.types import Update

from bots.app import TelegramDoor
from store import inbox

log = structlog.get_logger()


async def handle_update(door: TelegramDoor, update_id: int) -> None:
    """Feed one stored update to the handlers.

    A handler that fails, or that kills its worker, is tried again by the queue; after five attempts the update is given
    up: `/dead` and the doctor show it, and `/dead` has it tried anew. Trying again does nothing twice: the gate knows
    the update's commands by their keys, and what the conversation remembers is committed with the mark that the update
    is handled.
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
                await door.dispatcher.feed_update(door.bot, update)
            await inbox.done(tx, update_id)
    except Exception as error:  # the outermost loop of a conversation: recorded, tried again, then given up visibly
        async with door.desk.db.transaction() as tx:
            attempts = await inbox.failed(tx, update_id, f"{type(error).__name__}: {error}"[:500])
        log.exception("an update could not be handled", update=update_id, attempts=attempts)
        if attempts < inbox.ATTEMPTS:
            raise
