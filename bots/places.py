"""Where a message goes: its reader's private chat, or the group and topic where the question was asked.

A topic that is gone is made anew, a group that has become a supergroup is followed, and a group that has turned the bot
out is left: an answer then goes to its asker in private.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import structlog
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat
from aiogram.types import Message, ReplyParameters
from sqlalchemy.ext.asyncio import AsyncConnection

from bots.card import Card
from bots.door import TelegramDoor
from domain.notices import NoticeKind
from store.talk import parts, rooms
from store.talk.outbox import Notification

TRIES: Final = 3
GONE: Final = ("message thread not found", "TOPIC_CLOSED", "TOPIC_DELETED")
"""How Telegram says that a topic is not there, or takes no more messages."""
OUT: Final = ("chat not found", "not enough rights")
"""How Telegram says that the bot may not write in a group."""

log = structlog.get_logger()


class NoRoomError(Exception):
    """What was for a group alone goes nowhere: the group is no room of the desk any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A chat, in a forum its topic, and the message that is answered."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None

    @property
    def is_group(self) -> bool:
        """Whether several people read it; Telegram numbers groups below zero."""
        return self.chat_id < 0

    @property
    def reply(self) -> ReplyParameters | None:
        """What is answered; a question that was deleted meanwhile is answered all the same."""
        if self.reply_to is None:
            return None
        return ReplyParameters(message_id=self.reply_to, allow_sending_without_reply=True)


def place_of(notification: Notification) -> Place | None:
    """Where the message goes; None for a person who has no Telegram."""
    given: Mapping[str, Any] | None = notification.params.get("place")
    if given is not None:
        return Place(**given)
    return None if notification.telegram_id is None else Place(chat_id=notification.telegram_id)


def chat_of(notification: Notification) -> int | None:
    """The number of the chat where the message goes."""
    place = place_of(notification)
    return None if place is None else place.chat_id


def place_of_message(message: Message) -> Place | None:
    """Where the answer to a message in a group goes; None in a private chat, where nothing has to be said about it."""
    if message.chat.type == "private":
        return None
    thread = message.message_thread_id if message.is_topic_message else None
    return Place(chat_id=message.chat.id, thread_id=thread, reply_to=message.message_id)


def as_params(place: Place) -> dict[str, object]:
    """The place as it is kept with a turn or a message."""
    return dict(asdict(place))


async def post(door: TelegramDoor, notification: Notification, card: Card, *, seconds: int) -> Message:
    """Send a card to its place, wherever that has moved to.

    Raises `NoRoomError` where that is no room any more and nobody has asked for it; otherwise what Telegram says.
    """
    place = await _allowed_place(door, notification)
    for _ in range(TRIES):
        try:
            return await _send(door, place, card, seconds=seconds)
        except (TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat) as error:
            moved = await _moved(door, notification, place, error)
            if moved is None:
                raise
            log.info("a message goes elsewhere", notification=notification.id, reason=error.message)
            place = moved
    return await _send(door, place, card, seconds=seconds)


async def _allowed_place(door: TelegramDoor, notification: Notification) -> Place:
    """Its place; the asker's private chat where the group has stopped being a room since."""
    place = place_of(notification)
    assert place is not None
    if not place.is_group:
        return place
    async with door.desk.db.reading() as tx:
        is_room = await rooms.is_active(tx, place.chat_id)
    if is_room:
        return place
    private = await _left(door, notification, place)
    if private is None:
        raise NoRoomError(f"the group {place.chat_id} is no room of the desk")
    async with door.desk.db.transaction() as tx:
        await _keep(tx, notification, private)
    return private


async def _send(door: TelegramDoor, place: Place, card: Card, *, seconds: int) -> Message:
    return await door.bot.send_message(
        place.chat_id,
        card.text,
        message_thread_id=place.thread_id,
        reply_parameters=place.reply,
        reply_markup=card.keyboard,
        request_timeout=seconds,
    )


async def _moved(door: TelegramDoor, notification: Notification, place: Place, error: Exception) -> Place | None:
    """Where the message goes instead; None when the fault lies elsewhere."""
    if not place.is_group:
        return None
    if isinstance(error, TelegramMigrateToChat):
        new = replace(place, chat_id=error.migrate_to_chat_id, reply_to=None)
        async with door.desk.db.transaction() as tx:
            await rooms.follow(tx, place.chat_id, new.chat_id)
        return new
    said = str(error)
    if place.thread_id is not None and any(sign in said for sign in GONE):
        new = await _made_anew(door, place)
    elif isinstance(error, TelegramForbiddenError) or any(sign in said for sign in OUT):
        new = await _left(door, notification, place)
    else:
        return None
    if new is not None:
        async with door.desk.db.transaction() as tx:
            await _keep(tx, notification, new)
    return new


async def _made_anew(door: TelegramDoor, place: Place) -> Place:
    """The topic made again, or the group itself where the topic was none of ours."""
    assert place.thread_id is not None
    async with door.desk.db.transaction() as tx:
        topic = await rooms.at(tx, place.chat_id, place.thread_id)
        if topic is not None:
            await rooms.move(tx, topic.id, "wanted")
    if topic is None:
        return Place(chat_id=place.chat_id)
    return Place(chat_id=place.chat_id, thread_id=await make_topic(door, topic.id))


async def _left(door: TelegramDoor, notification: Notification, place: Place) -> Place | None:
    """An answer goes to its asker; what was for the group alone goes nowhere."""
    async with door.desk.db.transaction() as tx:
        await rooms.leave(tx, place.chat_id)
    if notification.kind == NoticeKind.ROOM_POST or notification.telegram_id is None:
        return None
    return Place(chat_id=notification.telegram_id)


async def _keep(tx: AsyncConnection, notification: Notification, place: Place) -> None:
    """Whatever follows this message goes the same way."""
    await parts.redirect(tx, notification.id, as_params(place))


async def make_topic(door: TelegramDoor, topic_id: int) -> int | None:
    """The thread of a topic, made in Telegram if it is not there yet; None when another worker is at it.

    Telegram knows no topics by name: a worker that dies between Telegram's answer and our commit leaves an empty topic
    behind, and the next one makes another.
    """
    async with door.desk.db.transaction() as tx:
        topic = await rooms.lock(tx, topic_id)
        if topic is None or topic.thread_id is not None:
            return None if topic is None else topic.thread_id
        made = await door.bot.create_forum_topic(topic.chat_id, topic.title)
        await rooms.opened(tx, topic_id, made.message_thread_id)
    return made.message_thread_id
