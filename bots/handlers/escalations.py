"""Escalation cards: take, put away, give, set a task, give time, resolve; each card says who did what."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from bots import standing
from bots.card import About, Button, Card, columns, keyboard
from bots.handlers import giving
from bots.reader import Introduce, Reader, ask
from bots.taps import Climb, ViolationTap, number
from bots.toasts import toast
from domain.commands import Acknowledge, Snooze
from domain.errors import ConflictError, InvalidInputError, StaleError
from domain.validation import parse
from guardrails.breaches import may_extend
from store import people
from store.desk import orders as order_store
from store.desk import violations
from store.desk.violations import Violation

ANYBODYS: Final = (Climb.OPEN, Climb.ACKNOWLEDGE)
"""What may be pressed by the one whose breach it is; the rest is a leader's."""
TASK_HOURS: Final[Mapping[str, int]] = {"2h": 2, "4h": 4, "day": 9, "three_days": 27}
"""By when a task is due, in the working hours of whose it will be."""
EXTENSIONS: Final = (60, 120, 240, 480, 1440)
"""How much more time may be given by a button, minutes of the clock's own time."""

Step = Callable[[CallbackQuery, ViolationTap, Reader, FSMContext, Violation], Awaitable[Card | Markup | None]]
"""Returns a menu for the card's place, a note over the fresh card, or None when a question was asked."""


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="escalations")
    made.callback_query.middleware(Introduce())
    made.callback_query(ViolationTap.filter())(on_tap)
    return made


async def on_tap(query: CallbackQuery, callback_data: ViolationTap, reader: Reader, state: FSMContext) -> None:
    """One tap on an escalation card; one that comes too late is refused, and the card shows how things stand."""
    tap, about = callback_data, About("violation", callback_data.violation)
    if tap.do not in ANYBODYS:
        reader.require_leads(tap.do)
    violation = await _violation(reader, tap.violation)
    if tap.do is Climb.CARD:  # from a list: the card comes as a message of its own
        await toast(query)
        if isinstance(query.message, Message):
            await standing.put_up(query.message, reader, about)
        return

    async def taken() -> Card | Markup | None:
        if tap.do is not Climb.OPEN and not await reader.has_acted():
            _require_open(violation)
        return await STEPS[tap.do](query, tap, reader, state, violation)

    await standing.step(query, reader, about, taken)


async def _violation(reader: Reader, violation_id: int) -> Violation:
    async with reader.door.desk.db.reading() as tx:
        violation = await violations.get(tx, violation_id)
        order = None if violation.order_id is None else await order_store.get_by_id(tx, violation.order_id)
    reader.require_sees(violation.owner_id if order is None else order.owner_id)
    return violation


def _require_open(violation: Violation) -> None:
    if violation.resolved_at is not None:
        raise ConflictError(kind="violation", name=str(violation.id), state="resolved", allowed=("open",))


# ── steps ────────────────────────────────────────────────────────────────────────────────────────────────────────────
async def _open(
    _query: CallbackQuery, _tap: ViolationTap, _reader: Reader, _state: FSMContext, _of: Violation
) -> Markup:
    return Markup()


async def _acknowledge(
    _query: CallbackQuery, tap: ViolationTap, reader: Reader, _state: FSMContext, _of: Violation
) -> Markup:
    await reader.perform(Acknowledge(violation_id=tap.violation))
    return Markup()


async def _snooze(_query: CallbackQuery, tap: ViolationTap, reader: Reader, _state: FSMContext, _of: Violation) -> Card:
    options = [option.key for option in reader.door.desk.policy.clocks.snooze]
    buttons = [(reader.words.plain(f"snooze-{key}"), _tap(tap, Climb.SNOOZE_FOR, key)) for key in options]
    return Card(reader.words.say("ask-snooze"), keyboard(*columns(buttons, 3), [_back(reader, tap)]))


async def _snooze_for(
    _query: CallbackQuery, tap: ViolationTap, reader: Reader, _state: FSMContext, _of: Violation
) -> Markup:
    await reader.perform(parse(Snooze, {"violation_id": tap.violation, "option": tap.arg}))
    return Markup()


async def _resolve(query: CallbackQuery, tap: ViolationTap, reader: Reader, state: FSMContext, _of: Violation) -> None:
    await ask(state, query, reader.words.say("ask-resolution"), "resolve", violation=tap.violation)


