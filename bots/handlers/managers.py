"""/managers: load, shift and today's breaches; one opens in place, with their orders and their absence."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from aiogram import Router
from aiogram.filters import Command as Slash
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection

from bots.card import Button, Card, columns, keyboard
from bots.cards.pages import turning
from bots.handlers import load_limit
from bots.reader import Introduce, Reader, show
from bots.taps import Do, OrderTap, QueueTap, StaffTap, number
from bots.words import Words, lines
from domain.commands import SetAvailability
from domain.errors import InvalidInputError, NotFoundError
from domain.measures import Period
from domain.orders import OPEN_STATUSES
from domain.policy.people import ConstraintKind
from store.measures import metrics_desk, metrics_instants
from store.measures.metrics_desk import Load
from store.views import listings
from store.views.listings import (
    ManagerLine,
    OrderFilter,
)

PAGE: Final = 8
SHOWN_ORDERS: Final = 8
AWAY_DAYS: Final[Mapping[str, int]] = {"day": 1, "three": 3, "week": 7}


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="managers")
    made.callback_query.middleware(Introduce())
    made.message.middleware(Introduce())
    made.message(Slash("managers"))(on_managers)
    made.callback_query(StaffTap.filter())(on_tap)
    return made


async def on_managers(message: Message, reader: Reader) -> None:
    """`/managers`: everybody; a manager sees themselves."""
    card = await _listed(reader, 0)
    await message.answer(card.text, reply_markup=card.keyboard)


async def on_tap(query: CallbackQuery, callback_data: StaffTap, reader: Reader, state: FSMContext) -> None:
    """Another page, one manager, their absence, or how much they may carry."""
    tap, note = callback_data, None
    if tap.do == "list":
        await show(query, await _listed(reader, number(tap.arg or "0")))
        return
    if not reader.sees_all:
        reader.require_sees(tap.person)
    if tap.do == "limit":
        reader.require_leads("set_constraint")
        await (load_limit.chosen(query, tap, reader, state) if tap.arg else load_limit.offer(query, tap, reader))
        return
    if tap.do == "away":
        reader.require_leads("set_availability")
        note = await _away(reader, tap)
    await show(query, (await _opened(reader, tap.person)).under(note))


async def _away(reader: Reader, tap: StaffTap) -> Markup:
    """Away from now for so many days, until the shift after them opens; or back."""
    if tap.arg == "back":
        await reader.perform(SetAvailability(person_id=tap.person, away_until=None))
        return reader.words.say("note-back-marked")
    if tap.arg not in AWAY_DAYS:
        raise InvalidInputError(field="button", value=tap.arg, allowed=tuple(AWAY_DAYS))
    until = reader.words.now + timedelta(days=AWAY_DAYS[tap.arg])
    await reader.perform(SetAvailability(person_id=tap.person, away_until=until))
    return reader.words.say("note-away-marked", until=reader.words.moment(until))


async def _staff(tx: AsyncConnection, reader: Reader) -> tuple[list[ManagerLine], Mapping[int, Load]]:
    """Managers at work with what they carry and what went wrong today."""
    desk = reader.door.desk
    period = Period(since=midnight(reader.words), until=reader.words.now)
    known_until = await metrics_instants.history_known_until(tx)
    loads = await metrics_desk.loads(tx, period, desk.policy, known_until, now=reader.words.now)
    found = await listings.managers(tx, person_id=None if reader.sees_all else reader.person.id)
    return found, {load.person_id: load for load in loads}


def midnight(words: Words) -> datetime:
    """Where the reader's day has begun."""
    return words.now.astimezone(words.zone).replace(hour=0, minute=0, second=0, microsecond=0)


