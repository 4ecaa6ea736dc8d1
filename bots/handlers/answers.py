"""Answers in words: what the bot asked for decides what a message means."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from bots import standing, typed
from bots.belonging import Belonging
from bots.card import About, Card
from bots.cards.move import LOGISTICS
from bots.handlers import blockers, cancelling, claims, order_moves, payments, point_words, shipping
from bots.handlers.forms import Question, remember
from bots.handlers.leaders_words import LEADERS_ANSWERS, RESOLVING, resolve_signal
from bots.handlers.orders import card_of
from bots.handlers.shift import away_until_day
from bots.questions import Asked, is_whole
from bots.reader import Introduce, Reader
from bots.typed import filled
from domain.commands import (
    AddNote,
    DeclineOrder,
)
from domain.errors import DeskError, InvalidInputError, StaleError
from store.desk import orders

WORDS = F.text & ~F.text.startswith("/")
Answer = Callable[[Reader, Mapping[str, Any], str], Awaitable[str]]
Step = Callable[[Reader, Mapping[str, Any], str], Awaitable[Question | Card | str]]


def router() -> Router:
    """The router of this purpose; asked late, so that commands go before answers."""
    made = Router(name="answers")
    made.message.middleware(Introduce())
    made.message(Asked.words, WORDS)(on_words)
    made.message(~StateFilter(None, Asked.words, Asked.photos, Asked.point), WORDS)(on_forgotten)
    return made


async def on_words(message: Message, reader: Reader, state: FSMContext) -> None:
    """The answer to the open question; a bad one is explained and the question stays open."""
    data = await state.get_data()
    if not is_whole(data):
        await on_forgotten(message, reader, state)
        return
    said, what = (message.text or "").strip(), str(data["what"])
    try:
        note = await (FORMS[what] if what in FORMS else ANSWERS[what])(reader, data, said)
    except InvalidInputError:
        raise
    except StaleError as error:
        await state.clear()
        await _show_anew(message, reader, data, reader.words.refusal(error))
        return
    except DeskError:
        await state.clear()
        raise
    await state.clear()
    if data["what"] == "note":
        async with reader.door.desk.db.reading() as tx:
            noted = await orders.get(tx, str(data["order"]))
        await point_words.remember(message, reader, Belonging(noted.id), said)
    if isinstance(note, Question):
        await remember(state, note)
        note = note.card
    if isinstance(note, Card):
        await message.answer(note.text, reply_markup=note.keyboard)
        return
    if "order" in data and data["what"] != "decline":
        card = (await card_of(reader, str(data["order"]))).under(note)
        await message.answer(card.text, reply_markup=card.keyboard)
        return
    await message.answer(note)


async def _show_anew(message: Message, reader: Reader, data: Mapping[str, Any], refused: str) -> None:
    """What the answer was about has changed since the question: refused, with the card as it stands."""
    if "approval" in data:
        await standing.put_up(message, reader, About("approval", int(data["approval"])), refused)
        return
    card = (await card_of(reader, str(data.get("order") or data["code"]))).under(refused)
    await message.answer(card.text, reply_markup=card.keyboard)


async def on_forgotten(message: Message, reader: Reader, state: FSMContext) -> None:
    """A question that another version of the bot has asked: nobody knows what the words answer."""
    await state.clear()
    await message.answer(reader.words.say("question-forgotten"))


async def _decline(reader: Reader, data: Mapping[str, Any], said: str) -> str:
    await reader.perform(DeclineOrder(order=data["order"], version=data["version"], reason=filled(said, "reason")))
    return reader.words.say("note-declined", code=data["order"], reason=said)


async def _note(reader: Reader, data: Mapping[str, Any], said: str) -> str:
    await reader.perform(AddNote(order=data["order"], text=filled(said, "text")))
    return reader.words.say("note-noted")


async def _away(reader: Reader, _data: Mapping[str, Any], said: str) -> str:
    day = typed.day(said, today=reader.words.now.astimezone(reader.words.zone).date())
    return await away_until_day(reader, day)


ANSWERS: Mapping[str, Answer] = {
    "decline": _decline,
    "note": _note,
    "away": _away,
    **LEADERS_ANSWERS,
}
# Answers that may lead to the next question, or to the summary before the deed.
FORMS: Mapping[str, Step] = {
    "rework": order_moves.rework_said,
    cancelling.WHAT: cancelling.cancel_said,
    **dict.fromkeys(LOGISTICS, shipping.said),
    shipping.ARRIVED: shipping.arrived_said,
    payments.SUM: payments.sum_said,
    payments.NUMBER: payments.number_said,
    payments.SUMMARY: payments.number_said,
    claims.RAISED: claims.claim_said,
    claims.SETTLED: claims.claim_end_said,
    blockers.WHY: blockers.why_said,
    blockers.WHO: blockers.who_said,
    blockers.DUE: blockers.due_said,
    RESOLVING: resolve_signal,
}
