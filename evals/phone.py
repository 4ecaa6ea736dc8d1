"""A person's phone: their chat with the bot, read and pressed as a human reads and presses."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from aiogram.filters.callback_data import CallbackData

from bots.local import LocalTelegram, Upload
from bots.local.wire import Message

T = TypeVar("T")
Tap = TypeVar("Tap", bound=CallbackData)

PATIENCE_SECONDS = 8.0  # how long somebody looks at the screen for what should come
SCROLLED_BACK = 60  # how many messages somebody looks back through


@dataclass(frozen=True, slots=True)
class Button(Generic[Tap]):
    """A button that is really there: in which message, and what it carries."""

    message_id: int
    data: str
    tap: Tap


class Phone:
    """One person's private chat with the bot in the local Telegram."""

    def __init__(self, telegram: LocalTelegram, chat: int) -> None:
        self._telegram = telegram
        self._chat = chat
        self._asked_after = 0

    async def messages(self, *, after: int = 0) -> list[Message]:
        """The latest messages of the chat with ids above `after`, the newest first."""
        return (await self._telegram.people.messages(self._chat, after=after))[: -SCROLLED_BACK - 1 : -1]

    async def find(
        self, kind: type[Tap], wanted: Callable[[Tap], bool], *, after: int = 0, wait: bool = False
    ) -> Button[Tap] | None:
        """The newest button of this kind that is wanted, in a message after that one; `wait` for it to appear.

        None when there is none, or none has come in time.
        """

        async def look() -> Button[Tap] | None:
            messages = await self.messages(after=after)
            return next((button for button in _buttons(messages, kind) if wanted(button.tap)), None)

        return await self._until(look) if wait else await look()

    async def press(self, button: Button[Any]) -> bool:
        """Press it; True when the bot took it, False when it raised an alert or did not answer in time."""
        newest = await self.messages()
        self._asked_after = newest[0].message_id if newest else 0
        query = await self._telegram.people.press(self._chat, self._chat, button.message_id, button.data)
        answer = await self._telegram.people.answer(query, wait=PATIENCE_SECONDS)
        return answer is not None and not answer.show_alert

    async def answer(self, text: str) -> bool:
        """Write what the bot asks for, once it has asked; True when it has answered anything."""
        if not await self._replied(self._asked_after):
            return False
        said = await self.write(text)
        self._asked_after = said.message_id
        return await self._replied(said.message_id)

    async def show_photo(self, photo: Upload) -> bool:
        """Send a picture; True when the bot has answered anything."""
        said = await self._telegram.people.send_photo(self._chat, self._chat, photo)
        return await self._replied(said.message_id)

    async def _replied(self, to: int) -> bool:
        async def look() -> bool | None:
            return any(message.sender.is_bot for message in await self.messages(after=to)) or None

        return bool(await self._until(look))

    async def _until(self, look: Callable[[], Awaitable[T | None]]) -> T | None:
        """Look again at every change on the screen, as long as patience lasts."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE_SECONDS
        while (found := await look()) is None and (left := deadline - loop.time()) > 0:
            await self._telegram.bell.wait(left)
        return found

    async def write(self, text: str) -> Message:
        """Say something."""
        return await self._telegram.people.write(self._chat, self._chat, text)


def _buttons(messages: list[Message], kind: type[Tap]) -> Iterator[Button[Tap]]:
    prefix = f"{kind.__prefix__}{kind.__separator__}"
    for message in messages:
        if message.reply_markup is None:
            continue
        for row in message.reply_markup.inline_keyboard:
            for button in row:
                if button.callback_data is not None and button.callback_data.startswith(prefix):
                    yield Button(message.message_id, button.callback_data, kind.unpack(button.callback_data))
