"""/start with an invitation code, /help, and people who block the bot or come back."""

import structlog
from aiogram import Router
from aiogram.filters import Command as Slash
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import ChatMemberUpdated, Message

from bots import reach
from bots.app import TelegramDoor
from bots.reader import Introduce, Reader
from locales import texts
from store import auth, people

log = structlog.get_logger()


def router() -> Router:
    """The router of this purpose; /start is open to strangers, who may hold an invitation."""
    made = Router(name="start")
    made.message(CommandStart())(on_start)
    made.my_chat_member()(on_membership)
    known = Router(name="help")
    known.message.middleware(Introduce())
    known.message(Slash("help"))(on_help)
    made.include_router(known)
    return made


async def on_start(message: Message, command: CommandObject, door: TelegramDoor) -> None:
    """Link the person whose invitation code this is; greet who is linked already; turn strangers away politely."""
    assert message.from_user is not None
    said = texts(door.locale)
    async with door.desk.db.transaction() as tx:
        person = await people.by_telegram(tx, message.from_user.id)
        code = (command.args or "").strip()
        if code:
            invited = await auth.use_code(tx, code, purpose="invite", now=door.desk.wall())
            if invited is not None:
                await people.link_telegram(tx, invited, message.from_user.id)
                person = await people.get(tx, invited)
        if person is not None:
            await reach.found(tx, door.desk, person.id)
    if person is None:
        log.warning("a stranger knocks", telegram_id=message.from_user.id, with_code=bool(code))
        await message.answer(said.get("bot-bad-code" if code else "bot-stranger"))
        return
    words = door.words(person)
    await message.answer(words.say("bot-welcome", name=person.name, role=words.plain(f"role-{person.role}")))
    await message.answer(words.say("bot-help", role=person.role.value))


async def on_help(message: Message, reader: Reader) -> None:
    """What can be done here."""
    await message.answer(reader.words.say("bot-help", role=reader.person.role.value))


async def on_membership(update: ChatMemberUpdated, door: TelegramDoor) -> None:
    """Somebody blocked the bot, or let it in again: who cannot be reached gets no new orders."""
    async with door.desk.db.transaction() as tx:
        person = await people.by_telegram(tx, update.from_user.id)
        if person is not None:
            if update.new_chat_member.status in ("kicked", "left"):
                await reach.lost(tx, door.desk, person.id, reason="blocked the bot")
            else:
                await reach.found(tx, door.desk, person.id)
