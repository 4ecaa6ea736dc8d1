"""The 28-point check: sections, points, answers, photos."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bots import cards
from bots.card import Card
from bots.questions import Asked
from bots.reader import Introduce, Reader, ask, show
from bots.taps import Check, CheckTap
from domain.commands import AnswerChecklist, PointAnswer
from domain.orders import Verdict
from guardrails.order_card import OrderCard, order_card
from store import orders as order_store


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="check")
    made.callback_query.middleware(Introduce())
    made.message.middleware(Introduce())
    made.callback_query(CheckTap.filter())(on_tap)
    made.message(Asked.photos, F.photo)(on_photo)
    return made


async def on_tap(query: CallbackQuery, callback_data: CheckTap, reader: Reader, state: FSMContext) -> None:
    """One tap in the check."""
    card = await _full(reader, callback_data.order)
    number = callback_data.point
    given = next((answer for answer in card.answers if answer.point == number), None)
    photos = () if given is None else tuple(given.photos)
    match callback_data.do:
        case Check.SECTIONS:
            await state.clear()
        case Check.POINT:
            await state.set_state(Asked.photos)
            await state.set_data({"order": card.order.code, "point": number})
        case Check.OK | Check.NA:
            answer = PointAnswer(point=number, answer="ok" if callback_data.do is Check.OK else "na", photos=photos)
            await reader.perform(AnswerChecklist(order=card.order.code, answers=(answer,)))
        case Check.VERDICT:
            verdict = Verdict(callback_data.arg)
            answer = PointAnswer(
                point=number,
                answer="problem" if verdict is Verdict.RED else "ok",
                comment=reader.words.plain("check-red-comment") if verdict is Verdict.RED else "",
                photos=photos,
                verdict=verdict,
            )
            await reader.perform(AnswerChecklist(order=card.order.code, answers=(answer,)))
        case Check.PROBLEM:
            question = reader.words.say("ask-problem", number=number)
            await ask(state, query, question, "problem", order=card.order.code, point=number, photos=list(photos))
            return
        case Check.SECTION_OK:
            await _section_ok(reader, card, callback_data.arg)
        case _:
            pass
    await show(query, await _view(reader, callback_data))


async def _full(reader: Reader, order_id: int) -> OrderCard:
    async with reader.door.desk.db.reading() as tx:
        order = await order_store.get_by_id(tx, order_id)
        reader.require_sees(order.owner_id)
        return await order_card(tx, order.code, reader.door.desk.policy)


async def _view(reader: Reader, tap: CheckTap) -> Card:
    """Where the tap leads: the sections, a section, or a point; an answered point leads back to its section."""
    card = await _full(reader, tap.order)
    policy = reader.door.desk.policy
    match tap.do:
        case Check.POINT:
            return cards.check_point(reader.words, card, policy, tap.point)
        case Check.SECTION | Check.SECTION_OK:
            return cards.check_section(reader.words, card, policy, tap.arg)
        case Check.OK | Check.NA | Check.VERDICT:
            point = policy.checklist.point(tap.point)
            assert point is not None
            return cards.check_section(reader.words, card, policy, point.section.value)
        case _:
            return cards.check_sections(reader.words, card, policy)


async def _section_ok(reader: Reader, card: OrderCard, section: str) -> None:
    """Everything of the section that is not answered yet is in order; the verdict is given by itself."""
    checklist = reader.door.desk.policy.checklist
    answers = tuple(
        PointAnswer(point=point.number, answer="ok")
        for point in checklist.points
        if point.section.value == section
        and point.number in card.check.missing_points
        and point.number != checklist.verdict_point
    )
    if answers:
        await reader.perform(AnswerChecklist(order=card.order.code, answers=answers))


async def on_photo(message: Message, reader: Reader, state: FSMContext) -> None:
    """A photo for the point that is open: its file id is kept with the answer."""
    data = await state.get_data()
    assert message.photo
    async with reader.door.desk.db.reading() as tx:
        card = await order_card(tx, data["order"], reader.door.desk.policy)
    reader.require_sees(card.order.owner_id)
    number = int(data["point"])
    given = next((answer for answer in card.answers if answer.point == number), None)
    verdict_point = number == reader.door.desk.policy.checklist.verdict_point
    if verdict_point and given is None:
        await message.answer(reader.words.say("check-verdict-first"))
        return
    answer = PointAnswer(
        point=number,
        answer="ok" if given is None else given.answer,  # pyright: ignore[reportArgumentType] - one of the three words
        comment="" if given is None else given.comment,
        photos=(*(() if given is None else given.photos), message.photo[-1].file_id),
        flags=() if given is None else tuple(given.flags),
        verdict=Verdict(given.verdict) if given is not None and given.verdict else None,
    )
    await reader.perform(AnswerChecklist(order=card.order.code, answers=(answer,)))
    shown = cards.check_point(reader.words, await _full(reader, card.order.id), reader.door.desk.policy, number)
    await message.answer(shown.under(reader.words.say("note-photo", number=number)).text, reply_markup=shown.keyboard)
