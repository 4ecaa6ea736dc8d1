"""Signals' cards: take, put away, resolve or reject with words, give the order to a manager."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from markupsafe import Markup

from bots import standing
from bots.card import About, Button, Card, columns, keyboard
from bots.handlers import giving
from bots.handlers.leaders_words import RESOLVING
from bots.reader import Introduce, Reader, ask
from bots.taps import SignalDo, SignalEnd, SignalTap, number, one_of
from bots.toasts import toast
from domain.commands import CloseCrisis, HoldSignal
from domain.crises import codes_of
from domain.errors import ConflictError
from domain.validation import parse
from store.desk import signals
from store.desk.signals import (
    OPEN,
    Signal,
)

Step = Callable[[CallbackQuery, SignalTap, Reader, FSMContext, Signal], Awaitable[Card | Markup | None]]
"""Returns a menu for the card's place, a note over the fresh card, or None when a question was asked."""
CRISIS_ENDS: Final = (SignalEnd.CALM, SignalEnd.INSIST)
"""What ends a crisis: its metric, or a leader's word."""


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="signals")
    made.callback_query.middleware(Introduce())
    made.callback_query(SignalTap.filter())(on_tap)
    return made


async def on_tap(query: CallbackQuery, callback_data: SignalTap, reader: Reader, state: FSMContext) -> None:
    """One tap on a signal's card; one that comes too late is refused, and the card shows how things stand."""
    tap, about = callback_data, About("signal", callback_data.signal)
    reader.require_leads(tap.do)
    async with reader.door.desk.db.reading() as tx:
        signal = await signals.get(tx, tap.signal)
    if tap.do is SignalDo.OPEN:
        await toast(query)
        if isinstance(query.message, Message):
            await standing.put_up(query.message, reader, about)
        return

    async def taken() -> Card | Markup | None:
        if tap.do is not SignalDo.BACK and not await reader.has_acted():
            _require_open(signal)
        return await STEPS[tap.do](query, tap, reader, state, signal)

    await standing.step(query, reader, about, taken)


def _require_open(signal: Signal) -> None:
    if signal.status not in OPEN:
        raise ConflictError(kind="signal", name=str(signal.id), state=signal.status, allowed=OPEN)


# ── steps ────────────────────────────────────────────────────────────────────────────────────────────────────────────
async def _back_to_card(
    _query: CallbackQuery, _tap: SignalTap, _reader: Reader, _state: FSMContext, _of: Signal
) -> Markup:
    return Markup()


async def _take(_query: CallbackQuery, tap: SignalTap, reader: Reader, _state: FSMContext, _of: Signal) -> Markup:
    await reader.perform(HoldSignal(signal_id=tap.signal, option="taken"))
    return Markup()


async def _snooze(_query: CallbackQuery, tap: SignalTap, reader: Reader, _state: FSMContext, _of: Signal) -> Card:
    options = [option.key for option in reader.door.desk.policy.clocks.snooze]
    buttons = [(reader.words.plain(f"snooze-{key}"), _tap(tap, SignalDo.SNOOZE_FOR, key)) for key in options]
    back: Button = (reader.words.plain("button-back"), _tap(tap, SignalDo.BACK))
    return Card(reader.words.say("ask-snooze"), keyboard(*columns(buttons, 3), [back]))


async def _snooze_for(_query: CallbackQuery, tap: SignalTap, reader: Reader, _state: FSMContext, _of: Signal) -> Markup:
    await reader.perform(parse(HoldSignal, {"signal_id": tap.signal, "option": tap.arg}))
    return Markup()


async def _resolve(query: CallbackQuery, tap: SignalTap, reader: Reader, state: FSMContext, of: Signal) -> Card | None:
    if of.code not in codes_of(reader.door.desk.policy):
        return await _ask_how(query, tap, reader, state, SignalEnd.RESOLVED)
    if tap.arg:
        return await _ask_how(query, tap, reader, state, SignalEnd(one_of(CRISIS_ENDS, tap.arg)))
    ends = [(reader.words.plain(f"button-crisis-{end}"), _tap(tap, SignalDo.RESOLVE, end)) for end in CRISIS_ENDS]
    back: Button = (reader.words.plain("button-back"), _tap(tap, SignalDo.BACK))
    return Card(reader.words.say("ask-crisis-over"), keyboard(*columns(ends, 1), [back]))


async def _confirm(
    query: CallbackQuery, tap: SignalTap, reader: Reader, state: FSMContext, _of: Signal
) -> Markup | None:
    """A leader's word ends the crisis with what they have typed; where that is not kept any more it is asked for."""
    known = await state.get_data()
    if known.get("what") != RESOLVING or known.get("signal") != tap.signal or "said" not in known:
        await _ask_how(query, tap, reader, state, SignalEnd.INSIST)
        return None
    await reader.perform(CloseCrisis(signal_id=tap.signal, resolution=known["said"], insist=True))
    await state.clear()
    return Markup()


async def _reject(query: CallbackQuery, tap: SignalTap, reader: Reader, state: FSMContext, _of: Signal) -> None:
    await _ask_how(query, tap, reader, state, SignalEnd.REJECTED)


async def _ask_how(query: CallbackQuery, tap: SignalTap, reader: Reader, state: FSMContext, how: SignalEnd) -> None:
    words = "ask-reject-signal" if how is SignalEnd.REJECTED else "ask-resolution"
    await ask(state, query, reader.words.say(words), RESOLVING, signal=tap.signal, how=how.value)


async def _give(_query: CallbackQuery, tap: SignalTap, reader: Reader, _state: FSMContext, of: Signal) -> Card:
    return await giving.menu(
        reader,
        _order_id(of),
        number(tap.arg or giving.FIRST),
        give=lambda arg: _tap(tap, SignalDo.GIVE_TO, arg),
        turn=lambda arg: _tap(tap, SignalDo.GIVE, arg),
        back=_tap(tap, SignalDo.BACK),
    )


async def _give_to(_query: CallbackQuery, tap: SignalTap, reader: Reader, _state: FSMContext, of: Signal) -> Markup:
    return await giving.hand_over(reader, _order_id(of), tap.version, tap.arg)


STEPS: Final[Mapping[SignalDo, Step]] = {
    SignalDo.BACK: _back_to_card,
    SignalDo.TAKE: _take,
    SignalDo.SNOOZE: _snooze,
    SignalDo.SNOOZE_FOR: _snooze_for,
    SignalDo.RESOLVE: _resolve,
    SignalDo.CONFIRM: _confirm,
    SignalDo.REJECT: _reject,
    SignalDo.GIVE: _give,
    SignalDo.GIVE_TO: _give_to,
}


def _tap(tap: SignalTap, do: SignalDo, arg: str = "") -> SignalTap:
    return SignalTap(do=do, signal=tap.signal, version=tap.version, arg=arg)


def _order_id(signal: Signal) -> int:
    if signal.order_id is None:
        raise ConflictError(kind="signal", name=str(signal.id), state="no-order", allowed=("resolve",))
    return signal.order_id
