"""My orders: /mine and /orders, paged; an order opens in the list's place, with the way back to the same page."""

from datetime import timedelta
from typing import Final

from aiogram import Router
from aiogram.filters import Command as Slash
from aiogram.types import CallbackQuery, Message

from bots.card import Card
from bots.cards.mine import PAGE, my_orders
from bots.reader import Introduce, Reader, show
from bots.taps import Mine, MineTap
from domain.next_step import OTHERS_TURN
from store.views import my_orders as orders
from store.views.my_orders import MyOrders

SOON: Final = timedelta(hours=2)
"""What is due so soon presses."""


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="mine")
    made.callback_query.middleware(Introduce())
    made.message.middleware(Introduce())
    made.message(Slash("mine", "orders"))(on_command)
    made.callback_query(MineTap.filter())(on_tap)
    return made


async def on_command(message: Message, reader: Reader) -> None:
    """`/mine`: the first page of all."""
    card = await listed(reader, MineTap())
    await message.answer(card.text, reply_markup=card.keyboard)


async def on_tap(query: CallbackQuery, callback_data: MineTap, reader: Reader) -> None:
    """Another page, another choice, or back from an order."""
    await show(query, await listed(reader, callback_data))


async def listed(reader: Reader, at: MineTap) -> Card:
    """The page; the last one where there are fewer pages by now."""
    which = _which(reader, at.which)
    async with reader.door.desk.db.reading() as tx:
        total = await orders.count(tx, which)
        last = max(0, -(-total // PAGE) - 1)
        at = at.model_copy(update={"page": min(max(at.page, 0), last)})
        found = await orders.page(tx, which, skipped=at.page * PAGE, limit=PAGE)
    return my_orders(reader.words, found, total, at)


def _which(reader: Reader, which: Mine) -> MyOrders:
    return MyOrders(
        owner_id=reader.person.id,
        due_before=reader.words.now + SOON if which is Mine.PRESSING else None,
        steps_but=frozenset(step.value for step in OTHERS_TURN) if which is Mine.MY_TURN else frozenset(),
    )
