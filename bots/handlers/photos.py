"""Photos: each goes to the point it replies to, else to the open one, else the bot asks; nothing sent is lost.

An album comes as several updates in any order: they share a batch, and the batch has one card, which is edited.
"""

from collections.abc import Awaitable, Callable, Mapping

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramBadRequest
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bots.belonging import Belonging, open_point, opened, replied_place, replied_to
from bots.card import Card
from bots.cards.photos import photos_away, photos_point, photos_put, photos_refused, photos_where
from bots.handlers.point_words import viewed
from bots.handlers.putting import attach, move, place_of, sent_in
from bots.reader import GONE, UNCHANGED, Introduce, Reader, say, show
from bots.taps import PhotoTap, Put, number
from bots.uploads import OTHERS, Refused, picture
from domain.errors import DeskError, InvalidInputError
from domain.orders import Status
from domain.people import LEADERS
from store.desk import orders as order_store
from store.talk import photos
from store.talk.photos import Batch
from store.views import listings
from store.views.listings import (
    OrderFilter,
    OrderLine,
)

SHOWN = 12


def router() -> Router:
    """Pictures and other attachments; in a group only those that reply to a card."""
    made = Router(name="photos")
    made.message.middleware(Introduce())
    made.callback_query.middleware(Introduce())
    made.message(F.photo | F.document, _is_for_a_card)(on_picture)
    made.message(F.content_type.in_(OTHERS) & (F.chat.type == ChatType.PRIVATE))(on_other)
    made.callback_query(PhotoTap.filter())(on_tap)
    return made


async def _is_for_a_card(message: Message) -> bool:
    return message.chat.type == ChatType.PRIVATE or replied_to(message) is not None


async def on_other(message: Message, reader: Reader) -> None:
    """A film, a voice, a sticker: kindly not."""
    await message.reply(photos_refused(reader.words, "photo-refused-kind"))


async def on_picture(message: Message, reader: Reader, state: FSMContext) -> None:
    """A picture, alone or of an album: kept first, then put where it belongs, or asked for."""
    sent = picture(message)
    if isinstance(sent, Refused):
        await message.reply(photos_refused(reader.words, sent.key))
        return
    caption = (message.caption or "").strip()
    async with reader.door.desk.db.transaction() as tx:
        said = await replied_place(tx, message)
        if said is None and message.chat.type != ChatType.PRIVATE:
            return
        key = message.media_group_id or f"message {message.message_id}"
        batch = await photos.together(
            tx, chat_id=message.chat.id, key=key, person_id=reader.person.id, now=reader.words.now
        )
        await photos.keep(tx, batch, message.message_id, sent, caption)
    told = said is not None and said.point is not None
    place = said if told else place_of(batch) or (None if said else await opened(state))
    try:
        card = await _brought(reader, state, batch, message.message_id, place=place, told=told, said=said)
    except DeskError as error:
        card = await _question(reader, batch, note=reader.words.refusal(error))
    await _tell(message, reader, batch, card)


async def _brought(
    reader: Reader,
    state: FSMContext,
    batch: Batch,
    message_id: int,
    *,
    place: Belonging | None,
    told: bool,
    said: Belonging | None,
) -> Card:
    """Put one photo of the batch where it belongs; what the batch's card says then."""
    if place is None:
        return await _question(reader, batch, order_id=said.order_id if said else None)
    if told and not batch.told and place_of(batch) not in (None, place):
        await move(reader, batch, place)
    else:
        await attach(reader, state, batch, message_id, place=place, told=told or batch.told)
    return await _answer(reader, batch)


# ── telling ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def _answer(reader: Reader, batch: Batch) -> Card:
    """Where the batch is now."""
    async with reader.door.desk.db.reading() as tx:
        present = await photos.batch(tx, batch.id)
    assert present is not None
    assert present.order_id is not None
    view = await viewed(reader, present.order_id)
    return photos_put(reader.words, view, reader.door.desk.policy, present, await sent_in(reader, batch))


async def _question(
    reader: Reader, batch: Batch, *, order_id: int | None = None, every: bool = False, note: str | None = None
) -> Card:
    """Where do they belong? With one order under inspection only the point is asked for."""
    sent, policy = await sent_in(reader, batch), reader.door.desk.policy
    orders = await _inspected(reader)
    if order_id is None and len(orders) == 1 and not every:
        order_id = orders[0].id
    if order_id is not None:
        view = await viewed(reader, order_id)
        if view.order.status is Status.UNDER_INSPECTION:
            return photos_point(reader.words, view, policy, batch, sent, note=note)
    return photos_where(reader.words, batch, sent, orders, note=note)


