"""/web: the way into the web admin from the phone, by a link that works once; in private chats only."""

from aiogram import Router
from aiogram.enums import ChatType
from aiogram.filters import Command as Slash
from aiogram.types import LinkPreviewOptions, Message

from bots.reader import Introduce, Reader
from domain.commands import GiveLoginLink
from guardrails.gate import Done


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="web")
    made.message.middleware(Introduce())
    made.message(Slash("web", "login"))(on_web)
    return made


async def on_web(message: Message, reader: Reader) -> None:
    """`/web`: a link that signs its reader in; what others read too is no place for it."""
    words, desk = reader.words, reader.door.desk
    if message.chat.type != ChatType.PRIVATE:
        await message.answer(words.say("web-link-private"))
        return
    if not desk.public_url:
        await message.answer(words.say("web-link-nowhere"))
        return
    done = await reader.perform(GiveLoginLink(person_id=reader.person.id, at=desk.wall()))
    assert isinstance(done, Done)
    if done.value is None:  # this update is handled again: the code itself was never kept
        await message.answer(words.say("web-link-again"))
        return
    link = f"{desk.public_url}/login/{done.value}"
    await message.answer(
        words.say("web-link-say", link=link), link_preview_options=LinkPreviewOptions(is_disabled=True)
    )
