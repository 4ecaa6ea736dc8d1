"""Who turns to something else is not asked any more: words meant for somebody else never answer an old question.

A command turns away, known or not; so does a tap, but for those that go on with what is asked. A question that nobody
has answered for long is dropped: the message that comes then is no answer, and its author is told so.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from aiogram import BaseMiddleware
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, TelegramObject, Update

from bots.belonging import replied_place, replied_to
from bots.door import TelegramDoor
from bots.questions import Asked, leave
from bots.reader import say
from bots.taps import CheckTap, Do, OrderTap, PhotoTap, SignalDo, SignalTap
from store import people
from store.desk import orders
from store.talk import inbox, replies

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
        if not isinstance(state, FSMContext) or raw not in (Asked.words, Asked.point):
            return await handler(event, data)
        update: Update = data["event_update"]
        too_late = isinstance(event, Message) and await _comes_too_late(event, update.update_id, state, data["door"])
        if too_late or _turns_away(event, asked=str(raw)):
            known = await state.get_data()
            await leave(state)
            data["raw_state"] = await state.get_state()
            if too_late and isinstance(event, Message) and not await _says_what_about(event, data["door"]):
                return await _dropped(event, known, data["door"])
        return await handler(event, data)


async def _comes_too_late(message: Message, update_id: int, state: FSMContext, door: TelegramDoor) -> bool:
    """Whether the words came when nobody could take them for the answer any more (clocks.yaml)."""
    if not message.text or message.text.startswith("/") or message.edit_date is not None:
        return False
    asked_at = await door.storage.changed_at(state.key)
    async with door.desk.db.reading() as tx:
        received_at = await inbox.received_at(tx, update_id)
    said_at = min(received_at, message.date)  # while we were out it lay at Telegram, and was in time
    return asked_at is not None and said_at - asked_at > door.desk.policy.clocks.answer_lifetime


async def _says_what_about(message: Message, door: TelegramDoor) -> bool:
    """Whether it replies to a card or to a role's answer; a reply to the old question itself says nothing."""
    replied = replied_to(message)
    if replied is None:
        return False
    where = {"chat_id": message.chat.id, "message_id": replied.message_id}
    async with door.desk.db.reading() as tx:
        if await replied_place(tx, message) is not None:
            return True
        return await replies.answering_role(tx, **where) is not None


async def _dropped(message: Message, known: Mapping[str, Any], door: TelegramDoor) -> Any:
    """Say that the words went nowhere, and what to do with them; strangers are answered elsewhere."""
    async with door.desk.db.reading() as tx:
        person = None if message.from_user is None else await people.by_telegram(tx, message.from_user.id)
        order_id = known.get("order_id")
        code = known.get("order") or known.get("code")
        if code is None and order_id is not None:
            code = (await orders.get_by_id(tx, int(order_id))).code
    if person is None:
        return UNHANDLED
    words = door.words(person)
    span = words.span(door.desk.policy.clocks.answer_lifetime)
    return await say(message, words.say("question-expired", code=str(code or "none"), span=span))


def _turns_away(event: TelegramObject, *, asked: str) -> bool:
    if isinstance(event, Message):
        return (event.text or "").startswith("/")
    if not isinstance(event, CallbackQuery):
        return False
    prefix, _, rest = (event.data or "").partition(":")
    if prefix == PhotoTap.__prefix__:  # where photos belong that came in the middle of a form
        return False
    if prefix == SignalTap.__prefix__:
        return rest.partition(":")[0] != SignalDo.CONFIRM
    if prefix == CheckTap.__prefix__:
        return asked == Asked.words
    return prefix != OrderTap.__prefix__ or rest.partition(":")[0] not in CONTINUING
