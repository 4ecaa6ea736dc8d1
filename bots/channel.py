"""Whether Telegram is there at all: a call that fails is asked after, and an outage is one signal until it is over.

A message or an update that fails while Telegram answers has a fault of its own; while Telegram does not answer, nothing
is wrong with it, and it waits.
"""

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError

from bots.door import TelegramDoor
from domain.commands import ReportChannel
from domain.people import WATCHDOG
from store.talk import inbox, outbox

CHANNEL = "telegram"
ASK_SECONDS = 5
AWAY = (
    TelegramNetworkError,
    TelegramServerError,
    ClientDecodeError,  # a gateway in between may answer with a page
    TelegramUnauthorizedError,
    TelegramNotFound,
    TelegramConflictError,
)
"""What a call raises when Telegram is away, or turns the bot itself away; perhaps it is only this call."""

log = structlog.get_logger()


def surely_not_delivered(error: BaseException) -> bool:
    """Nobody listened: the request never left."""
    return isinstance(error, TelegramNetworkError) and isinstance(error.__cause__, ClientConnectorError)


async def trouble(bot: Bot) -> str | None:
    """What is wrong with the channel; None when Telegram answers the simplest of questions."""
    try:
        await bot.get_me(request_timeout=ASK_SECONDS)
    except (TelegramAPIError, ClientDecodeError) as error:
        return str(error).splitlines()[0]
    return None


async def reported(door: TelegramDoor) -> bool:
    """Whether the channel is down, asked now; if it is, the signal stands (docs/DOMAIN.md 9)."""
    problem = await trouble(door.bot)
    if problem is None:
        return False
    log.error("nothing gets through to Telegram", problem=problem)
    await door.desk.gate.perform(ReportChannel(channel=CHANNEL, problem=problem[:200]), WATCHDOG)
    return True


async def watch_channel(door: TelegramDoor) -> bool:
    """When Telegram is back, end the signal and let go what waited, the most urgent first; whether it is back now."""
    async with door.desk.db.reading() as tx:
        outage = await outbox.outage(tx, CHANNEL)
    if outage is None or await trouble(door.bot) is not None:
        return False
    await door.desk.gate.perform(ReportChannel(channel=CHANNEL), WATCHDOG)
    async with door.desk.db.transaction() as tx:
        messages = await outbox.rescue(tx, batch=outbox.ALL)
        await inbox.hasten(tx)
    log.info("Telegram is back", waited_since=outage.since.isoformat(), messages=messages)
    return True
