"""Taps that say what happened on an order: notes, contacts, the client's decision, shipping, blockers."""

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from bots.card import Card, columns, keyboard
from bots.reader import Reader, ask, show
from bots.taps import Do, OrderTap
from domain.commands import CloseBlocker, RecordClientDecision, RecordContact, RecordDelivery
from domain.orders import ClientDecision, Order


async def note(query: CallbackQuery, _tap: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """A note is asked for."""
    await ask(state, query, reader.words.say("ask-note", code=order.code), "note", order=order.code)


async def seller(_query: CallbackQuery, _tap: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> str | None:
    """The owner has talked to the seller."""
    await reader.perform(RecordContact(order=order.code, party="seller"))
    return reader.words.say("note-contact-seller")


async def client(_query: CallbackQuery, _tap: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> str | None:
    """The owner has talked to the client."""
    await reader.perform(RecordContact(order=order.code, party="client"))
    return reader.words.say("note-contact-client")


async def decision(query: CallbackQuery, tap: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> None:
    """What did the client decide?"""
    buttons = [
        (
            reader.words.plain(f"button-decision-{decision}"),
            OrderTap(do=Do.DECIDED, order=order.id, version=tap.version, arg=decision.value),
        )
        for decision in (ClientDecision.CONFIRMED, ClientDecision.THINKING, ClientDecision.DECLINED)
    ]
    back = (reader.words.plain("button-back"), OrderTap(do=Do.OPEN, order=order.id))
    await show(query, Card(reader.words.say("ask-decision", code=order.code), keyboard(*columns(buttons, 1), [back])))


async def decided(_query: CallbackQuery, tap: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> str | None:
    """The client decided this."""
    decision = ClientDecision(tap.arg)
    await reader.perform(RecordClientDecision(order=order.code, version=tap.version, decision=decision))
    return reader.words.say("note-decision", decision=reader.words.plain(f"decision-{decision}"))


async def logistics(query: CallbackQuery, _tap: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """What lacks of carrier, dispatch date and tracking number is asked for."""
    lacking = next((name for name, value in _shipping(order).items() if not value), "carrier")
    await ask(state, query, reader.words.say(f"ask-{lacking}", code=order.code), lacking, order=order.code)


def _shipping(order: Order) -> dict[str, object]:
    return {
        "carrier": order.carrier,
        "dispatch_date": order.dispatch_date,
        "tracking_number": order.tracking_number,
    }


async def delivered(
    _query: CallbackQuery, _tap: OrderTap, reader: Reader, _state: FSMContext, order: Order
) -> str | None:
    """The delivery is confirmed."""
    await reader.perform(RecordDelivery(order=order.code))
    return reader.words.say("note-delivered")


async def blocker(query: CallbackQuery, _tap: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """What stands in the way is asked for."""
    await ask(state, query, reader.words.say("ask-blocker", code=order.code), "blocker", order=order.code)


async def unblock(
    _query: CallbackQuery, tap: OrderTap, reader: Reader, _state: FSMContext, _order: Order
) -> str | None:
    """The blocker is out of the way."""
    await reader.perform(CloseBlocker(blocker_id=int(tap.arg), resolution=reader.words.plain("resolution-unblocked")))
    return reader.words.say("note-unblocked")
