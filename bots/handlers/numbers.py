"""One's own scorecard on the phone: /me, by periods."""

from datetime import timedelta

from aiogram import F, Router
from aiogram.filters import Command as Slash
from aiogram.types import CallbackQuery, Message

from bots.card import Card
from bots.cards.numbers import numbers_card
from bots.reader import Introduce, Reader, show
from bots.taps import My, MyTap
from domain.errors import ForbiddenError
from domain.people import Role
from domain.scorecards import PERIODS
from store.measures import scorecards


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="numbers")
    made.callback_query.middleware(Introduce())
    made.message.middleware(Introduce())
    made.message(Slash("me"))(on_me)
    made.callback_query(MyTap.filter(F.do == My.NUMBERS))(on_tap)
    return made


async def on_me(message: Message, reader: Reader) -> None:
    """`/me`: my last seven days."""
    card = await _card(reader, PERIODS[0])
    await message.answer(card.text, reply_markup=card.keyboard)


async def on_tap(query: CallbackQuery, callback_data: MyTap, reader: Reader) -> None:
    """Another period; one that no button names is the shortest."""
    length = next((each for each in PERIODS if str(each.days) == callback_data.arg), PERIODS[0])
    await show(query, await _card(reader, length))


async def _card(reader: Reader, length: timedelta) -> Card:
    if reader.person.role is Role.VIEWER:
        raise ForbiddenError(action="view_numbers", rule="viewer-looks-only", role=reader.person.role)
    points = len(reader.door.desk.policy.checklist.points)
    async with reader.door.desk.db.reading() as tx:
        found = await scorecards.scorecard(tx, reader.person.id, length, points=points, now=reader.words.now)
    return numbers_card(reader.words, found)
