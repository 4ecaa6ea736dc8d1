"""The taps of the 28-point check: sections, points, answers, the photos of a point."""

from collections.abc import Awaitable, Callable, Mapping

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InputMediaDocument, InputMediaPhoto

from bots import cards
from bots.belonging import OF_THE_POINT, Belonging, open_point
from bots.cards.check import check_finish, check_photos, photo_mark, point_name, still_open
from bots.handlers.point_words import viewed
from bots.questions import Asked
from bots.reader import Introduce, Reader, show
from bots.taps import Check, CheckTap, choice, one_of
from bots.toasts import toast
from domain.checklist import allowed_flags
from domain.commands import AnswerChecklist, Photo, PointAnswer, SupplementPoint
from domain.errors import StaleError
from domain.orders import Verdict
from domain.policy.orders import Section
from guardrails.check_view import CheckView
from locales import sentences
from store.desk import check

ALBUM = 10
"""So many pictures Telegram takes at once."""


def router() -> Router:
    """The taps of the check."""
    made = Router(name="check")
    made.callback_query.middleware(Introduce())
    made.callback_query(CheckTap.filter())(on_tap)
    return made


async def on_tap(query: CallbackQuery, callback_data: CheckTap, reader: Reader, state: FSMContext) -> None:
    """One tap in the check; a tap on an older answer is refused, and the present one shown."""
    view = await viewed(reader, callback_data.order)
    named = callback_data.point or callback_data.do in {Check.POINT, *OF_THE_POINT}
    if named and reader.door.desk.policy.checklist.point(callback_data.point) is None:
        await show(query, cards.check_sections(reader.words, view, reader.door.desk.policy))
        return
    try:
        await TAPS[callback_data.do](query, callback_data, reader, state, view)
    except StaleError:
        view = await viewed(reader, callback_data.order)
        policy, number = reader.door.desk.policy, callback_data.point
        if not number:
            raise
        stale = reader.words.say("check-stale", number=number)
        await show(query, cards.check_point(reader.words, view, policy, number), alert=stale)


# ── where taps lead ──────────────────────────────────────────────────────────────────────────────────────────────────
async def _sections(query: CallbackQuery, _tap: CheckTap, reader: Reader, state: FSMContext, view: CheckView) -> None:
    await state.clear()
    await show(query, cards.check_sections(reader.words, view, reader.door.desk.policy))


async def _section(query: CallbackQuery, tap: CheckTap, reader: Reader, _state: FSMContext, view: CheckView) -> None:
    section = choice(Section, tap.arg)
    await show(query, cards.check_section(reader.words, view, reader.door.desk.policy, section))


async def _point(query: CallbackQuery, tap: CheckTap, reader: Reader, state: FSMContext, view: CheckView) -> None:
    await open_point(state, Belonging(tap.order, tap.point))
    await show(query, cards.check_point(reader.words, view, reader.door.desk.policy, tap.point))


async def _go_on(query: CallbackQuery, tap: CheckTap, reader: Reader, state: FSMContext, view: CheckView) -> None:
    """The next point that lacks something, days later as well."""
    following = view.following()
    if following is None:
        await _finish(query, tap, reader, state, view)
        return
    await _point(query, CheckTap(do=Check.POINT, order=tap.order, point=following), reader, state, view)


async def _finish(query: CallbackQuery, _tap: CheckTap, reader: Reader, _state: FSMContext, view: CheckView) -> None:
    await show(query, check_finish(reader.words, view, reader.door.desk.policy))


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────────
async def _answer(query: CallbackQuery, tap: CheckTap, reader: Reader, state: FSMContext, view: CheckView) -> None:
    answer = "ok" if tap.do is Check.OK else "na"
    await _give(query, reader, state, view, PointAnswer(point=tap.point, answer=answer, seen=tap.arg))


async def _verdict(query: CallbackQuery, tap: CheckTap, reader: Reader, state: FSMContext, view: CheckView) -> None:
    named, _, seen = tap.arg.partition(".")
    verdict = choice(Verdict, named)
    if verdict is not Verdict.RED:
        given = PointAnswer(point=tap.point, answer="ok", verdict=verdict, seen=seen)
    else:
        comment = _comment(view, tap.point) or reader.words.plain("check-red-comment")
        given = PointAnswer(point=tap.point, answer="problem", verdict=verdict, comment=comment, seen=seen)
    await _give(query, reader, state, view, given)


async def _flag(query: CallbackQuery, tap: CheckTap, reader: Reader, state: FSMContext, view: CheckView) -> None:
    """A finding that forces the verdict red, in one tap; the same tap again takes it back."""
    flag, _, seen = tap.arg.partition(".")
    line = view.points.get(tap.point)
    raised = tuple(line.flags) if line else ()
    one_of((*raised, *allowed_flags(tap.point, view.order, reader.door.desk.policy.checklist)), flag)
    flags = tuple(each for each in raised if each != flag) if flag in raised else (*raised, flag)
    final = tap.point == reader.door.desk.policy.checklist.verdict_point
    given = PointAnswer(
        point=tap.point,
        answer="problem",
        comment=_comment(view, tap.point) or reader.words.plain(f"flag-{flag}"),
        flags=flags,
        verdict=Verdict.RED if final else None,
        seen=seen,
    )
    await _give(query, reader, state, view, given)


def _comment(view: CheckView, number: int) -> str:
    line = view.points.get(number)
    return line.comment if line else ""


