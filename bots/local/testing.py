"""For tests of whatever talks to Telegram: a clock moved by hand, and an aiogram bot at a served local Telegram."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from bots.local.state import SANDBOX_TOKEN


@dataclass(slots=True)
class ManualClock:
    """Seconds that pass only when told."""

    at: float = 1_000.0

    def __call__(self) -> float:
        """The reading."""
        return self.at

    def forward(self, seconds: float) -> None:
        """Let time pass; then `nudge()` the server if somebody waits there."""
        self.at += seconds


@asynccontextmanager
async def bot_at(url: str, *, timeout_seconds: float = 10) -> AsyncGenerator[Bot]:
    """An unchanged aiogram bot whose Telegram is at `url`."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(url), timeout=timeout_seconds)
    try:
        yield Bot(SANDBOX_TOKEN, session=session)
    finally:
        # The session's own close() waits a quarter of a second for TLS, which is not spoken here.
        await (await session.create_session()).close()
