"""Answers in words: what the bot asked for decides what a message means."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from bots import cards
from bots.handlers.order_moves import waiting
from bots.handlers.orders import card_of
from bots.handlers.point_words import remember
from bots.places import Place
from bots.questions import Asked
from bots.reader import Introduce, Reader
from bots.words import lines
from domain.commands import (
    AddNote,
    CancelOrder,
    DeclineOrder,
    OpenBlocker,
    Resolve,
    SetLogistics,
)
from domain.errors import DeskError, InvalidInputError
from domain.orders import CancelReason
from guardrails.approvals import Ballot
from guardrails.proposals import Waiting
from store import approvals, orders, violations

Answer = Callable[[Reader, Mapping[str, Any], str], Awaitable[str]]
BLOCKER_HOURS = 8
DATE_FORMS = ("%d.%m.%Y", "%d.%m.%y", "%d.%m", "%Y-%m-%d")


def router() -> Router:
    """The router of this purpose; asked late, so that commands go before answers."""
    made = Router(name="answers")
    made.message.middleware(Introduce())
    made.message(Asked.words, F.text)(on_words)
    return made


async def on_words(message: Message, reader: Reader, state: FSMContext) -> None:
    """The answer to the open question; a bad one is explained and the question stays open."""
    data = await state.get_data()
    said = (message.text or "").strip()
    try:
        note = await ANSWERS[str(data["what"])](reader, data, said)
    except InvalidInputError:
        raise
    except DeskError:
        await state.clear()
        raise
    await state.clear()
    if data["what"] == "note":
        async with reader.door.desk.db.reading() as tx:
            noted = await orders.get(tx, str(data["order"]))
        await remember(message, reader, Place(noted.id), said)
    following = NEXT_QUESTION.get(str(data["what"]))
    if following is not None:
        await state.set_state(Asked.words)
        await state.set_data({"what": following, "order": data["order"]})
        await message.answer(lines(note, reader.words.say(f"ask-{following}", code=str(data["order"]))))
        return
    if "order" in data and data["what"] != "decline":
        card = (await card_of(reader, str(data["order"]))).under(note)
        await message.answer(card.text, reply_markup=card.keyboard)
        return
    await message.answer(note)


async def _decline(reader: Reader, data: Mapping[str, Any], said: str) -> str:
    await reader.perform(DeclineOrder(order=data["order"], version=data["version"], reason=_filled(said, "reason")))
    return reader.words.say("note-declined", code=data["order"], reason=said)


async def _note(reader: Reader, data: Mapping[str, Any], said: str) -> str:
    await reader.perform(AddNote(order=data["order"], text=_filled(said, "text")))
    return reader.words.say("note-noted")


async def _cancel(reader: Reader, data: Mapping[str, Any], said: str) -> str:
    note = "" if said in ("-", "—") else said
    command = CancelOrder(
        order=data["order"], version=data["version"], reason_code=CancelReason(data["reason"]), note=note
    )
    done = await reader.perform(command)
    return waiting(reader, done) if isinstance(done, Waiting) else reader.words.say("note-cancelled")


async def _carrier(reader: Reader, data: Mapping[str, Any], said: str) -> str:
    await reader.perform(SetLogistics(order=data["order"], carrier=_filled(said, "carrier", 200)))
    return reader.words.say("note-carrier", carrier=said)


async def _dispatch_date(reader: Reader, data: Mapping[str, Any], said: str) -> str:
    day = parse_day(said, today=reader.words.now.astimezone(reader.words.zone).date())
    await reader.perform(SetLogistics(order=data["order"], dispatch_date=day))
    return reader.words.say("note-dispatch-date", date=reader.words.day(day))


async def _tracking_number(reader: Reader, data: Mapping[str, Any], said: str) -> str:
    await reader.perform(SetLogistics(order=data["order"], tracking_number=_filled(said, "tracking_number", 200)))
    return reader.words.say("note-tracking", tracking=said)


async def _blocker(reader: Reader, data: Mapping[str, Any], said: str) -> str:
    """The deadline is a working day's length ahead, in the person's working time."""
    calendar = reader.door.desk.gate.calendars.of(reader.person)
    due_at = calendar.add_working(reader.words.now, timedelta(hours=BLOCKER_HOURS))
    await reader.perform(OpenBlocker(order=data["order"], text=_filled(said, "text", 500), due_at=due_at))
    return reader.words.say("note-blocked", due=reader.words.moment(due_at))


async def _resolve(reader: Reader, data: Mapping[str, Any], said: str) -> str:
    await reader.perform(Resolve(violation_id=data["violation"], resolution=_filled(said, "resolution", 1000, least=3)))
    async with reader.door.desk.db.reading() as tx:
        violation = await violations.get(tx, data["violation"])
    return reader.words.say(
        "note-resolved", by=reader.person.name, resolution=reader.words.reason(violation.resolution or said)
    )


async def _reject(reader: Reader, data: Mapping[str, Any], said: str) -> str:
    await reader.door.desk.approvals.vote(
        data["approval"], Ballot.REJECT, seen_hash=data["seen"], by=reader.actor, reason=_filled(said, "reason", 500)
    )
    async with reader.door.desk.db.reading() as tx:
        card = await cards.approval_card(tx, reader.words, await approvals.get(tx, data["approval"]))
    return card.text


def _filled(said: str, field: str, longest: int = 2000, *, least: int = 1) -> str:
    if not least <= len(said) <= longest:
        raise InvalidInputError(field=field, value=said[:40], allowed=(f"{least} to {longest} characters",))
    return said


def parse_day(said: str, *, today: date) -> date:
    """A day as people write it: 25.11, 25.11.2026, сегодня, завтра; one long past this year means the next year's."""
    named = {"сегодня": 0, "завтра": 1, "today": 0, "tomorrow": 1}.get(said.strip().lower())
    if named is not None:
        return today + timedelta(days=named)
    for form in DATE_FORMS:
        try:
            parsed = datetime.combine(datetime.strptime(said.strip(), form), time.min).date()  # noqa: DTZ007 - a day
        except ValueError:
            continue
        if "%Y" in form or "%y" in form:
            return parsed
        this_year = parsed.replace(year=today.year)
        return this_year if this_year >= today - timedelta(days=90) else this_year.replace(year=today.year + 1)
    raise InvalidInputError(field="dispatch_date", value=said[:40], allowed=("25.11", "25.11.2026"))


ANSWERS: Mapping[str, Answer] = {
    "decline": _decline,
    "note": _note,
    "cancel": _cancel,
    "carrier": _carrier,
    "dispatch_date": _dispatch_date,
    "tracking_number": _tracking_number,
    "blocker": _blocker,
    "resolve": _resolve,
    "reject": _reject,
}
# Logistics are asked for step by step.
NEXT_QUESTION: Mapping[str, str] = {"carrier": "dispatch_date", "dispatch_date": "tracking_number"}
