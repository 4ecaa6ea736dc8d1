"""/start with an invitation code, /help, /strangers, and people who block the bot or come back."""

from dataclasses import replace

from aiogram import Router
from aiogram.enums import ChatType
from aiogram.filters import Command as Slash
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import ChatMemberUpdated, Message, Update

from bots import home, joining, reach
from bots.door import TelegramDoor
from bots.reader import Introduce, Reader
from bots.words import Words, clip, lines
from store import people
from store.talk import strangers
from store.talk.strangers import Stranger

SHOWN = 15


def router() -> Router:
    """The router of this purpose; /start is open to strangers, who may hold an invitation."""
    made = Router(name="start")
    made.message(CommandStart())(on_start)
    made.my_chat_member()(on_membership)
    known = Router(name="help")
    known.message.middleware(Introduce())
    known.message(Slash("help"))(on_help)
    known.message(Slash("strangers"))(on_strangers)
    made.include_router(known)
    return made


async def on_start(message: Message, command: CommandObject, door: TelegramDoor, event_update: Update) -> None:
    """Link the person whose invitation code this is; greet who is linked already; turn strangers away politely."""
    assert message.from_user is not None
    code = (command.args or "").strip()
    if code and message.chat.type == ChatType.PRIVATE:
        person = await joining.present(message, door, code, event_update.update_id)
        if person is not None:
            await home.greet(message, door, person)
        return
    async with door.desk.db.transaction() as tx:
        person = await people.by_telegram(tx, message.from_user.id)
        if person is not None:
            await reach.found(tx, door.desk, person.id)
    if person is None:
        await joining.turn_away(message, door, event_update.update_id)
        return
    await home.greet(message, door, person)


async def on_help(message: Message, reader: Reader) -> None:
    """What can be done here."""
    await message.answer(home.help_text(reader.words, reader.person.role))


async def on_strangers(message: Message, reader: Reader) -> None:
    """`/strangers`: who knocked without an invitation, the latest first."""
    reader.require_leads("view_strangers")
    async with reader.door.desk.db.reading() as tx:
        found = await strangers.listed(tx, limit=SHOWN)
        total = await strangers.count(tx)
    if not found:
        await message.answer(reader.words.say("strangers-none"))
        return
    more = reader.words.say("list-more", count=total - len(found)) if total > len(found) else None
    words = replace(reader.words, now=reader.door.desk.wall())  # knocks are dated by the wall
    said = [_line(words, each) for each in found]
    await message.answer(lines(reader.words.say("strangers-head", count=total), "", *said, more))


def _line(words: Words, stranger: Stranger) -> str:
    return words.say(
        "strangers-line",
        name=clip(stranger.name, 60),
        username=f"@{stranger.username}" if stranger.username else f"id {stranger.telegram_id}",
        at=words.moment(stranger.last_seen_at),
        count=stranger.count,
        guesses=stranger.guesses,
        said=clip(stranger.last_words, 80) or "—",
    )


async def on_membership(update: ChatMemberUpdated, door: TelegramDoor) -> None:
    """Somebody blocked the bot, or let it in again: who cannot be reached gets no new orders."""
    async with door.desk.db.transaction() as tx:
        person = await people.by_telegram(tx, update.from_user.id)
        if person is not None:
            if update.new_chat_member.status in ("kicked", "left"):
                await reach.lost(tx, door.desk, person.id, reason="blocked the bot")
            else:
                await reach.found(tx, door.desk, person.id)
