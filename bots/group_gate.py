"""Who is heard in a group: groups are leaders' rooms (docs/ARCHITECTURE.md), and much of it is not for us.

What all members of a group may see is what leaders may see, so only leaders are answered there, and only in groups that
a leader has set up: nobody knows who reads along in others. Managers are asked to write privately, strangers are turned
away once and end the room whatever they say, and what people say to each other is left alone.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiogram import BaseMiddleware, Bot
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, InaccessibleMessage, Message, TelegramObject, Update

from bots.belonging import replied_to
from bots.door import TelegramDoor
from bots.handlers.rooms import shut
from bots.questions import Asked
from bots.reader import say
from domain.people import LEADERS
from locales import texts
from store import (
    once,
    people,
)
from store.talk import rooms
from store.talk.rooms import Purpose

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]

log = structlog.get_logger()


class GroupGate(BaseMiddleware):
    """Lets private chats through, and from groups what a leader says to the bot."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Pass the update on, answer it politely, or leave it alone."""
        message = event.message if isinstance(event, CallbackQuery) else event
        if not isinstance(message, (Message, InaccessibleMessage)) or message.chat.type == ChatType.PRIVATE:
            return await handler(event, data)
        if isinstance(message, Message) and _is_service(message):
            return await handler(event, data)
        door: TelegramDoor = data["door"]
        tapped = isinstance(event, CallbackQuery)
        user = data["event_from_user"]
        if user is None or user.is_bot:
            return None
        async with door.desk.db.reading() as tx:
            person = await people.by_telegram(tx, user.id)
            is_room = await rooms.is_active(tx, message.chat.id)
        update: Update = data["event_update"]
        ended = person is None and await shut(door, message.chat.id, user.full_name, update.update_id)
        if ended and not tapped:
            return None
        asked = data.get("raw_state") in (Asked.words, Asked.point)
        if isinstance(message, Message) and not tapped and not await _is_for_us(message, door, asked=asked):
            return None
        if person is None:
            return await _stranger(event, door, chat_id=message.chat.id, telegram_id=user.id)
        if person.role not in LEADERS:
            return await say(event, door.words(person).say("room-leaders-only"))
        if not is_room and not _sets_up(event):
            return await say(event, door.words(person).say("room-not-set-up"))
        return await handler(event, data)


def _is_service(message: Message) -> bool:
    """What Telegram itself says in a group and we follow."""
    return bool(message.migrate_to_chat_id or message.forum_topic_closed or message.new_chat_members)


def _sets_up(event: TelegramObject) -> bool:
    words = (event.text or "").split(maxsplit=1) if isinstance(event, Message) else []
    return bool(words) and words[0].partition("@")[0].lower() == "/setup"


async def _is_for_us(message: Message, door: TelegramDoor, *, asked: bool) -> bool:
    """A command, an answer to our question or to a message of ours, or words in a role's topic."""
    if message.text is None and message.photo is None and message.document is None:
        return False
    bot: Bot = door.bot
    if (message.text or "").startswith("/"):
        _, _, addressee = (message.text or "").split(maxsplit=1)[0].partition("@")
        return not addressee or addressee.lower() == ((await bot.me()).username or "").lower()
    replied = replied_to(message)
    if replied is not None:
        return replied.from_user is not None and replied.from_user.id == bot.id
    if asked and message.edit_date is None:
        return True
    if message.message_thread_id is None:
        return False
    async with door.desk.db.reading() as tx:
        topic = await rooms.at(tx, message.chat.id, message.message_thread_id)
    return topic is not None and topic.purpose is Purpose.ROLE


async def _stranger(event: TelegramObject, door: TelegramDoor, *, chat_id: int, telegram_id: int) -> None:
    """Somebody whom the desk does not know: told once in this group, a tap each time."""
    log.warning("a stranger speaks in a group", chat=chat_id, telegram_id=telegram_id)
    async with door.desk.db.transaction() as tx:
        told = await once.claim(tx, f"telegram:{door.bot.id}:stranger:{chat_id}:{telegram_id}") is not None
    if not told or isinstance(event, CallbackQuery):
        await say(event, texts(door.locale).get("join-stranger"))
