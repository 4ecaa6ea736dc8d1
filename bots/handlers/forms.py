"""Questions asked step by step, tapped or typed, with a way back and a way out; what is asked survives restarts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from markupsafe import Markup

from bots.card import Button, Card, Row, columns, keyboard
from bots.questions import Asked, is_whole
from bots.reader import Reader, show
from bots.taps import Do, MineTap, OrderTap
from bots.toasts import toast
from domain.errors import StaleError
from domain.orders import Order


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, under which name the answer in words is taken, and what is known so far."""

    card: Card
    what: str
    data: Mapping[str, Any]


def question(
    reader: Reader,
    order: Order,
    text: Markup,
    what: str,
    choices: Sequence[Button],
    *,
    back: OrderTap | None = None,
    wide: int = 1,
    more: Row = (),
    **data: Any,
) -> Question:
    """A question about an order with its buttons in `wide` columns; `back` leads to the question before."""
    leave = [(reader.words.plain("button-leave"), OrderTap(do=Do.OPEN, order=order.id))]
    if back is not None:
        leave.insert(0, (reader.words.plain("button-back"), back))
    card = Card(text, keyboard(*columns(choices, wide), more, leave))
    return Question(card, what, {"order": order.code, "version": order.version, **data})


def tap(order: Order, do: Do, arg: str = "") -> OrderTap:
    """A button of the order as it is now."""
    return OrderTap(do=do, order=order.id, version=order.version, arg=arg)


async def pose(state: FSMContext, query: CallbackQuery, asked: Question) -> None:
    """Ask in a message of its own, below everything else; the card stays."""
    await remember(state, asked)
    await toast(query)
    if query.message is not None:
        await query.message.answer(asked.card.text, reply_markup=asked.card.keyboard)


async def pose_here(state: FSMContext, query: CallbackQuery, asked: Question) -> None:
    """Ask in the place of the question before."""
    await remember(state, asked)
    await show(query, asked.card)


async def remember(state: FSMContext, asked: Question) -> None:
    """The next words are the answer."""
    await state.set_state(Asked.words)
    await state.set_data({"what": asked.what, **asked.data})


async def gathered(state: FSMContext, what: str, order: Order) -> Mapping[str, Any] | None:
    """What the open question knows so far; None where another question, or none, is open."""
    data = await state.get_data()
    return data if data.get("what") == what and data.get("order") == order.code and is_whole(data) else None


def require_fresh(tapped: OrderTap, order: Order) -> None:
    """Raises `StaleError` for a tap on a card that has been overtaken."""
    if tapped.version != order.version:
        raise StaleError(order=order.code, seen=tapped.version, present=order.version)


def keeping_list(query: CallbackQuery, card: Card) -> Card:
    """The card with the way back to the list, where the message in whose place it comes had one: its last row alone."""
    if not isinstance(query.message, Message) or query.message.reply_markup is None:
        return card
    if not query.message.reply_markup.inline_keyboard:
        return card
    *_, last = query.message.reply_markup.inline_keyboard
    if len(last) != 1 or not (last[0].callback_data or "").startswith(f"{MineTap.__prefix__}:"):
        return card
    rows = [] if card.keyboard is None else card.keyboard.inline_keyboard
    return replace(card, keyboard=InlineKeyboardMarkup(inline_keyboard=[*rows, last]))
