"""The dispatch and the arrival, step by step: carrier, day, tracking number; and the day the client had the bike."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from bots import typed
from bots.card import Button, Card
from bots.cards.move import LOGISTICS
from bots.handlers.forms import Question, pose, pose_here, question, require_fresh, tap
from bots.handlers.targets import full, sheet_when_ready
from bots.reader import Reader, show
from bots.taps import Do, OrderTap, number
from domain.commands import RecordDelivery, SetLogistics
from domain.errors import InvalidInputError
from domain.orders import Order, Status

DAYS_AHEAD: Final = 14
NOON: Final = time(12)
ARRIVED: Final = "arrived"


# ── the dispatch ─────────────────────────────────────────────────────────────────────────────────────────────────────
async def logistics(query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """What lacks of carrier, day and number is asked for; `arg` names one of them, in the place of the card."""
    require_fresh(tapped, order)
    if tapped.arg:
        await pose_here(state, query, _asked(reader, order, tapped.arg))
        return
    await pose(state, query, _asked(reader, order, _lacking(order) or LOGISTICS[0]))


def _lacking(order: Order) -> str | None:
    return next((field for field in LOGISTICS if not getattr(order, field)), None)


def _asked(reader: Reader, order: Order, field: str) -> Question:
    if field not in LOGISTICS:
        raise InvalidInputError(field="logistics", value=field, allowed=LOGISTICS)
    at = LOGISTICS.index(field)
    back = tap(order, Do.LOGISTICS, LOGISTICS[at - 1]) if at else None
    text = reader.words.say(f"ask-{field}", code=order.code)
    return question(reader, order, text, field, _choices(reader, order, field), wide=2, back=back)


def _choices(reader: Reader, order: Order, field: str) -> Sequence[Button]:
    match field:
        case "carrier":
            carriers = reader.door.desk.policy.lifecycle.carriers
            return [(name, tap(order, Do.SHIP, f"c{number}")) for number, name in enumerate(carriers)]
        case "dispatch_date":
            near = _days(reader, order, Do.SHIP, range(2))
            return [*near, (reader.words.plain("button-other-day"), tap(order, Do.SHIP, "days"))]
        case _:
            return []


def today(reader: Reader) -> date:
    """The reader's own day."""
    return reader.words.now.astimezone(reader.words.zone).date()


def _days(reader: Reader, order: Order, do: Do, ahead: Sequence[int]) -> list[Button]:
    """Days as buttons: the near ones by their names."""
    days = [(today(reader) + timedelta(days=each), each) for each in ahead]
    return [
        (
            reader.words.plain("button-day", named=str(each), day=reader.words.day(day)),
            tap(order, do, day.isoformat()),
        )
        for day, each in days
    ]


async def ship(query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """A carrier or a day by its button."""
    if tapped.arg == "days":
        require_fresh(tapped, order)
        more = _days(reader, order, Do.SHIP, range(DAYS_AHEAD))
        text = reader.words.say("ask-dispatch_date", code=order.code)
        back = tap(order, Do.LOGISTICS, "dispatch_date")
        await pose_here(state, query, question(reader, order, text, "dispatch_date", more, wide=2, back=back))
        return
    await reader.perform(SetLogistics(order=order.code, version=tapped.version, **_chosen(reader, tapped.arg)))
    following = await _following(reader, order.code)
    if isinstance(following, Question):
        await pose_here(state, query, following)
        return
    await state.clear()
    await show(query, following)


def _chosen(reader: Reader, arg: str) -> Mapping[str, Any]:
    carriers = reader.door.desk.policy.lifecycle.carriers
    if arg.startswith("c") and number(arg[1:]) < len(carriers):
        return {"carrier": carriers[number(arg[1:])]}
    return {"dispatch_date": typed.day(arg, today=today(reader))}


async def said(reader: Reader, data: Mapping[str, Any], words: str) -> Question | Card:
    """The same in words; the next question, or the summary before the move."""
    await reader.perform(SetLogistics(order=data["order"], **_read(reader, str(data["what"]), words)))
    return await _following(reader, str(data["order"]))


def _read(reader: Reader, field: str, words: str) -> Mapping[str, Any]:
    match field:
        case "carrier":
            return {field: typed.filled(words, field, 200)}
        case "dispatch_date":
            return {field: typed.day(words, today=today(reader))}
        case _:
            return {field: typed.tracking_number(words)}


async def _following(reader: Reader, code: str) -> Question | Card:
    order = (await full(reader, code)).order
    lacking = _lacking(order)
    if lacking is not None:
        return _asked(reader, order, lacking)
    return await _ready(reader, order, Status.IN_TRANSIT, "note-shipped")


async def _ready(reader: Reader, order: Order, to: Status, note: str) -> Card:
    """The summary of the move that is possible now, or that all is noted where the order is past it."""
    sheet = await sheet_when_ready(reader, order.code, to)
    return sheet or Card(reader.words.say(note, code=order.code))


# ── the arrival ──────────────────────────────────────────────────────────────────────────────────────────────────────
async def delivered(query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """When did the client have the bike?"""
    require_fresh(tapped, order)
    near = _days(reader, order, Do.ARRIVED, (0, -1))
    text = reader.words.say("ask-arrived", code=order.code)
    await pose(state, query, question(reader, order, text, ARRIVED, near, wide=2))


async def arrived(query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """The day by its button."""
    on = typed.day(tapped.arg, today=today(reader), field="delivered_at")
    card = await _delivered(reader, order.code, on, version=tapped.version)
    await state.clear()
    await show(query, card)


async def arrived_said(reader: Reader, data: Mapping[str, Any], words: str) -> Card:
    """The same in words."""
    return await _delivered(reader, str(data["order"]), typed.day(words, today=today(reader), field="delivered_at"))


async def _delivered(reader: Reader, code: str, on: date, *, version: int | None = None) -> Card:
    """Today is now; of another day the hour is not known, and noon is said for it."""
    now, zone = reader.words.now, reader.words.zone
    at = now if on == today(reader) else datetime.combine(on, NOON, zone)
    order = (await full(reader, code)).order
    if at < order.status_since and on < order.status_since.astimezone(zone).date():
        raise InvalidInputError(field="delivered_at", value=on.isoformat(), allowed=(order.status_since.isoformat(),))
    await reader.perform(RecordDelivery(order=code, version=version, delivered_at=max(at, order.status_since)))
    return await _ready(reader, order, Status.DELIVERED, "note-delivered")
