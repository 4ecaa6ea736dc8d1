"""An order on the phone: its card, and which tap is whose."""

from aiogram import Router
from aiogram.filters import Command as Slash
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bots import cards
from bots.card import Card
from bots.cards.mine import back_to_list
from bots.handlers import (
    blockers,
    cancelling,
    claims,
    follow_ups,
    order_moves,
    order_next,
    order_reports,
    payments,
    shipping,
)
from bots.handlers.forms import keeping_list
from bots.reader import Introduce, Reader, show
from bots.taps import Do, OrderTap
from bots.toasts import toast
from bots.words import lines
from domain.errors import (
    ConflictError,
    EvidenceMissingError,
    ForbiddenError,
    InvalidInputError,
    StaleError,
    TransitionRefusedError,
)
from domain.orders import Order
from domain.people import LEADERS
from guardrails.order_card import order_card
from store.desk import orders as order_store


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
    """One tap on an order's card; a refused one shows the order as it is now."""
    order = await _seen(reader, callback_data.order)
    try:
        note = await TAPS[callback_data.do](query, callback_data, reader, state, order)
    except OVERTAKEN as error:
        refused = reader.words.refusal(error)
        card = (await card_of(reader, order.code)).under(refused)
        await show(query, keeping_list(query, card), alert=refused)
        return
    if note is None:
        return
    moved = callback_data.do in MOVES and order.owner_id == reader.person.id
    if moved:
        note = lines(note, "", await order_next.steps_note(reader, order.code))
    told = moved or callback_data.do is Do.NEXT
    card = (await card_of(reader, order.code, ahead=not told)).under(note or None)
    if callback_data.do in CONTACTS:
        card = card.above(order_reports.media(reader, order, callback_data.do))
    back = back_to_list(reader.words, callback_data)
    await show(query, keeping_list(query, card) if back is None else card.over([back]))


async def card_of(reader: Reader, code: str, *, ahead: bool = True) -> Card:
    """The order's card as it stands, for somebody who may see it."""
    policy = reader.door.desk.policy
    async with reader.door.desk.db.reading() as tx:
        full = await order_card(tx, code, policy)
    _require_view(reader, full.order)
    return cards.order_view(reader.words, full, policy, leads=reader.person.role in LEADERS, ahead=ahead)


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
    await toast(query)
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
    Do.LOGISTICS: shipping.logistics,
    Do.DELIVERED: shipping.delivered,
    Do.MOVE: order_moves.move,
    Do.MOVE_NOW: order_moves.move_now,
    Do.REWORK: order_moves.rework,
    Do.CANCEL: cancelling.cancel,
    Do.CANCEL_FOR: cancelling.cancel_for,
    Do.CANCEL_PLAIN: cancelling.cancel_plain,
    Do.CANCEL_NOW: cancelling.cancel_now,
    Do.SHIP: shipping.ship,
    Do.ARRIVED: shipping.arrived,
    Do.HOW: order_reports.how,
    Do.PAID: payments.paid,
    Do.PAID_ALL: payments.paid_all,
    Do.PAID_PLAIN: payments.paid_plain,
    Do.PAID_NOW: payments.paid_now,
    Do.CLAIM: claims.claim,
    Do.CLAIM_END: claims.claim_end,
    Do.BLOCKER: blockers.blocker,
    Do.BLOCK_WHY: blockers.why,
    Do.BLOCK_WHO: blockers.who,
    Do.BLOCK_DUE: blockers.due,
    Do.UNBLOCK: blockers.unblock,
    Do.PLAN: follow_ups.plan,
    Do.DRAFT: follow_ups.draft,
    Do.SENT: follow_ups.sent,
    Do.NEXT: order_next.what_next,
}
MOVES = frozenset({Do.ACCEPT, Do.MOVE_NOW})
"""After these the owner is told at once what comes next."""
CONTACTS = frozenset({Do.SELLER, Do.CLIENT})
OVERTAKEN = (StaleError, ConflictError, TransitionRefusedError, EvidenceMissingError)
"""Refusals that the present state explains: it is shown with them."""
