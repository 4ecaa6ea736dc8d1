"""An order's card: accept, decline, contact, decision, logistics, moves, cancellation, blockers."""

from aiogram import Router
from aiogram.filters import Command as Slash
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bots import cards
from bots.card import Card, columns, keyboard
from bots.reader import Introduce, Reader, ask, show
from bots.taps import Do, OrderTap
from bots.words import lines
from domain.commands import (
    AcceptOrder,
    AdvanceOrder,
    CloseBlocker,
    DeclineOrder,
    RecordClientDecision,
    RecordContact,
    RecordDelivery,
)
from domain.errors import InvalidInputError
from domain.orders import CancelReason, ClientDecision, Order, Status
from guardrails.order_card import order_card
from guardrails.proposals import Waiting
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
    _require_view(reader, order)
    return order


def _require_view(reader: Reader, order: Order) -> None:
    reader.require_sees(order.owner_id)


# Each handler returns a note to put over the fresh card ("" for none), or None when it has answered by itself.
async def _open(
    _query: CallbackQuery, _tap: OrderTap, _reader: Reader, _state: FSMContext, _order: Order
) -> str | None:
    return ""


async def _accept(_query: CallbackQuery, tap: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> str | None:
    await reader.perform(AcceptOrder(order=order.code, version=tap.version))
    return reader.words.say("note-accepted")


async def _decline(query: CallbackQuery, tap: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> None:
    buttons = [
        (
            reader.words.plain(f"decline-{reason}"),
            OrderTap(do=Do.DECLINE_FOR, order=order.id, version=tap.version, arg=reason),
        )
        for reason in cards.DECLINE_REASONS
    ]
    other = (
        reader.words.plain("decline-other"),
        OrderTap(do=Do.DECLINE_OTHER, order=order.id, version=tap.version),
    )
    back = (reader.words.plain("button-back"), OrderTap(do=Do.OPEN, order=order.id))
    await show(
        query, Card(reader.words.say("ask-decline", code=order.code), keyboard(*columns(buttons, 1), [other], [back]))
    )


async def _decline_for(query: CallbackQuery, tap: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> None:
    reason = reader.words.plain(f"decline-{tap.arg}")
    await reader.perform(DeclineOrder(order=order.code, version=tap.version, reason=reason))
    await show(query, Card(reader.words.say("note-declined", code=order.code, reason=reason)))


async def _decline_other(query: CallbackQuery, tap: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    await ask(state, query, reader.words.say("ask-decline-reason"), "decline", order=order.code, version=tap.version)


async def _note(query: CallbackQuery, _tap: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    await ask(state, query, reader.words.say("ask-note", code=order.code), "note", order=order.code)


async def _seller(
    _query: CallbackQuery, _tap: OrderTap, reader: Reader, _state: FSMContext, order: Order
) -> str | None:
    await reader.perform(RecordContact(order=order.code, party="seller"))
    return reader.words.say("note-contact-seller")


async def _client(
    _query: CallbackQuery, _tap: OrderTap, reader: Reader, _state: FSMContext, order: Order
) -> str | None:
    await reader.perform(RecordContact(order=order.code, party="client"))
    return reader.words.say("note-contact-client")


async def _decision(query: CallbackQuery, tap: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> None:
    buttons = [
        (
            reader.words.plain(f"button-decision-{decision}"),
            OrderTap(do=Do.DECIDED, order=order.id, version=tap.version, arg=decision.value),
        )
        for decision in (ClientDecision.CONFIRMED, ClientDecision.THINKING, ClientDecision.DECLINED)
    ]
    back = (reader.words.plain("button-back"), OrderTap(do=Do.OPEN, order=order.id))
    await show(query, Card(reader.words.say("ask-decision", code=order.code), keyboard(*columns(buttons, 1), [back])))


async def _decided(
    _query: CallbackQuery, tap: OrderTap, reader: Reader, _state: FSMContext, order: Order
) -> str | None:
    decision = ClientDecision(tap.arg)
    await reader.perform(RecordClientDecision(order=order.code, version=tap.version, decision=decision))
    return reader.words.say("note-decision", decision=reader.words.plain(f"decision-{decision}"))


async def _logistics(query: CallbackQuery, _tap: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    lacking = next((name for name, value in _shipping(order).items() if not value), "carrier")
    await ask(state, query, reader.words.say(f"ask-{lacking}", code=order.code), lacking, order=order.code)


def _shipping(order: Order) -> dict[str, object]:
    return {
        "carrier": order.carrier,
        "dispatch_date": order.dispatch_date,
        "tracking_number": order.tracking_number,
    }


async def _delivered(
    _query: CallbackQuery, _tap: OrderTap, reader: Reader, _state: FSMContext, order: Order
) -> str | None:
    await reader.perform(RecordDelivery(order=order.code))
    return reader.words.say("note-delivered")


async def _move(_query: CallbackQuery, tap: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> str | None:
    to = Status(tap.arg)
    reason = reader.words.plain("reason-rework") if to is Status.UNDER_INSPECTION else ""
    done = await reader.perform(AdvanceOrder(order=order.code, version=tap.version, to=to, reason=reason))
    if isinstance(done, Waiting):
        return waiting(reader, done)
    return reader.words.say("note-moved", status=reader.words.plain(f"status-{to}"))


def waiting(reader: Reader, done: Waiting) -> str:
    """Whom a request waits for, and until when."""
    voters = ", ".join(reader.words.plain(f"role-{role}") for role in sorted(done.voters))
    return reader.words.say(
        "note-waiting",
        id=done.approval_id,
        voters=voters,
        quorum=done.quorum,
        until=reader.words.moment(done.expires_at),
    )


async def _cancel(query: CallbackQuery, tap: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> None:
    buttons = [
        (
            reader.words.plain(f"reason-{reason}"),
            OrderTap(do=Do.CANCEL_FOR, order=order.id, version=tap.version, arg=reason.value),
        )
        for reason in CancelReason
    ]
    back = (reader.words.plain("button-back"), OrderTap(do=Do.OPEN, order=order.id))
    await show(query, Card(reader.words.say("ask-cancel", code=order.code), keyboard(*columns(buttons, 1), [back])))


async def _cancel_for(query: CallbackQuery, tap: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    await ask(
        state,
        query,
        lines(reader.words.say("ask-cancel-note", reason=reader.words.plain(f"reason-{tap.arg}"))),
        "cancel",
        order=order.code,
        version=tap.version,
        reason=tap.arg,
    )


async def _blocker(query: CallbackQuery, _tap: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    await ask(state, query, reader.words.say("ask-blocker", code=order.code), "blocker", order=order.code)


async def _unblock(
    _query: CallbackQuery, tap: OrderTap, reader: Reader, _state: FSMContext, _order: Order
) -> str | None:
    await reader.perform(CloseBlocker(blocker_id=int(tap.arg), resolution=reader.words.plain("resolution-unblocked")))
    return reader.words.say("note-unblocked")


TAPS = {
    Do.OPEN: _open,
    Do.ACCEPT: _accept,
    Do.DECLINE: _decline,
    Do.DECLINE_FOR: _decline_for,
    Do.DECLINE_OTHER: _decline_other,
    Do.NOTE: _note,
    Do.SELLER: _seller,
    Do.CLIENT: _client,
    Do.DECISION: _decision,
    Do.DECIDED: _decided,
    Do.LOGISTICS: _logistics,
    Do.DELIVERED: _delivered,
    Do.MOVE: _move,
    Do.CANCEL: _cancel,
    Do.CANCEL_FOR: _cancel_for,
    Do.BLOCKER: _blocker,
    Do.UNBLOCK: _unblock,
}
