"""An order on the phone: its card, and which tap is whose."""

from aiogram import Router
from aiogram.filters import Command as Slash
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bots import cards
from bots.card import Card
from bots.handlers import order_moves, order_next, order_reports
from bots.reader import Introduce, Reader, show
from bots.taps import Do, OrderTap
from bots.words import lines
from domain.errors import ForbiddenError, InvalidInputError
from domain.orders import Order
from guardrails.order_card import order_card
from store import orders as order_store


def router() -> Router:
    """The router of this purpose."""
    made = Router(name="orders")
    made.callback_query.middleware(Introduce())
    made.message.middleware(Introduce())
    made.callback_query(OrderTap.filter())(on_tap)
    made.message(Slash("order"))(on_command)
    return made


async def on_command(message: Message, command: CommandObject, reader: Reader) -> None:
    """`/order 1042`: the order's card."""
    code = (command.args or "").strip().lstrip("№#")
    if not code:
        raise InvalidInputError(field="order", value="", allowed=("/order 1042",))
    card = await card_of(reader, code)
    await message.answer(card.text, reply_markup=card.keyboard)


async def on_tap(query: CallbackQuery, callback_data: OrderTap, reader: Reader, state: FSMContext) -> None:
    """One tap on an order's card."""
    order = await _seen(reader, callback_data.order)
    handler = TAPS[callback_data.do]
    note = await handler(query, callback_data, reader, state, order)
    if note is not None and callback_data.do in MOVES and order.owner_id == reader.person.id:
        note = lines(note, "", await order_next.steps_note(reader, order.code))
    if note is not None:
        await show(query, (await card_of(reader, order.code)).under(note or None))


async def card_of(reader: Reader, code: str) -> Card:
    """The order's card as it stands, for somebody who may see it."""
    async with reader.door.desk.db.reading() as tx:
        full = await order_card(tx, code, reader.door.desk.policy)
    _require_view(reader, full.order)
    return cards.order_view(reader.words, full)


async def _seen(reader: Reader, order_id: int) -> Order:
    async with reader.door.desk.db.reading() as tx:
        order = await order_store.get_by_id(tx, order_id)
    try:
        _require_view(reader, order)
    except ForbiddenError:
        if not await reader.has_acted():  # the tap itself may have given the order away
            raise
    return order


def _require_view(reader: Reader, order: Order) -> None:
    reader.require_sees(order.owner_id)


# Each of these returns a note to put over the fresh card ("" for none), or None when it has answered by itself.
async def _open(
    _query: CallbackQuery, _tap: OrderTap, _reader: Reader, _state: FSMContext, _order: Order
) -> str | None:
    return ""


async def _show(query: CallbackQuery, _tap: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> None:
    """As a message of its own: the card with the button stays."""
    await query.answer()
    if query.message is not None:
        card = await card_of(reader, order.code)
        await query.message.answer(card.text, reply_markup=card.keyboard)


TAPS = {
    Do.OPEN: _open,
    Do.SHOW: _show,
    Do.ACCEPT: order_moves.accept,
    Do.DECLINE: order_moves.decline,
    Do.DECLINE_FOR: order_moves.decline_for,
    Do.DECLINE_OTHER: order_moves.decline_other,
    Do.NOTE: order_reports.note,
    Do.SELLER: order_reports.seller,
    Do.CLIENT: order_reports.client,
    Do.DECISION: order_reports.decision,
    Do.DECIDED: order_reports.decided,
    Do.LOGISTICS: order_reports.logistics,
    Do.DELIVERED: order_reports.delivered,
    Do.MOVE: order_moves.move,
    Do.CANCEL: order_moves.cancel,
    Do.CANCEL_FOR: order_moves.cancel_for,
    Do.BLOCKER: order_reports.blocker,
    Do.UNBLOCK: order_reports.unblock,
    Do.NEXT: order_next.what_next,
}
MOVES = frozenset({Do.ACCEPT, Do.MOVE})
"""After these the owner is told at once what comes next."""
