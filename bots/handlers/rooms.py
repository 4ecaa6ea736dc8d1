"""Groups: /setup makes a forum a room of the desk; what Telegram says of the group itself is followed."""

import html

import structlog
from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command as Slash
from aiogram.types import Chat, ChatMemberUpdated, Message, Update
from markupsafe import Markup

from bots import rooms as desk_rooms
from bots.door import TelegramDoor
from bots.reader import Introduce, Reader
from bots.words import Words
from domain.people import LEADERS
from locales import texts
from store import once, people
from store.people import Person
from store.talk import rooms
from store.talk.rooms import Purpose

log = structlog.get_logger()


def router() -> Router:
    """Asked before all others: what it takes concerns the group, nobody's work."""
    made = Router(name="rooms")
    made.my_chat_member(F.chat.type != ChatType.PRIVATE)(on_membership)
    made.message(F.migrate_to_chat_id)(on_upgrade)
    made.message(F.forum_topic_closed)(on_closed)
    made.message(F.new_chat_members)(on_joined)
    known = Router(name="rooms_setup")
    known.message.middleware(Introduce())
    known.message(Slash("setup"))(on_setup)
    made.include_router(known)
    return made


async def on_setup(message: Message, reader: Reader) -> None:
    """`/setup` in a forum: one topic a role; a second time mends what is missing."""
    reader.require_leads("set_up_room")
    await message.answer(await _set_up(reader.door, message.chat, reader.person, reader.words))


async def on_membership(update: ChatMemberUpdated, door: TelegramDoor) -> None:
    """The bot is in a group, or out of it: a leader who adds it to a forum means it to be a room of the desk."""
    if update.new_chat_member.status in ("kicked", "left"):
        async with door.desk.db.transaction() as tx:
            known = await rooms.leave(tx, update.chat.id)
        log.warning("the bot is out of a group", chat=update.chat.id, room=known)
        return
    async with door.desk.db.reading() as tx:
        person = await people.by_telegram(tx, update.from_user.id)
    if person is None or person.role not in LEADERS:
        log.warning("the bot was added to a group by somebody who may not", chat=update.chat.id)
        return
    said = await _set_up(door, update.chat, person, door.words(person))
    await door.bot.send_message(update.chat.id, said)


async def on_upgrade(message: Message, door: TelegramDoor) -> None:
    """The group has become a supergroup: it has another number from now on."""
    assert message.migrate_to_chat_id is not None
    async with door.desk.db.transaction() as tx:
        await rooms.follow(tx, message.chat.id, message.migrate_to_chat_id)


async def on_closed(message: Message, door: TelegramDoor) -> None:
    """Somebody has closed a role's topic: nobody could ask there any more, so it is made anew."""
    if message.message_thread_id is None or (message.from_user is not None and message.from_user.id == door.bot.id):
        return
    async with door.desk.db.transaction() as tx:
        topic = await rooms.at(tx, message.chat.id, message.message_thread_id)
        if topic is None or topic.purpose is not Purpose.ROLE:
            return
        await rooms.move(tx, topic.id, "wanted")
    await desk_rooms.make_missing(door, message.chat.id)


async def on_joined(message: Message, door: TelegramDoor, event_update: Update) -> None:
    """Somebody was added to the group: with a stranger in it, it is no room of the desk any more."""
    async with door.desk.db.reading() as tx:
        joined = [user for user in message.new_chat_members or () if user.id != door.bot.id]
        unknown = [user for user in joined if await people.by_telegram(tx, user.id) is None]
    if unknown:
        await shut(door, message.chat.id, unknown[0].full_name, event_update.update_id)


async def shut(door: TelegramDoor, chat_id: int, name: str, update_id: int) -> bool:
    """A stranger is among the readers: nothing of the desk is said there until a leader sets the group up again.

    The room ends at once, whether or not Telegram takes the words about it; the update that ended it and is handled
    again says them then. False when it was no room, or something else has ended it.
    """
    key = f"telegram:{door.bot.id}:{update_id}:shut"
    async with door.desk.db.transaction() as tx:
        if await rooms.leave(tx, chat_id):
            await once.claim(tx, key)
        elif await once.known(tx, key) is None:
            return False
    log.warning("a stranger is in a room of the desk: it is none any more", chat=chat_id)
    await door.bot.send_message(chat_id, texts(door.locale).get("room-stranger", name=html.escape(name)))
    return True


async def _set_up(door: TelegramDoor, chat: Chat, person: Person, words: Words) -> Markup:
    """What came of it, in words."""
    if chat.type == ChatType.PRIVATE:
        return words.say("room-setup-in-group")
    if not chat.is_forum:
        return words.say("room-needs-topics")
    try:
        unknown = await desk_rooms.strangers(door, chat.id)
        if unknown:
            async with door.desk.db.transaction() as tx:
                await rooms.leave(tx, chat.id)
            return words.say("room-strangers", count=unknown)
        waiting = await desk_rooms.set_up(door, chat, person)
    except TelegramBadRequest as error:
        return words.say("room-no-rights", reason=error.message)
    return words.say("room-ready") if not waiting else words.say("room-soon", count=waiting)
