"""How updates come: by polling, or by a webhook that the API serves. Telegram keeps what neither has confirmed."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError

from bots.inbox import Receiver, poll
from store.database import Database

LOOK_SECONDS = 30.0
AT_ONCE = 1  # one delivery at a time keeps each chat's order

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram brings updates, and the secret it says with each."""

    url: str
    secret: str


async def listen(bot: Bot, db: Database, stop: asyncio.Event, webhook: Webhook | None) -> None:
    """Receive until `stop` is set. Nothing is lost by changing from one way to the other."""
    if webhook is None:
        await _unhook(bot, stop)
        await poll(bot, db, stop)
        return
    receiver = Receiver(db, how="webhook")
    while not stop.is_set():
        try:
            await receiver.note(problem=await hooked(bot, webhook))
        except (TelegramAPIError, ClientDecodeError) as error:
            await receiver.note(problem=str(error).splitlines()[0])
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_SECONDS)


async def hooked(bot: Bot, webhook: Webhook) -> str:
    """Have updates brought to the webhook, whoever has turned them elsewhere; what went wrong with the last ones."""
    info = await bot.get_webhook_info()
    if info.url != webhook.url:
        log.warning("the webhook is set", url=webhook.url, before=info.url or "none")
        await bot.set_webhook(webhook.url, secret_token=webhook.secret, max_connections=AT_ONCE)
        return ""
    return info.last_error_message or "" if info.pending_update_count else ""


async def _unhook(bot: Bot, stop: asyncio.Event) -> None:
    """Let the bot poll, as soon as Telegram answers; updates that wait stay."""
    pause = 1.0
    while not stop.is_set():
        try:
            await bot.delete_webhook(drop_pending_updates=False)
        except (TelegramAPIError, ClientDecodeError) as error:
            log.warning("Telegram does not answer, waiting", seconds=pause, error=str(error))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
            pause = min(pause * 2, LOOK_SECONDS)
        else:
            return
