"""One's own shift on the phone: /shift, going away, coming back."""

from datetime import date, datetime

from aiogram import F, Router
from aiogram.filters import Command as Slash
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bots.card import Card
from bots.cards.shift import shift_card
from bots.reader import Introduce, Reader, ask, show
from bots.taps import My, MyTap
from bots.words import lines
from domain.calendars import WorkCalendar
from domain.commands import SetAvailability
from domain.errors import ForbiddenError, InvalidInputError
from domain.people import Role
from domain.shifts import AwayFor, away_until, back_on, options, shift_of
from guardrails.gate import Done
from store import people
from store.desk import waiting

TAPS = (My.SHIFT, My.AWAY, My.DATE, My.BACK)


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="shift")
    made.callback_query.middleware(Introduce())
    made.message.middleware(Introduce())
    made.message(Slash("shift"))(on_shift)
    made.callback_query(MyTap.filter(F.do.in_(TAPS)))(on_tap)
    return made


async def on_shift(message: Message, reader: Reader) -> None:
    """`/shift`: my working time today, and whether I am there."""
    card = await _card(reader)
    await message.answer(card.text, reply_markup=card.keyboard)


async def on_tap(query: CallbackQuery, callback_data: MyTap, reader: Reader, state: FSMContext) -> None:
    """A button of the shift's card."""
    note = None
    match callback_data.do:
        case My.DATE:
            await ask(state, query, reader.words.say("ask-away"), "away")
            return
        case My.AWAY:
            option = _option(callback_data.arg)
            note = await go_away(reader, away_until(option, _calendar(reader), now=reader.words.now))
        case My.BACK:
            await reader.perform(SetAvailability(person_id=reader.person.id))
            note = reader.words.say("note-back")
        case _:
            pass
    await show(query, (await _card(reader)).under(note))


async def away_until_day(reader: Reader, day: date) -> str:
    """Away until a day that was asked for in words."""
    return lines(
        await go_away(reader, back_on(day, _calendar(reader), now=reader.words.now)),
        reader.words.say("note-away-back"),
    )


async def go_away(reader: Reader, until: datetime) -> str:
    """Away from now on; what becomes of the orders that wait is said at once."""
    done = await reader.perform(SetAvailability(person_id=reader.person.id, away_until=until))
    assert isinstance(done, Done)
    codes = ", ".join(reader.words.plain("order-code", code=code) for code in done.result["handed_over"])
    return lines(
        reader.words.say("note-away", until=reader.words.moment(until)),
        reader.words.say("note-away-handed", codes=codes) if codes else None,
    )


async def _card(reader: Reader) -> Card:
    if reader.person.role is Role.VIEWER:
        raise ForbiddenError(action="view_shift", rule="viewer-looks-only", role=reader.person.role)
    async with reader.door.desk.db.reading() as tx:
        person = await people.get(tx, reader.person.id)
        orders = await waiting.of(tx, person.id)
    calendar, now = _calendar(reader), reader.words.now
    return shift_card(
        reader.words, shift_of(person, calendar, now=now), options(calendar, now=now), orders, person.role
    )


def _option(arg: str) -> AwayFor:
    """What the button says; raises InvalidInputError for what no button says."""
    if arg not in tuple(AwayFor):
        raise InvalidInputError(field="away_until", value=arg, allowed=tuple(AwayFor))
    return AwayFor(arg)


def _calendar(reader: Reader) -> WorkCalendar:
    return reader.door.desk.gate.calendars.of(reader.person)
