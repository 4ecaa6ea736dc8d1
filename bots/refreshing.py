"""Cards in other people's chats, edited in place when what they are about has changed; at Telegram's pace."""

import asyncio
from datetime import datetime, timedelta

import structlog
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter

from bots.delivery import SEND_SECONDS, WITHIN, PostOffice
from bots.pace import booked
from bots.reader import UNCHANGED
from bots.standing import as_it_stands, is_theirs, settle
from store.talk import shown_cards

log = structlog.get_logger()


async def refresh(post: PostOffice, chat_id: int, message_id: int) -> datetime | None:
    """Show the card of this message as it stands; the wall-clock instant to come again at, None when it is done.

    One job does for all changes until it begins; a change while it is at work brings it back at once. A connection
    that breaks is the queue's to try again.
    """
    door = post.door
    async with door.desk.db.transaction() as tx:
        shown = await shown_cards.get(tx, chat_id, message_id)
        if shown is None or shown.changes == shown.shown:
            return None
        if not await is_theirs(tx, shown):
            await shown_cards.forget(tx, chat_id, message_id)
            return None
        slot = await door.pace.book(tx, chat_id, within=WITHIN)
        if not slot.taken:
            return slot.at
        card = await as_it_stands(tx, door, shown)
    await asyncio.sleep(slot.wait.total_seconds())
    try:
        with booked():
            await door.bot.edit_message_text(
                card.text,
                chat_id=chat_id,
                message_id=message_id,
                reply_markup=card.keyboard,
                request_timeout=SEND_SECONDS,
            )
    except TelegramRetryAfter as error:
        return door.desk.wall() + timedelta(seconds=error.retry_after)
    except (TelegramBadRequest, TelegramForbiddenError) as error:
        if UNCHANGED not in error.message:
            log.info("a card cannot be shown anew", chat=chat_id, message=message_id, reason=error.message)
            async with door.desk.db.transaction() as tx:
                await shown_cards.forget(tx, chat_id, message_id)
            return None
    async with door.desk.db.transaction() as tx:
        return None if await settle(tx, shown, card) else door.desk.wall()