async def _listed(reader: Reader, page: int) -> Card:
    words = reader.words
    async with reader.door.desk.db.reading() as tx:
        found, loads = await _staff(tx, reader)
    if not found:
        return Card(words.say("managers-empty"))
    found.sort(key=lambda line: (-loads[line.id].breaches, -(loads[line.id].utilisation or 0), line.name))
    shown = found[page * PAGE : (page + 1) * PAGE]
    text = lines(
        words.say(
            "managers-title",
            count=len(found),
            on_shift=sum(_on_shift(reader, line) for line in found),
            breaches=sum(loads[line.id].breaches for line in found),
        ),
        "",
        *(_line(reader, line, loads[line.id]) for line in shown),
    )
    buttons: list[Button] = [(line.name, StaffTap(do="open", person=line.id)) for line in shown]
    turn = turning(page, PAGE, len(found), lambda to: StaffTap(do="list", arg=str(to)))
    return Card(text, keyboard(*columns(buttons, 2), turn))


def _on_shift(reader: Reader, line: ManagerLine) -> bool:
    return reader.door.desk.gate.calendars.working(line).is_open(reader.words.now)


def _line(reader: Reader, line: ManagerLine, load: Load) -> Markup:
    return reader.words.say(
        "managers-line",
        name=line.name,
        load=round(load.load, 1),
        capacity=line.capacity,
        presence=_presence(reader, line, load),
        breaches=load.breaches,
    )


def _presence(reader: Reader, line: ManagerLine, load: Load) -> str:
    """On shift, off it until when, away until when, or out of reach."""
    words = reader.words
    if not line.telegram_linked:
        return words.plain("presence-unreachable")
    if load.away:
        return (
            words.plain("presence-away", until=words.moment(line.away_until))
            if line.away_until
            else words.plain("presence-away-open")
        )
    calendar = reader.door.desk.gate.calendars.working(line)
    if calendar.is_open(words.now):
        return words.plain("presence-on")
    opening = calendar.first_opening(words.now)
    return words.plain("presence-off", opens=words.moment(opening) if opening else "—")


async def _opened(reader: Reader, person_id: int) -> Card:
    words = reader.words
    which = OrderFilter(statuses=tuple(status.value for status in OPEN_STATUSES), owner_id=person_id)
    async with reader.door.desk.db.reading() as tx:
        found, loads = await _staff(tx, reader)
        orders = await listings.urgent(tx, which, limit=SHOWN_ORDERS)
    line = next((each for each in found if each.id == person_id), None)
    if line is None:
        raise NotFoundError(kind="person", name=str(person_id))
    load = loads[line.id]
    text = lines(
        words.say("manager-title", name=line.name, presence=_presence(reader, line, load)),
        words.say("manager-load", load=round(load.load, 1), capacity=line.capacity, count=sum(load.by_stage.values())),
        words.say("manager-limit", load=limit) if (limit := line.constraints.get(ConstraintKind.MAX_LOAD)) else None,
        *(
            words.say("manager-stage", status=words.plain(f"status-{status}"), count=load.by_stage[status])
            for status in OPEN_STATUSES
            if load.by_stage.get(status)
        ),
        words.say("manager-today", breaches=load.breaches, accepted=load.accepted, delivered=load.delivered),
    )
    open_orders: list[Button] = [
        (words.plain("order-code", code=each.code), OrderTap(do=Do.SHOW, order=each.id)) for each in orders
    ]
    queue: Button = (words.plain("button-their-orders"), QueueTap(owner=line.id))
    back: Button = (words.plain("button-to-list"), StaffTap(do="list"))
    away = _absences(words, line, load) if reader.leads else []
    limits: list[Button] = [(words.plain("button-load-limit"), StaffTap(do="limit", person=line.id))]
    return Card(
        text,
        keyboard(*columns(open_orders, 4), *columns(away, 3), limits if reader.leads else [], [queue, back]),
    )


def _absences(words: Words, line: ManagerLine, load: Load) -> list[Button]:
    if load.away:
        return [(words.plain("button-mark-back"), StaffTap(do="away", person=line.id, arg="back"))]
    return [(words.plain(f"away-{length}"), StaffTap(do="away", person=line.id, arg=length)) for length in AWAY_DAYS]