async def _give(_query: CallbackQuery, tap: ViolationTap, reader: Reader, _state: FSMContext, of: Violation) -> Card:
    return await giving.menu(
        reader,
        _order_id(of),
        number(tap.arg or giving.FIRST),
        give=lambda arg: _tap(tap, Climb.GIVE_TO, arg),
        turn=lambda arg: _tap(tap, Climb.GIVE, arg),
        back=_tap(tap, Climb.OPEN),
    )


async def _give_to(
    _query: CallbackQuery, tap: ViolationTap, reader: Reader, _state: FSMContext, of: Violation
) -> Markup:
    return await giving.hand_over(reader, _order_id(of), tap.version, tap.arg)


async def _task(_query: CallbackQuery, tap: ViolationTap, reader: Reader, _state: FSMContext, of: Violation) -> Card:
    await _require_fresh(reader, of, tap.version)
    buttons = [(reader.words.plain(f"task-due-{key}"), _tap(tap, Climb.TASK_DUE, key)) for key in TASK_HOURS]
    return Card(reader.words.say("ask-task-due"), keyboard(*columns(buttons, 2), [_back(reader, tap)]))


async def _task_due(query: CallbackQuery, tap: ViolationTap, reader: Reader, state: FSMContext, of: Violation) -> None:
    order = await _require_fresh(reader, of, tap.version)
    async with reader.door.desk.db.reading() as tx:
        owner = await people.get(tx, order.owner_id) if order.owner_id is not None else reader.person
    calendar = reader.door.desk.gate.calendars.working(owner)
    due_at = calendar.add_working(reader.words.now, timedelta(hours=_hours(tap.arg)))
    question = reader.words.say("ask-task", name=owner.name, code=order.code, due=reader.words.moment(due_at))
    await ask(state, query, question, "task", code=order.code, due_at=due_at.isoformat())


async def _extend(_query: CallbackQuery, tap: ViolationTap, reader: Reader, _state: FSMContext, of: Violation) -> Card:
    await _require_fresh(reader, of, tap.version)
    buttons = [
        (reader.words.plain("button-extend-by", hours=minutes // 60), _tap(tap, Climb.EXTEND_BY, str(minutes)))
        for minutes in EXTENSIONS
    ]
    return Card(reader.words.say("ask-extend"), keyboard(*columns(buttons, 3), [_back(reader, tap)]))


async def _extend_by(query: CallbackQuery, tap: ViolationTap, reader: Reader, state: FSMContext, of: Violation) -> None:
    order = await _require_fresh(reader, of, tap.version)
    if not may_extend(of.clock_kind):
        raise ConflictError(kind="violation", name=str(of.id), state="not-extendable", allowed=("resolve",))
    question = reader.words.say("ask-extend-reason", hours=number(tap.arg) // 60, code=order.code)
    data = {"code": order.code, "clock": of.clock_kind, "minutes": number(tap.arg), "violation": of.id}
    await ask(state, query, question, "extend", **data)


STEPS: Final[Mapping[Climb, Step]] = {
    Climb.OPEN: _open,
    Climb.ACKNOWLEDGE: _acknowledge,
    Climb.SNOOZE: _snooze,
    Climb.SNOOZE_FOR: _snooze_for,
    Climb.RESOLVE: _resolve,
    Climb.GIVE: _give,
    Climb.GIVE_TO: _give_to,
    Climb.TASK: _task,
    Climb.TASK_DUE: _task_due,
    Climb.EXTEND: _extend,
    Climb.EXTEND_BY: _extend_by,
}


def _hours(option: str) -> int:
    if option not in TASK_HOURS:
        raise InvalidInputError(field="button", value=option, allowed=tuple(TASK_HOURS))
    return TASK_HOURS[option]


def _tap(tap: ViolationTap, do: Climb, arg: str = "") -> ViolationTap:
    return ViolationTap(do=do, violation=tap.violation, version=tap.version, arg=arg)


def _back(reader: Reader, tap: ViolationTap) -> Button:
    return reader.words.plain("button-back"), _tap(tap, Climb.OPEN)


def _order_id(violation: Violation) -> int:
    if violation.order_id is None:
        raise ConflictError(kind="violation", name=str(violation.id), state="no-order", allowed=("resolve",))
    return violation.order_id


async def _require_fresh(reader: Reader, violation: Violation, version: int) -> order_store.Order:
    """The order as the card showed it; raises StaleError when it has moved on since."""
    async with reader.door.desk.db.reading() as tx:
        order = await order_store.get_by_id(tx, _order_id(violation))
    if order.version != version:
        raise StaleError(order=order.code, seen=version, present=order.version)
    return order
