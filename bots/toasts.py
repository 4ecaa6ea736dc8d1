"""A short answer to a tap; a tap that is handled again, or has grown too old, is none the worse for it."""

import structlog
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery

from bots.words import clip

CHARS = 190  # Telegram shows 200

log = structlog.get_logger()


async def toast(query: CallbackQuery, words: str | None = None, *, alert: bool = False) -> None:
    """Answer the tap: silently, with a few plain words above the chat, or with an `alert` that has to be closed."""
    try:
        await query.answer(None if words is None else clip(words, CHARS), show_alert=alert)
    except TelegramBadRequest as error:
        log.info("a tap could not be answered", reason=error.message)
