"""Words about one point: a problem described, a comment; what comes too late for the check becomes a note."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from bots import cards
from bots.belonging import Belonging, open_point
from bots.handlers.orders import card_of
from bots.questions import Asked, is_whole
from bots.reader import Introduce, Reader
from domain.checklist import amended
from domain.commands import AddNote, AnswerChecklist, OrderCommand, PointAnswer, SupplementPoint
from domain.errors import ConflictError, DeskError, InvalidInputError
from domain.validation import parse
from guardrails.check_view import CheckView, check_view
from store.talk import chat_notes


def router() -> Router:
    """The words that were asked for; commands and replies to others come first."""
    made = Router(name="point_words")
    made.message.middleware(Introduce())
    made.message(Asked.point, F.text & ~F.text.startswith("/"))(on_words)
    return made


async def viewed(reader: Reader, order_id: int) -> CheckView:
    """The check as it stands, for somebody who may see it."""
    async with reader.door.desk.db.reading() as tx:
        view = await check_view(tx, order_id, reader.door.desk.policy)
    reader.require_sees(view.order.owner_id)
    return view


async def on_words(message: Message, reader: Reader, state: FSMContext) -> None:
    """The description of a problem, or the comment, that was asked for; a bad one leaves the question open."""
    data = await state.get_data()
    if not is_whole(data):
        await state.clear()
        await message.answer(reader.words.say("question-forgotten"))
        return
    place, said = Belonging(data["order_id"], data["point"]), (message.text or "").strip()
    try:
        if data["what"] == "problem":
            await _describe(message, reader, place, said)
        else:
            await comment(message, reader, place, said)
    except InvalidInputError:
        raise
    except DeskError:
        await state.clear()
        raise
    await open_point(state, place)


async def _describe(message: Message, reader: Reader, place: Belonging, said: str) -> None:
    view = await viewed(reader, place.order_id)
    known = view.points.get(place.point or 0)
    described = known is not None and known.answer == "problem"
    before = "" if known is None or described else known.comment  # a new description takes the place of an older one
    problem = {
        "point": place.point,
        "answer": "problem",
        "comment": amended(before, instead_of="", added=said),
        "flags": list(known.flags) if known else [],
    }
    command = AnswerChecklist(order=view.order.code, answers=(parse(PointAnswer, problem),))
    await _written(message, reader, place, said, command, note="note-problem")


async def comment(message: Message, reader: Reader, place: Belonging, said: str) -> None:
    """One more line of the point's comment."""
    view = await viewed(reader, place.order_id)
    command = parse(SupplementPoint, {"order": view.order.code, "point": place.point, "comment": said})
    await _written(message, reader, place, said, command, note="note-comment")


async def _written(
    message: Message, reader: Reader, place: Belonging, said: str, command: OrderCommand, *, note: str
) -> None:
    assert place.point is not None
    try:
        await reader.perform(command)
    except ConflictError:
        await _too_late(message, reader, place, said, command.order)
        return
    await remember(message, reader, place, said)
    policy, view = reader.door.desk.policy, await viewed(reader, place.order_id)
    card = cards.check_point(reader.words, view, policy, place.point)
    card = card.under(reader.words.say(note, number=place.point))
    await message.answer(card.text, reply_markup=card.keyboard)


async def _too_late(message: Message, reader: Reader, place: Belonging, said: str, code: str) -> None:
    """The check is over: what was said about its point is kept as a note."""
    assert place.point is not None
    text = reader.words.plain("note-of-point", number=place.point, text=said)
    await reader.perform(parse(AddNote, {"order": code, "text": text}))
    await remember(message, reader, Belonging(place.order_id), said)
    card = (await card_of(reader, code)).under(reader.words.say("note-check-over", number=place.point))
    await message.answer(card.text, reply_markup=card.keyboard)


async def remember(message: Message, reader: Reader, place: Belonging, said: str) -> None:
    """What this message has become, so that its correction finds it."""
    async with reader.door.desk.db.transaction() as tx:
        await chat_notes.written(
            tx,
            chat_id=message.chat.id,
            message_id=message.message_id,
            order_id=place.order_id,
            point=place.point,
            words=said,
            now=reader.words.now,
        )
