"""Where a message belongs: to which order, and to which point of its check.

What is replied to decides; the card's own buttons say what it is about, and where it has none, what is known of the
message. Nothing is guessed: a list of several orders belongs nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aiogram.fsm.context import FSMContext
from aiogram.types import Message
from sqlalchemy.ext.asyncio import AsyncConnection

from bots.questions import OF_POINT, Asked
from bots.taps import Check, CheckTap, OrderTap, PhotoTap, ViolationTap, VoteTap
from domain.errors import NotFoundError
from store.desk import approvals, orders, violations
from store.talk import photos, replies

OF_THE_POINT = frozenset(
    {Check.OK, Check.NA, Check.PROBLEM, Check.VERDICT, Check.FLAG, Check.COMMENT, Check.PHOTOS, Check.DROP}
)
"""Buttons that stand on a point's own card; the others lead elsewhere."""


@dataclass(frozen=True, slots=True)
class Belonging:
    """An order, and a point of its check where one is meant."""

    order_id: int
    point: int | None = None


def replied_to(message: Message) -> Message | None:
    """What its author replies to; in a topic Telegram names the topic's own beginning where they reply to nothing."""
    replied = message.reply_to_message
    return None if replied is None or replied.forum_topic_created is not None else replied


async def replied_place(tx: AsyncConnection, message: Message) -> Belonging | None:
    """What the message replies to is about; None for no reply, and for a reply to something else."""
    replied = replied_to(message)
    if replied is None:
        return None
    data = _data(replied) if _is_ours(replied, message) else []
    if data:
        return await _shown(tx, data)
    where = {"chat_id": message.chat.id, "message_id": replied.message_id}
    batch = await photos.batch_of_photo(tx, **where) or await photos.batch_of_card(tx, **where)
    if batch is not None:
        return None if batch.order_id is None else Belonging(batch.order_id, batch.point)
    order_id = await replies.notified_order(tx, **where)
    return None if order_id is None else Belonging(order_id)


def _is_ours(replied: Message, message: Message) -> bool:
    """Another bot's buttons, or those of a forwarded card, say nothing."""
    return replied.from_user is not None and message.bot is not None and replied.from_user.id == message.bot.id


def _data(message: Message) -> list[str]:
    rows = message.reply_markup.inline_keyboard if message.reply_markup else []
    return [button.callback_data for row in rows for button in row if button.callback_data]


async def _shown(tx: AsyncConnection, data: Sequence[str]) -> Belonging | None:
    """What a card with these buttons is about."""
    found = [place for each in data if (place := await _meant(tx, each)) is not None]
    about = {place.order_id for place in found}
    points = {place.point for place in found if place.point is not None}
    if len(about) != 1 or len(points) > 1:
        return None
    return Belonging(about.pop(), points.pop() if points else None)


async def _meant(tx: AsyncConnection, data: str) -> Belonging | None:
    """What one button is about; None for one of an older version, and for what is not there any more."""
    try:
        return await _unpacked(tx, data)
    except (TypeError, ValueError, NotFoundError):
        return None


async def _unpacked(tx: AsyncConnection, data: str) -> Belonging | None:
    match data.partition(":")[0]:
        case CheckTap.__prefix__:
            tap = CheckTap.unpack(data)
            return Belonging(tap.order, tap.point if tap.do in OF_THE_POINT else None)
        case OrderTap.__prefix__:
            return Belonging(OrderTap.unpack(data).order)
        case PhotoTap.__prefix__:
            batch = await photos.batch(tx, PhotoTap.unpack(data).batch)
            return None if batch is None or batch.order_id is None else Belonging(batch.order_id, batch.point)
        case ViolationTap.__prefix__:
            order_id = (await violations.get(tx, ViolationTap.unpack(data).violation)).order_id
        case VoteTap.__prefix__:
            order_id = (await approvals.get(tx, VoteTap.unpack(data).approval)).order_id
        case _:
            return None
    return None if order_id is None else Belonging(order_id)


# ── what is open in this chat ────────────────────────────────────────────────────────────────────────────────────────
async def open_point(state: FSMContext, place: Belonging) -> None:
    """From now on photos without a reply belong here."""
    await state.set_state(Asked.photos)
    await state.set_data({"order_id": place.order_id, "point": place.point})


async def opened(state: FSMContext) -> Belonging | None:
    """The point that is open in this chat, if one is."""
    if await state.get_state() not in (Asked.photos, Asked.point):
        return None
    data = await state.get_data()
    return Belonging(data["order_id"], data["point"]) if data.keys() >= OF_POINT else None


async def answers_question(tx: AsyncConnection, state: FSMContext, place: Belonging) -> bool:
    """Whether a reply to this place's card is simply the answer that the bot waits for there."""
    asked, data = await state.get_state(), await state.get_data()
    if asked == Asked.point:
        return data.get("order_id") == place.order_id and place.point in (None, data.get("point"))
    if asked != Asked.words or place.point is not None or "order" not in data:
        return False
    try:
        return (await orders.get_by_id(tx, place.order_id)).code == data["order"]
    except NotFoundError:
        return False