async def _give(query: CallbackQuery, reader: Reader, state: FSMContext, view: CheckView, answer: PointAnswer) -> None:
    await reader.perform(AnswerChecklist(order=view.order.code, answers=(answer,)))
    await open_point(state, Belonging(view.order.id, answer.point))
    fresh = await viewed(reader, view.order.id)
    await show(query, cards.check_point(reader.words, fresh, reader.door.desk.policy, answer.point))


async def _section_ok(query: CallbackQuery, tap: CheckTap, reader: Reader, _state: FSMContext, view: CheckView) -> None:
    """Everything of the section that is not answered yet is in order; what is answered stays as it is."""
    policy, section = reader.door.desk.policy, choice(Section, tap.arg)
    open_points = still_open(view, policy, section)
    note = reader.words.say("check-section-done")
    if open_points:
        answers = tuple(PointAnswer(point=number, answer="ok", seen="") for number in open_points)
        await reader.perform(AnswerChecklist(order=view.order.code, answers=answers))
        note = reader.words.say("check-section-answered", points=sentences.ranges(open_points), count=len(open_points))
    fresh = await viewed(reader, tap.order)
    await show(query, cards.check_section(reader.words, fresh, policy, section).under(note))


async def _problem(query: CallbackQuery, tap: CheckTap, reader: Reader, state: FSMContext, view: CheckView) -> None:
    await _ask(query, reader, state, view, what="problem", number=tap.point)


async def _comment_on(query: CallbackQuery, tap: CheckTap, reader: Reader, state: FSMContext, view: CheckView) -> None:
    await _ask(query, reader, state, view, what="comment", number=tap.point)


async def _ask(
    query: CallbackQuery, reader: Reader, state: FSMContext, view: CheckView, *, what: str, number: int
) -> None:
    """Ask for words on a point; the point stays open for photos meanwhile."""
    await state.set_state(Asked.point)
    await state.set_data({"order_id": view.order.id, "point": number, "what": what})
    await toast(query)
    if query.message is not None:
        name = point_name(reader.words, reader.door.desk.policy, number)
        key = "ask-problem" if what == "problem" else "ask-comment"
        await query.message.answer(reader.words.say(key, number=number, name=name, code=view.order.code))


# ── photos of a point ────────────────────────────────────────────────────────────────────────────────────────────────
async def _photos(query: CallbackQuery, tap: CheckTap, reader: Reader, _state: FSMContext, view: CheckView) -> None:
    """Send the point's photos back, with the buttons that take them away below."""
    line = view.points.get(tap.point)
    async with reader.door.desk.db.reading() as tx:
        known = await check.pictures(tx, line.photos if line else ())
    await toast(query)
    if query.message is None:
        return
    refs = line.photos if line else ()
    numbered = [(place, known[ref]) for place, ref in enumerate(refs, start=1) if ref in known]
    name = point_name(reader.words, reader.door.desk.policy, tap.point)
    for kind in ("photo", "document"):
        shown = [
            (reader.words.plain("photo-caption", code=view.order.code, point=tap.point, name=name, number=place), photo)
            for place, photo in numbered
            if photo.kind == kind
        ]
        for start in range(0, len(shown), ALBUM):
            await _send(reader, query.message.chat.id, shown[start : start + ALBUM])
    card = check_photos(reader.words, view, reader.door.desk.policy, tap.point)
    if len(numbered) < len(refs):
        card = card.under(reader.words.say("check-photos-elsewhere", count=len(refs) - len(numbered)))
    await query.message.answer(card.text, reply_markup=card.keyboard)


async def _send(reader: Reader, chat_id: int, shown: list[tuple[str, Photo]]) -> None:
    bot = reader.door.bot
    if len(shown) == 1:
        caption, photo = shown[0]
        if photo.kind == "photo":
            await bot.send_photo(chat_id, photo.file_id, caption=caption, parse_mode=None)
        else:
            await bot.send_document(chat_id, photo.file_id, caption=caption, parse_mode=None)
        return
    media = [
        InputMediaPhoto(media=photo.file_id, caption=caption, parse_mode=None)
        if photo.kind == "photo"
        else InputMediaDocument(media=photo.file_id, caption=caption, parse_mode=None)
        for caption, photo in shown
    ]
    await bot.send_media_group(chat_id, [*media])


async def _drop(query: CallbackQuery, tap: CheckTap, reader: Reader, _state: FSMContext, view: CheckView) -> None:
    """Take one photo away; one that has gone already is none the worse for it."""
    line = view.points.get(tap.point)
    gone = tuple(ref for ref in (line.photos if line else ()) if photo_mark(ref) == tap.arg)
    if gone or await reader.has_acted():
        await reader.perform(SupplementPoint(order=view.order.code, point=tap.point, remove=gone))
    fresh = await viewed(reader, tap.order)
    note = reader.words.say("note-photo-dropped", number=tap.point)
    await show(query, check_photos(reader.words, fresh, reader.door.desk.policy, tap.point).under(note))


TAPS: Mapping[Check, Callable[[CallbackQuery, CheckTap, Reader, FSMContext, CheckView], Awaitable[None]]] = {
    Check.SECTIONS: _sections,
    Check.SECTION: _section,
    Check.SECTION_OK: _section_ok,
    Check.POINT: _point,
    Check.OK: _answer,
    Check.NA: _answer,
    Check.PROBLEM: _problem,
    Check.VERDICT: _verdict,
    Check.FLAG: _flag,
    Check.COMMENT: _comment_on,
    Check.PHOTOS: _photos,
    Check.DROP: _drop,
    Check.GO_ON: _go_on,
    Check.FINISH: _finish,
}
