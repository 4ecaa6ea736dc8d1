"""Telegram's pace, kept over all processes: at most so many messages a second in all, and in one chat.

Whoever sends in bulk (`bots/delivery.py`) books its slot before; an answer to a person books here, on its way out, and
waits as little as Telegram allows: a short burst in a chat is free, and bulk leaves it its place. Messages and edits
count, an album by its items; answers to taps, drafts and chat actions do not.
"""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import (
    EditMessageCaption,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
    Response,
    SendDocument,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.policy import Notifications
from store import rates
from store.database import Database
from store.rates import Slot

EVERYWHERE = "global"
CHAT_BURST = 3  # answers one person may get at once; Telegram lets "short bursts" pass
GROUP_BURST = 10
PATIENCE = timedelta(seconds=10)
COUNTED = (
    SendMessage,
    SendPhoto,
    SendDocument,
    SendMediaGroup,
    EditMessageText,
    EditMessageCaption,
    EditMessageMedia,
    EditMessageReplyMarkup,
)

_booked: ContextVar[bool] = ContextVar("booked", default=False)


@contextmanager
def booked() -> Generator[None]:
    """What is sent in this block has its slot already."""
    token = _booked.set(True)
    try:
        yield
    finally:
        _booked.reset(token)


@dataclass(frozen=True, slots=True)
class Pace:
    """The policy's limits; `speed` is how many times faster than the wall clock the company and its Telegram live."""

    rules: Notifications
    speed: float = 1.0

    @property
    def everywhere(self) -> timedelta:
        """The time between two messages of the bot."""
        return timedelta(seconds=1) / (self.rules.rate_limits.global_per_second * self.speed)

    def of(self, chat_id: int) -> timedelta:
        """The time between two messages in a chat; groups have negative ids."""
        limits = self.rules.rate_limits
        if chat_id < 0:
            return timedelta(minutes=1) / (limits.group_per_minute * self.speed)
        return timedelta(seconds=1) / (limits.chat_per_second * self.speed)

    def burst(self, chat_id: int) -> int:
        """How many answers may go to a chat at once."""
        return GROUP_BURST if chat_id < 0 else CHAT_BURST

    async def book(
        self, tx: AsyncConnection, chat_id: int, *, within: timedelta, burst: int = 1, messages: int = 1
    ) -> Slot:
        """The next slot of the chat and of the bot, if both come `within` this time; else when to ask again."""
        interval = self.of(chat_id)
        chat = await rates.reserve(
            tx, f"chat:{chat_id}", interval=interval * messages, within=within, slack=interval * (burst - 1)
        )
        if not chat.taken:
            return chat
        bot = await rates.reserve(tx, EVERYWHERE, interval=self.everywhere * messages, within=within)
        return max(chat, bot, key=lambda slot: slot.wait) if bot.taken else bot

    async def hold(self, tx: AsyncConnection, chat_id: int, length: timedelta) -> None:
        """Nothing to this chat for so long: Telegram asked for it."""
        await rates.hold(tx, f"chat:{chat_id}", length=length + self.of(chat_id) * (self.burst(chat_id) - 1))


class Pacer(BaseRequestMiddleware):
    """Lets each counted request of the bot wait for its slot.

    One that would wait longer than `PATIENCE` is refused as Telegram would refuse it, with TelegramRetryAfter.
    """

    def __init__(self, db: Database, pace: Pace) -> None:
        self._db = db
        self._pace = pace

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Wait, then send."""
        chat_id = _chat(method)
        if chat_id is None:
            return await make_request(bot, method)
        if not _booked.get():
            await self._wait(chat_id, method, _messages(method))
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter as error:
            async with self._db.transaction() as tx:
                await self._pace.hold(tx, chat_id, timedelta(seconds=error.retry_after))
            raise

    async def _wait(self, chat_id: int, method: TelegramMethod[TelegramType], messages: int) -> None:
        async with self._db.transaction() as tx:
            slot = await self._pace.book(
                tx, chat_id, within=PATIENCE, burst=self._pace.burst(chat_id), messages=messages
            )
        if not slot.taken:
            seconds = max(1, round(slot.wait.total_seconds()))
            raise TelegramRetryAfter(method, f"our own pace: retry after {seconds}", seconds)
        await asyncio.sleep(slot.wait.total_seconds())


def _chat(method: object) -> int | None:
    """The chat whose limits the request counts against; None when it counts against none."""
    chat_id = method.chat_id if isinstance(method, COUNTED) else None
    return chat_id if isinstance(chat_id, int) else None


def _messages(method: object) -> int:
    return len(method.media) if isinstance(method, SendMediaGroup) else 1
