"""Pictures that people sent to the bot, fetched again from Telegram for whoever may see them elsewhere."""

import asyncio

import aiohttp
import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError

log = structlog.get_logger()

SECONDS = 20


class TelegramPhotos:
    """Fetches files by their ids; what Telegram does not give is noted in the log."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def content(self, reference: str, *, largest: int) -> bytes | None:
        """The file's bytes; None where Telegram does not have it or does not answer, or it is larger than `largest`."""
        try:
            return await self._fetched(reference, largest)
        except (AiogramError, aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError) as error:
            log.warning("a photo could not be fetched", reason=type(error).__name__)
            return None

    async def _fetched(self, reference: str, largest: int) -> bytes | None:
        file = await self._bot.get_file(reference)
        if file.file_path is None or (file.file_size or 0) > largest:
            return None
        address = self._bot.session.api.file_url(self._bot.token, file.file_path)
        content = bytearray()
        async for chunk in self._bot.session.stream_content(address, timeout=SECONDS, raise_for_status=True):
            content += chunk
            if len(content) > largest:
                return None
        return bytes(content)