async def _inspected(reader: Reader) -> list[OrderLine]:
    """The orders whose check the person may fill."""
    owner = None if reader.person.role in LEADERS else reader.person.id
    wanted = OrderFilter(statuses=(Status.UNDER_INSPECTION.value,), owner_id=owner)
    async with reader.door.desk.db.reading() as tx:
        return await listings.urgent(tx, wanted, limit=SHOWN)


async def _tell(message: Message, reader: Reader, batch: Batch, card: Card) -> None:
    """The batch's one card: sent for its first photo, edited for the others."""
    async with reader.door.desk.db.reading() as tx:
        present = await photos.batch(tx, batch.id)
    if present is not None and present.card_id is not None and await _edited(reader, present, card):
        return
    sent = await message.reply(card.text, reply_markup=card.keyboard)
    async with reader.door.desk.db.transaction() as tx:
        await photos.carded(tx, batch.id, sent.message_id)


async def _edited(reader: Reader, batch: Batch, card: Card) -> bool:
    """Whether the batch's message shows the card now; False where that message is gone."""
    try:
        await reader.door.bot.edit_message_text(
            card.text, chat_id=batch.chat_id, message_id=batch.card_id, reply_markup=card.keyboard
        )
    except TelegramBadRequest as error:
        if any(sign in error.message for sign in GONE):
            return False
        if UNCHANGED not in error.message:
            raise
    return True


# ── taps ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
async def on_tap(query: CallbackQuery, callback_data: PhotoTap, reader: Reader, state: FSMContext) -> None:
    """Somebody says where their photos belong."""
    async with reader.door.desk.db.reading() as tx:
        batch = await photos.batch(tx, callback_data.batch)
    if batch is None or batch.person_id != reader.person.id:
        await say(query, reader.words.say("photo-not-yours"))
        return
    await TAPS[callback_data.do](query, callback_data, reader, state, batch)


async def _where(query: CallbackQuery, tap: PhotoTap, reader: Reader, _state: FSMContext, batch: Batch) -> None:
    await show(query, await _question(reader, batch, every=tap.arg == "all"))


async def _order(query: CallbackQuery, tap: PhotoTap, reader: Reader, _state: FSMContext, batch: Batch) -> None:
    view, policy = await viewed(reader, tap.order), reader.door.desk.policy
    section = tap.arg if tap.do is Put.SECTION else ""
    await show(query, photos_point(reader.words, view, policy, batch, await sent_in(reader, batch), section=section))


async def _point(query: CallbackQuery, tap: PhotoTap, reader: Reader, state: FSMContext, batch: Batch) -> None:
    """Put them there; that point is open from now on, unless something else is."""
    place = Belonging(tap.order, number(tap.arg))
    if reader.door.desk.policy.checklist.point(number(tap.arg)) is None:
        raise InvalidInputError(field="button", value=tap.arg, allowed=("a point of the check",))
    async with reader.door.desk.db.reading() as tx:
        await order_store.get_by_id(tx, place.order_id)
    if place_of(batch) != place or await reader.has_acted():
        await move(reader, batch, place)
    if await state.get_state() is None:
        await open_point(state, place)
    await show(query, await _answer(reader, batch))


async def _stay(query: CallbackQuery, _tap: PhotoTap, reader: Reader, _state: FSMContext, batch: Batch) -> None:
    await show(query, await _answer(reader, batch) if place_of(batch) else await _question(reader, batch))


async def _throw(query: CallbackQuery, _tap: PhotoTap, reader: Reader, _state: FSMContext, batch: Batch) -> None:
    await move(reader, batch, None)
    await show(query, photos_away(reader.words, len(await sent_in(reader, batch))))


TAPS: Mapping[Put, Callable[[CallbackQuery, PhotoTap, Reader, FSMContext, Batch], Awaitable[None]]] = {
    Put.WHERE: _where,
    Put.ORDER: _order,
    Put.SECTION: _order,
    Put.POINT: _point,
    Put.STAY: _stay,
    Put.AWAY: _throw,
}
