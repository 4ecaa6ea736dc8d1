"""Talk with the role agents: words go to a role, its answer comes through the outbox like every other message."""

from datetime import timedelta
from typing import Any, Final

import structlog
from aiogram import F, Router
from aiogram.enums import ChatAction, ChatType
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command as Slash
from aiogram.filters import CommandObject
from aiogram.types import Message
from markupsafe import Markup

from bots import home
from bots.door import TelegramDoor
from bots.places import as_params, place_of_message
from bots.reader import Introduce, Reader
from bots.words import lines
from domain.people import Channel, Role
from guardrails.conversation import ask
from store import once
from store.talk import replies, rooms
from store.talk.rooms import Purpose

SHORT: Final = ("rop", "ceo", "rom")
"""Roles that are called by a command of their own; every other one by /ask."""
USUAL: Final = "ai-rop"
"""Who hears what is said to nobody in particular, unless another role was spoken with last."""
STILL_TALKING: Final = timedelta(hours=1)
"""So long words to nobody go to the role that was spoken with last."""

log = structlog.get_logger()


def router() -> Router:
    """Commands and replies: they come before the question that may be open."""
    made = Router(name="talk")
    made.message.middleware(Introduce())
    made.message(Slash(*SHORT))(on_role)
    made.message(Slash("ask"))(on_ask)
    made.message(F.text & ~F.text.startswith("/"), F.reply_to_message, _to_a_role)(on_reply)
    return made


def free_words() -> Router:
    """What nobody asked for: asked last."""
    made = Router(name="free_words")
    made.message.middleware(Introduce())
    made.message(F.text & ~F.text.startswith("/"), _in_a_roles_topic)(on_reply)
    made.message(F.text & ~F.text.startswith("/"))(on_words)
    made.message()(on_anything)
    return made


# ── whose message is replied to ──────────────────────────────────────────────────────────────────────────────────────
async def _to_a_role(message: Message, door: TelegramDoor) -> bool | dict[str, Any]:
    assert message.reply_to_message is not None
    async with door.desk.db.reading() as tx:
        role = await replies.answering_role(tx, chat_id=message.chat.id, message_id=message.reply_to_message.message_id)
    return False if role is None else {"role": role}


async def _in_a_roles_topic(message: Message, door: TelegramDoor) -> bool | dict[str, Any]:
    if message.chat.type == ChatType.PRIVATE or message.message_thread_id is None:
        return False
    async with door.desk.db.reading() as tx:
        topic = await rooms.at(tx, message.chat.id, message.message_thread_id)
    return {"role": topic.subject} if topic is not None and topic.purpose is Purpose.ROLE else False


# ── handlers ─────────────────────────────────────────────────────────────────────────────────────────────────────────
async def on_role(message: Message, command: CommandObject, reader: Reader) -> None:
    """`/rop что горит?`: to the role of the command."""
    words = (command.args or "").strip()
    if not words:
        await message.answer(reader.words.say("talk-no-words", command=f"/{command.command.lower()}"))
        return
    await _put(message, reader, f"ai-{command.command.lower()}", words)


async def on_ask(message: Message, command: CommandObject, reader: Reader) -> None:
    """`/ask ai-cfo как маржа?`: to any role; `cfo` means `ai-cfo`."""
    role, _, words = (command.args or "").strip().partition(" ")
    role = role.lower()
    if not words.strip():
        await message.answer(_roles(reader))
        return
    await _put(message, reader, role if role.startswith("ai-") else f"ai-{role}", words)


def _roles(reader: Reader) -> Markup:
    """Whom one may ask, and how."""
    roles = reader.door.desk.policy.roles.roles
    known = [reader.words.say("talk-role", code=code, name=role.name) for code, role in roles.items()]
    return lines(reader.words.say("talk-no-words", command="/ask ai-cfo"), "", *known)


async def on_reply(message: Message, reader: Reader, role: str) -> None:
    """A reply to a role's answer, or words in its topic: they go to that role."""
    await _put(message, reader, role, message.text or "")


async def on_words(message: Message, reader: Reader) -> None:
    """Words to nobody in particular; viewers look only, and are told what they may do."""
    if reader.person.role is Role.VIEWER:
        await on_anything(message, reader)
        return
    async with reader.door.desk.db.reading() as tx:
        since = reader.door.desk.timeline.now() - STILL_TALKING
        last = await replies.last_spoken_with(tx, reader.person.id, since=since)
    await _put(message, reader, last or USUAL, message.text or "")


async def on_anything(message: Message, reader: Reader) -> None:
    """What nobody understands: a sticker, a photo out of place, an unknown command."""
    if message.chat.type != ChatType.PRIVATE and message.text is None:
        await _only_words(message, reader)
        return
    unknown = reader.words.say("help-unknown") if (message.text or "").startswith("/") else None
    await message.answer(lines(unknown, home.help_text(reader.words, reader.person.role)))


async def _only_words(message: Message, reader: Reader) -> None:
    """A picture in a group: roles read words; of an album it is said once."""
    album = message.media_group_id or message.message_id
    async with reader.door.desk.db.transaction() as tx:
        told = await once.claim(tx, f"telegram:{reader.door.bot.id}:only-words:{message.chat.id}:{album}") is not None
    if not told:
        await message.reply(reader.words.say("room-only-words"))


async def _put(message: Message, reader: Reader, role: str, words: str) -> None:
    """Put words before a role and say that it is at work; nobody waits here for the answer."""
    place = place_of_message(message)
    await ask(
        reader.door.desk,
        reader.person,
        role,
        words,
        channel=Channel.TELEGRAM,
        locale=reader.door.locale,
        dedup_key=f"tg:{reader.update_id}",
        place=None if place is None else as_params(place),
    )
    try:
        thread = None if place is None else place.thread_id
        await reader.door.bot.send_chat_action(message.chat.id, ChatAction.TYPING, message_thread_id=thread)
    except TelegramAPIError as error:  # the words are on their way already
        log.info("a role's work could not be shown", reason=str(error))
