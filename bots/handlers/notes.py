"""Words in reply to a card: a note on its order, or a comment of its point; corrections of either."""

from typing import Any

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from bots.belonging import Belonging, answers_question, replied_place
from bots.door import TelegramDoor
from bots.handlers.orders import card_of
from bots.handlers.point_words import comment, remember
from bots.reader import Introduce, Reader
from domain.commands import AddNote, SupplementPoint
from domain.orders import Order
from domain.validation import parse
from store.desk import orders
from store.talk import chat_notes, photos


def router() -> Router:
    """Replies to cards go behind replies to a role, and before the question that may be open."""
    made = Router(name="notes")
    made.message.middleware(Introduce())
    made.edited_message.middleware(Introduce())
    made.message(F.text & ~F.text.startswith("/"), F.reply_to_message, _to_a_card)(on_note)
    made.edited_message(F.text | F.caption)(on_correction)
    return made


async def _to_a_card(message: Message, door: TelegramDoor, state: FSMContext) -> bool | dict[str, Any]:
    """A reply to what is about one order; the answer to the question that is open on it is no note."""
    async with door.desk.db.reading() as tx:
        place = await replied_place(tx, message)
        if place is None or await answers_question(tx, state, place):
            return False
    return {"place": place}


async def on_note(message: Message, reader: Reader, place: Belonging) -> None:
    """A note on the order, or a comment where the card is a point's."""
    said = (message.text or "").strip()
    if place.point is not None:
        await comment(message, reader, place, said)
        return
    order = await _seen(reader, place.order_id)
    await reader.perform(parse(AddNote, {"order": order.code, "text": said}))
    await remember(message, reader, place, said)
    card = (await card_of(reader, order.code)).under(reader.words.say("note-noted-on", code=order.code))
    await message.answer(card.text, reply_markup=card.keyboard)


async def on_correction(message: Message, reader: Reader) -> None:
    """A message was changed by its author: where it has become a note or a comment, that is corrected too."""
    where = {"chat_id": message.chat.id, "message_id": message.message_id}
    async with reader.door.desk.db.reading() as tx:
        known = await chat_notes.find(tx, **where)
        batch = await photos.batch_of_photo(tx, **where)
    said = (message.text or message.caption or "").strip()
    if known is not None and (known.words != said or await reader.has_acted()):
        await _correct(message, reader, Belonging(known.order_id, known.point), known.words, said)
    elif batch is not None:
        await _correct_caption(message, reader, batch, said)


async def _correct(message: Message, reader: Reader, place: Belonging, before: str, said: str) -> None:
    """A comment is changed in its place; a note stays, and the correction stands beside it."""
    order = await _seen(reader, place.order_id)
    if place.point is None:
        text = reader.words.plain("note-correction", text=said)
        await reader.perform(parse(AddNote, {"order": order.code, "text": text}))
        note = reader.words.say("note-corrected", code=order.code)
    else:
        change = {"order": order.code, "point": place.point, "comment": said, "instead_of": before}
        await reader.perform(parse(SupplementPoint, change))
        note = reader.words.say("note-comment-corrected", number=place.point, code=order.code)
    await remember(message, reader, place, said)
    await message.reply(note)


async def _correct_caption(message: Message, reader: Reader, batch: photos.Batch, said: str) -> None:
    """The caption of a photo is a line of its point's comment."""
    sent = {photo.message_id: photo for photo in await _photos(reader, batch)}[message.message_id]
    if sent.caption == said and not await reader.has_acted():
        return
    note = None
    if batch.order_id is not None and batch.point is not None:
        order = await _seen(reader, batch.order_id)
        change = {"order": order.code, "point": batch.point, "comment": said, "instead_of": sent.caption}
        await reader.perform(parse(SupplementPoint, change))
        note = reader.words.say("note-comment-corrected", number=batch.point, code=order.code)
    async with reader.door.desk.db.transaction() as tx:
        await photos.recaption(tx, chat_id=message.chat.id, message_id=message.message_id, words=said)
    if note is not None:
        await message.reply(note)


async def _photos(reader: Reader, batch: photos.Batch) -> list[photos.ChatPhoto]:
    async with reader.door.desk.db.reading() as tx:
        return await photos.of_batch(tx, batch.id)


async def _seen(reader: Reader, order_id: int) -> Order:
    async with reader.door.desk.db.reading() as tx:
        order = await orders.get_by_id(tx, order_id)
    reader.require_sees(order.owner_id)
    return order
