"""For tests of whatever talks to Telegram: a clock moved by hand, an aiogram bot at a local Telegram, a picture."""

import struct
import zlib
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
    bot = Bot(SANDBOX_TOKEN, session=session)
    try:
        yield bot
    finally:
        await hang_up(bot)


async def hang_up(bot: Bot) -> None:
    """Close the bot's connections; its session's own `close()` waits a quarter of a second for TLS, not spoken here."""
    assert isinstance(bot.session, AiohttpSession)
    await (await bot.session.create_session()).close()


def png(width: int = 3, height: int = 2) -> bytes:
    """A plain grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x7f" * 3 * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
