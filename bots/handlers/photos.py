"""Photos: each goes to the point it replies to, else to the open one, else the bot asks; nothing sent is lost.

An album comes as several updates in any order: they share a batch, and the batch has one card, which is edited.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramBadRequest
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bots.belonging import Belonging, open_point, opened, replied_place
from bots.card import Card
from bots.cards.photos import photos_away, photos_point, photos_put, photos_refused, photos_where
from bots.handlers.point_words import viewed
from bots.questions import Asked
from bots.reader import GONE, UNCHANGED, Introduce, Reader, say, show
from bots.taps import PhotoTap, Put, number
from bots.uploads import OTHERS, Refused, picture
from domain.commands import AnswerChecklist, Command, PointAnswer, SupplementPoint
from domain.errors import DeskError, InvalidInputError
from domain.orders import Status
from domain.people import LEADERS
from guardrails.gate import Done
from guardrails.proposals import Waiting
from store import listings, photos
from store import orders as order_store
from store.listings import OrderFilter, OrderLine
from store.photos import Batch, ChatPhoto

SHOWN = 12


def router() -> Router:
    """Pictures and other attachments; in a group only those that reply to a card."""
    made = Router(name="photos")
    made.message.middleware(Introduce())
    made.callback_query.middleware(Introduce())
    fits = (F.chat.type == ChatType.PRIVATE) | F.reply_to_message
    made.message((F.photo | F.document) & fits)(on_picture)
    made.message(F.content_type.in_(OTHERS) & (F.chat.type == ChatType.PRIVATE))(on_other)
    made.callback_query(PhotoTap.filter())(on_tap)
    return made


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
    place = said if told else _place(batch) or (None if said else await opened(state))
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
    if told and not batch.told and _place(batch) not in (None, place):
        await _move(reader, batch, place)
    else:
        await _attach(reader, state, batch, message_id, place=place, told=told or batch.told)
    return await _answer(reader, batch)


def _place(batch: Batch) -> Belonging | None:
    return None if batch.order_id is None or batch.point is None else Belonging(batch.order_id, batch.point)


# ── putting ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def _attach(
    reader: Reader, state: FSMContext, batch: Batch, message_id: int, *, place: Belonging, told: bool
) -> None:
    """One photo to a point; its caption is a line of the comment, or describes the problem that was asked for."""
    assert place.point is not None
    view = await viewed(reader, place.order_id)
    sent = {photo.message_id: photo for photo in await _sent(reader, batch)}
    photo = sent[message_id]
    code = view.order.code
    commands: list[Command] = [
        SupplementPoint(order=code, point=place.point, add=(photo.photo,), comment=photo.caption)
    ]
    describes = bool(photo.caption) and await _asks_for_problem(state, place)
    if describes:
        known = view.points.get(place.point)
        flags = tuple(known.flags) if known else ()
        commands.append(
            AnswerChecklist(order=code, answers=(PointAnswer(point=place.point, answer="problem", flags=flags),))
        )
    where, brought = _outcome(await reader.perform_all(commands), place)
    fresh = {each.file_id for each in sent.values() if each.added}
    await _written(reader, batch, where, told=told, added={*fresh, *brought})
    if describes:
        await open_point(state, place)


def _outcome(done: Sequence[Done | Waiting], place: Belonging) -> tuple[Belonging, set[str]]:
    """Where the photo is, and what is new there: an update that is handled again is told what came of it at first."""
    results = [each.result for each in done if isinstance(each, Done) and "added" in each.result]
    at = [Belonging(int(str(result["order_id"])), int(str(result["point"]))) for result in results]
    which = at.index(place) if place in at else 0
    return at[which], _files(results[which])


async def _asks_for_problem(state: FSMContext, place: Belonging) -> bool:
    data = await state.get_data()
    waits = await state.get_state() == Asked.point and data.get("what") == "problem"
    return waits and (data.get("order_id"), data.get("point")) == (place.order_id, place.point)


async def _move(reader: Reader, batch: Batch, place: Belonging | None) -> None:
    """All photos of the batch from where they are to another point (None: away), with their captions, in one commit."""
    sent = await _sent(reader, batch)
    commands = [*await _away(reader, batch, sent), *(await _there(reader, sent, place) if place else ())]
    added: set[str] = set()
    if commands:
        for done in await reader.perform_all(commands):
            assert isinstance(done, Done)
            added |= _files(done.result)
    await _written(reader, batch, place, told=place is not None, added=added)


async def _away(reader: Reader, batch: Batch, sent: Sequence[ChatPhoto]) -> list[Command]:
    """Take back what this batch has brought, and nothing that was there before it."""
    place = _place(batch)
    if place is None or place.point is None:
        return []
    view = await viewed(reader, place.order_id)
    line = view.points.get(place.point)
    if view.order.status is not Status.UNDER_INSPECTION or line is None:
        return []
    brought = tuple(photo.file_id for photo in sent if photo.added and photo.file_id in line.photos)
    kept = line.comment if line.answer == "problem" else ""  # a problem does not lose its only description
    said = [photo.caption for photo in sent if photo.caption and photo.caption != kept]
    first = SupplementPoint(
        order=view.order.code, point=place.point, remove=brought, instead_of=said[0] if said else ""
    )
    return [
        first,
        *(SupplementPoint(order=view.order.code, point=place.point, instead_of=each) for each in said[1:]),
    ]


async def _there(reader: Reader, sent: Sequence[ChatPhoto], place: Belonging) -> list[Command]:
    assert place.point is not None
    view = await viewed(reader, place.order_id)
    add = tuple(photo.photo for photo in sent)
    comment = "\n".join(dict.fromkeys(photo.caption for photo in sent if photo.caption))
    return [SupplementPoint(order=view.order.code, point=place.point, add=add, comment=comment)]


def _files(result: Mapping[str, Any]) -> set[str]:
    return {str(each) for each in result["added"]}


async def _written(reader: Reader, batch: Batch, place: Belonging | None, *, told: bool, added: set[str]) -> None:
    where = None if place is None or place.point is None else (place.order_id, place.point)
    async with reader.door.desk.db.transaction() as tx:
        await photos.put(tx, batch.id, where, told=told, added=sorted(added))


async def _sent(reader: Reader, batch: Batch) -> list[ChatPhoto]:
    async with reader.door.desk.db.reading() as tx:
        return await photos.of_batch(tx, batch.id)


# ── telling ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def _answer(reader: Reader, batch: Batch) -> Card:
    """Where the batch is now."""
    async with reader.door.desk.db.reading() as tx:
        present = await photos.batch(tx, batch.id)
    assert present is not None
    assert present.order_id is not None
    view = await viewed(reader, present.order_id)
    return photos_put(reader.words, view, reader.door.desk.policy, present, await _sent(reader, batch))


async def _question(
    reader: Reader, batch: Batch, *, order_id: int | None = None, every: bool = False, note: str | None = None
) -> Card:
    """Where do they belong? With one order under inspection only the point is asked for."""
    sent, policy = await _sent(reader, batch), reader.door.desk.policy
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
    await show(query, photos_point(reader.words, view, policy, batch, await _sent(reader, batch), section=section))


async def _point(query: CallbackQuery, tap: PhotoTap, reader: Reader, state: FSMContext, batch: Batch) -> None:
    """Put them there; that point is open from now on, unless something else is."""
    place = Belonging(tap.order, number(tap.arg))
    if reader.door.desk.policy.checklist.point(number(tap.arg)) is None:
        raise InvalidInputError(field="button", value=tap.arg, allowed=("a point of the check",))
    async with reader.door.desk.db.reading() as tx:
        await order_store.get_by_id(tx, place.order_id)
    if _place(batch) != place or await reader.has_acted():
        await _move(reader, batch, place)
    if await state.get_state() is None:
        await open_point(state, place)
    await show(query, await _answer(reader, batch))


async def _stay(query: CallbackQuery, _tap: PhotoTap, reader: Reader, _state: FSMContext, batch: Batch) -> None:
    await show(query, await _answer(reader, batch) if _place(batch) else await _question(reader, batch))


async def _throw(query: CallbackQuery, _tap: PhotoTap, reader: Reader, _state: FSMContext, batch: Batch) -> None:
    await _move(reader, batch, None)
    await show(query, photos_away(reader.words, len(await _sent(reader, batch))))


TAPS: Mapping[Put, Callable[[CallbackQuery, PhotoTap, Reader, FSMContext, Batch], Awaitable[None]]] = {
    Put.WHERE: _where,
    Put.ORDER: _order,
    Put.SECTION: _order,
    Put.POINT: _point,
    Put.STAY: _stay,
    Put.AWAY: _throw,
}
