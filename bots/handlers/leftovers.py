"""Taps that nobody else knows: buttons of an older version, or none of ours. Asked last."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bots.reader import Introduce, Reader, say


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="leftovers")
    made.callback_query.middleware(Introduce())
    made.callback_query()(on_tap)
    return made


async def on_tap(query: CallbackQuery, reader: Reader) -> None:
    """The button works no more; where to find the same today."""
    await say(query, reader.words.say("tap-forgotten"))
