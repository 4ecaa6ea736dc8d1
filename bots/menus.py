"""Telegram's menu of commands, one for each chat by its person's role; set by jobs, so that no trouble loses it.

Jobs are made by the database whenever a link or a role changes (trigger `follow_menu`), and for everybody when the bot
starts.
"""

from datetime import datetime, timedelta
from typing import Final

import structlog
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
)
from aiogram.types import BotCommandScopeChat, BotCommandScopeDefault

from bots import home
from bots.door import TelegramDoor
from locales import texts
from store import people
from store.access import invitations
from store.talk import menus

EVERYBODY: Final = 0
"""Instead of a chat's id: the menu of whoever is not known, and the bot's own name."""
PAUSE: Final = timedelta(minutes=1)

log = structlog.get_logger()


async def ask_for_all(door: TelegramDoor) -> None:
    """Let the menus of strangers and of everybody who is linked be set anew."""
    async with door.desk.db.transaction() as tx:
        await menus.defer_all(tx)


async def set_menu(door: TelegramDoor, chat_id: int, *, farewell: bool) -> datetime | None:
    """Set the chat's menu, and tell an account that was let go so; when to try again (wall time), None: settled.

    A chat that Telegram refuses (never opened, blocked) gets its menu when its person sends /start.
    """
    try:
        if chat_id == EVERYBODY:
            await _set_for_everybody(door)
        else:
            await _set_for(door, chat_id, farewell=farewell)
    except TelegramRetryAfter as error:
        return door.desk.wall() + timedelta(seconds=error.retry_after)
    except (TelegramBadRequest, TelegramForbiddenError) as error:
        log.info("a chat takes no menu", chat_id=chat_id, reason=error.message)
    except (TelegramAPIError, ClientDecodeError) as error:
        log.warning("a menu could not be set, trying again", chat_id=chat_id, error=str(error))
        return door.desk.wall() + PAUSE
    return None


async def _set_for_everybody(door: TelegramDoor) -> None:
    username = (await door.bot.get_me()).username
    if username:
        async with door.desk.db.transaction() as tx:
            await invitations.name_bot(tx, username)
    await door.bot.set_my_commands(home.commands(None, texts(door.locale)), scope=BotCommandScopeDefault())


async def _set_for(door: TelegramDoor, chat_id: int, *, farewell: bool) -> None:
    async with door.desk.db.reading() as tx:
        person = await people.by_telegram(tx, chat_id)
    role = None if person is None else person.role
    said = texts(door.locale)
    await door.bot.set_my_commands(home.commands(role, said), scope=BotCommandScopeChat(chat_id=chat_id))
    if farewell and person is None:
        await door.bot.send_message(chat_id, said.get("join-farewell"))
