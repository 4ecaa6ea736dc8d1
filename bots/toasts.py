"""A short answer to a tap; a tap that is handled again, or has grown too old, is none the worse for it."""

import structlog
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery

log = structlog.get_logger()


async def toast(query: CallbackQuery, words: str | None = None) -> None:
    """Answer the tap, with a few words above the chat if there are any."""
    try:
        await query.answer(words)
    except TelegramBadRequest as error:
        log.info("a tap could not be answered", reason=error.message)
