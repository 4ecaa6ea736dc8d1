"""Who turns to something else is not asked any more: words meant for somebody else never answer an old question.

A command turns away, known or not; so does a tap, but for those that go on with what is asked.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiogram import BaseMiddleware
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, TelegramObject

from bots.questions import Asked, leave
from bots.taps import CheckTap, Do, OrderTap, PhotoTap

CONTINUING: Final = frozenset(
    {Do.MOVE_NOW, Do.CANCEL_NOW, Do.PAID_PLAIN, Do.PAID_NOW, Do.BLOCK_WHO, Do.BLOCK_DUE, Do.DRAFT}
)
"""These need what the open question has gathered."""


class Turning(BaseMiddleware):
    """Ends the open question before a command or a tap that has nothing to do with it."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Pass the update on, with the conversation as it is then."""
        raw, state = data.get("raw_state"), data.get("state")
        if isinstance(state, FSMContext) and raw in (Asked.words, Asked.point) and _turns_away(event, asked=str(raw)):
            await leave(state)
            data["raw_state"] = await state.get_state()
        return await handler(event, data)


def _turns_away(event: TelegramObject, *, asked: str) -> bool:
    if isinstance(event, Message):
        return (event.text or "").startswith("/")
    if not isinstance(event, CallbackQuery):
        return False
    prefix, _, rest = (event.data or "").partition(":")
    if prefix == PhotoTap.__prefix__:  # where photos belong that came in the middle of a form
        return False
    if prefix == CheckTap.__prefix__:
        return asked == Asked.words
    return prefix != OrderTap.__prefix__ or rest.partition(":")[0] not in CONTINUING
