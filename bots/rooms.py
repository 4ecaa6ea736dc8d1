"""The desk's rooms in Telegram: a forum gets a topic for each role, and each topic is made when it is missing."""

from datetime import timedelta
from typing import Final

import structlog
from aiogram.enums import ChatAction, ChatMemberStatus
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramRetryAfter
from aiogram.types import Chat

from bots.door import TelegramDoor
from bots.places import GONE, make_topic
from domain.people import Role
from store import (
    people,
    rates,
)
from store.people import Person
from store.talk import rooms
from store.talk.rooms import (
    Purpose,
    Topic,
    Wanted,
)

ABSENT: Final = (ChatMemberStatus.LEFT, ChatMemberStatus.KICKED)
NEVER_SEEN: Final = ("user not found", "PARTICIPANT_ID_INVALID", "member not found")
"""How Telegram says that somebody has never been in the group."""

log = structlog.get_logger()


async def strangers(door: TelegramDoor, chat_id: int) -> int:
    """How many in the group the desk does not know; other bots are among them, for they read along.

    Raises TelegramBadRequest when the bot may not look: it has to be an administrator.
    """
    async with door.desk.db.reading() as tx:
        staff = await people.with_roles(tx, tuple(Role))
    unknown = await door.bot.get_chat_member_count(chat_id) - 1
    for person in staff:
        if unknown <= 0:
            break
        if person.telegram_id is not None and await _is_in(door, chat_id, person.telegram_id):
            unknown -= 1
    return unknown


async def _is_in(door: TelegramDoor, chat_id: int, telegram_id: int) -> bool:
    try:
        member = await door.bot.get_chat_member(chat_id, telegram_id)
    except TelegramBadRequest as error:
        if not any(sign in error.message for sign in NEVER_SEEN):
            raise
        return False
    return member.status not in ABSENT


async def set_up(door: TelegramDoor, chat: Chat, person: Person) -> int:
    """Make a forum a room of the desk; how many of its topics wait for Telegram's pace.

    Raises TelegramBadRequest when the bot may not make topics there.
    """
    roles = door.desk.policy.roles.roles
    wanted = [Wanted(purpose=Purpose.ROLE, subject=key, title=role.name) for key, role in roles.items()]
    now = door.desk.timeline.now()
    async with door.desk.db.transaction() as tx:
        await rooms.set_up(tx, chat.id, title=chat.title or "", person_id=person.id, now=now)
        await rooms.want(tx, chat.id, wanted, now=now)
        known = await rooms.of(tx, chat.id, Purpose.ROLE)
    for topic in known:
        if topic.state == "open" and not await _is_there(door, topic):
            async with door.desk.db.transaction() as tx:
                await rooms.move(tx, topic.id, "wanted")
    return await make_missing(door, chat.id)


async def _is_there(door: TelegramDoor, topic: Topic) -> bool:
    """Telegram tells nobody that a topic was deleted: whoever wants to know tries it."""
    try:
        await door.bot.send_chat_action(topic.chat_id, ChatAction.TYPING, message_thread_id=topic.thread_id)
    except TelegramBadRequest as error:
        return not any(sign in error.message for sign in GONE)
    return True


async def make_missing(door: TelegramDoor, chat_id: int | None = None) -> int:
    """Make the topics that are wanted, in one group or in all, at Telegram's pace; how many have to wait.

    Raises TelegramBadRequest when the bot may not make topics in the group that was asked for.
    """
    async with door.desk.db.reading() as tx:
        wanted = await rooms.in_state(tx, "wanted")
    missing = [topic for topic in wanted if chat_id is None or topic.chat_id == chat_id]
    held: set[int] = set()
    waiting = 0
    for topic in missing:
        if topic.chat_id in held:
            waiting += 1
            continue
        try:
            await make_topic(door, topic.id)
        except TelegramRetryAfter as error:
            await _hold(door, topic.chat_id, error.retry_after)
            held.add(topic.chat_id)
            waiting += 1
        except TelegramAPIError as error:
            if chat_id is not None:
                raise
            log.warning("a topic cannot be made", chat=topic.chat_id, topic=topic.title, reason=str(error))
            held.add(topic.chat_id)
            waiting += 1
    return waiting


async def _hold(door: TelegramDoor, chat_id: int, seconds: float) -> None:
    async with door.desk.db.transaction() as tx:
        await rates.hold(tx, f"chat:{chat_id}", length=timedelta(seconds=seconds))
