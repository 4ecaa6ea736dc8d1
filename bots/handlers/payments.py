"""The client says that they have paid: how much, under which number; people with money rights confirm it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from bots import typed
from bots.card import Card, keyboard
from bots.handlers.forms import Question, gathered, pose, pose_here, question, require_fresh, tap
from bots.handlers.targets import full
from bots.handlers.waits import waits_for
from bots.reader import Reader
from bots.taps import Do, OrderTap
from bots.words import lines
from domain.commands import ConfirmPayment
from domain.errors import StaleError
from domain.orders import Order
from guardrails.approval.proposals import Waiting
from guardrails.order_card import OrderCard

SUM: Final = "paid_sum"
NUMBER: Final = "paid_number"
SUMMARY: Final = "paid_summary"


async def paid(query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """How much does the client say to have paid?"""
    require_fresh(tapped, order)
    await pose(state, query, _sum_asked(reader, await full(reader, order.code)))


def _sum_asked(reader: Reader, card: OrderCard) -> Question:
    left, order = _left(card), card.order
    all_of_it = (
        [(reader.words.plain("button-paid-all", amount=reader.words.money(left)), tap(order, Do.PAID_ALL))]
        if left is not None
        else []
    )
    return question(reader, order, reader.words.say("ask-paid-sum", code=order.code), SUM, all_of_it)


def _left(card: OrderCard) -> Decimal | None:
    """What the client still owes, EUR; None where no tariff tells it, or nothing is left."""
    left = None if card.client_total_eur is None else card.client_total_eur - card.order.paid_eur
    return left if left is not None and left > 0 else None


async def paid_all(query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """All that was left, by the button."""
    require_fresh(tapped, order)
    left = _left(await full(reader, order.code))
    if left is None:
        raise StaleError(order=order.code, seen=tapped.version, present=order.version)
    await pose_here(state, query, _number_asked(reader, order, left))


async def sum_said(reader: Reader, data: Mapping[str, Any], words: str) -> Question:
    """The sum in words."""
    order = (await full(reader, str(data["order"]))).order
    return _number_asked(reader, order, typed.amount(words))


def _number_asked(reader: Reader, order: Order, amount: Decimal) -> Question:
    text = reader.words.say("ask-paid-number", amount=reader.words.money(amount))
    none = [(reader.words.plain("button-paid-plain"), tap(order, Do.PAID_PLAIN))]
    return question(reader, order, text, NUMBER, none, back=tap(order, Do.PAID), amount=str(amount))


async def paid_plain(query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """The client has no number: the order's own and the moment stand for it."""
    require_fresh(tapped, order)
    known = await gathered(state, NUMBER, order)
    if known is None:
        raise StaleError(order=order.code, seen=tapped.version, present=order.version)
    number = f"{order.code}-{reader.words.now.astimezone(reader.words.zone):%d%m%y-%H%M}"
    await pose_here(state, query, _summary(reader, order, Decimal(str(known["amount"])), number))


async def number_said(reader: Reader, data: Mapping[str, Any], words: str) -> Question:
    """The number in words: the summary."""
    order = (await full(reader, str(data["order"]))).order
    return _summary(reader, order, Decimal(str(data["amount"])), typed.filled(words, "reference", 100))


def _summary(reader: Reader, order: Order, amount: Decimal, number: str) -> Question:
    words = reader.words
    text = lines(
        words.say("paid-title", code=order.code, amount=words.money(amount)),
        words.say("paid-number", number=number),
        words.say("paid-human"),
    )
    buttons = keyboard(
        [(words.plain("button-paid-now"), tap(order, Do.PAID_NOW))],
        [
            (words.plain("button-back"), tap(order, Do.PAID)),
            (words.plain("button-leave"), OrderTap(do=Do.OPEN, order=order.id)),
        ],
    )
    data = {"order": order.code, "version": order.version, "amount": str(amount), "number": number}
    return Question(Card(text, buttons), SUMMARY, data)


async def paid_now(
    _query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order
) -> str | None:
    """Confirmed by the manager: people are asked."""
    known = await gathered(state, SUMMARY, order)
    if known is None:
        raise StaleError(order=order.code, seen=tapped.version, present=order.version)
    command = ConfirmPayment(
        order=order.code,
        version=tapped.version,
        amount_eur=Decimal(str(known["amount"])),
        reference=str(known["number"]),
    )
    done = await reader.perform(command)
    await state.clear()
    assert isinstance(done, Waiting), "money is confirmed by people only"
    return await waits_for(reader, done)
