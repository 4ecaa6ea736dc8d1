"""A person's phone: their chat with the bot, read and pressed as a human reads and presses."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from aiogram.filters.callback_data import CallbackData

from bots.local import LocalTelegram, Upload
from bots.local.memory import Answer
from bots.local.wire import Message

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

    async def messages(self) -> list[Message]:
        """The latest messages of the chat, the newest first."""
        return (await self._telegram.people.messages(self._chat))[: -SCROLLED_BACK - 1 : -1]

    async def find(self, kind: type[Tap], wanted: Callable[[Tap], bool] = lambda _: True) -> Button[Tap] | None:
        """The newest button of this kind that is wanted; None when there is none."""
        return next((button for button in _buttons(await self.messages(), kind) if wanted(button.tap)), None)

    async def wait_for(
        self,
        kind: type[Tap],
        wanted: Callable[[Tap], bool] = lambda _: True,
        *,
        seconds: float = PATIENCE_SECONDS,
    ) -> Button[Tap] | None:
        """The same, waiting for it to appear."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while (found := await self.find(kind, wanted)) is None and (left := deadline - loop.time()) > 0:
            await self._telegram.bell.wait(left)
        return found

    async def press(self, button: Button[Tap]) -> Answer | None:
        """Press it and wait for the bot's answer; None when the bot does not answer in time."""
        query = await self._telegram.people.press(self._chat, self._chat, button.message_id, button.data)
        return await self._telegram.people.answer(query, wait=PATIENCE_SECONDS)

    async def write(self, text: str) -> Message:
        """Say something."""
        return await self._telegram.people.write(self._chat, self._chat, text)

    async def send_photo(self, photo: Upload, caption: str = "") -> Message:
        """Send a picture."""
        return await self._telegram.people.send_photo(self._chat, self._chat, photo, caption=caption)


def _buttons(messages: list[Message], kind: type[Tap]) -> Iterator[Button[Tap]]:
    prefix = f"{kind.__prefix__}{kind.__separator__}"
    for message in messages:
        if message.reply_markup is None:
            continue
        for row in message.reply_markup.inline_keyboard:
            for button in row:
                if button.callback_data is not None and button.callback_data.startswith(prefix):
                    yield Button(message.message_id, button.callback_data, kind.unpack(button.callback_data))
