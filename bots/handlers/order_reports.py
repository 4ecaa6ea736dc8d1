"""Taps that say what happened on an order: notes, contacts, the client's decision."""

from typing import Final, Literal

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from bots.card import Card, columns, keyboard
from bots.cards.order_facts import PARTIES
from bots.handlers.follow_ups import planned
from bots.handlers.forms import keeping_list, pose, question, require_fresh, tap
from bots.reader import Reader, show
from bots.taps import Do, OrderTap, choice
from domain.commands import RecordClientDecision, RecordContact
from domain.errors import InvalidInputError
from domain.orders import ClientDecision, Order

MEDIA: Final = ("phone", "chat")


async def note(query: CallbackQuery, _tapped: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """A note is asked for."""
    await pose(state, query, question(reader, order, reader.words.say("ask-note", code=order.code), "note", []))


# ── contacts ─────────────────────────────────────────────────────────────────────────────────────────────────────────
async def seller(_query: CallbackQuery, tapped: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> str:
    """The owner has talked to the seller."""
    return await _contact(reader, tapped, order, "seller")


async def client(_query: CallbackQuery, tapped: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> str:
    """The owner has talked to the client."""
    return await _contact(reader, tapped, order, "client")


async def _contact(reader: Reader, tapped: OrderTap, order: Order, party: Literal["seller", "client"]) -> str:
    await reader.perform(RecordContact(order=order.code, version=tapped.version, party=party))
    return reader.words.say(f"note-contact-{party}")


def media(reader: Reader, order: Order, do: Do) -> list[tuple[str, OrderTap]]:
    """How it took place, for whoever cares to say: buttons under the card that a recorded contact leaves."""
    party = "seller" if do is Do.SELLER else "client"
    return [
        (reader.words.plain(f"button-medium-{medium}"), OrderTap(do=Do.HOW, order=order.id, arg=f"{party}.{medium}"))
        for medium in MEDIA
    ]


async def how(_query: CallbackQuery, tapped: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> str:
    """By phone or in a chat: said of the contact that was just recorded."""
    party, _, medium = tapped.arg.partition(".")
    if party not in PARTIES or medium not in MEDIA:
        raise InvalidInputError(field="medium", value=tapped.arg, allowed=MEDIA)
    await reader.perform(RecordContact(order=order.code, party=party, medium=medium))
    return reader.words.say("note-contact-how", how=reader.words.plain(f"medium-{medium}"))


# ── the client's decision ────────────────────────────────────────────────────────────────────────────────────────────
async def decision(query: CallbackQuery, tapped: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> None:
    """What did the client decide?"""
    require_fresh(tapped, order)
    buttons = [
        (reader.words.plain(f"button-decision-{decision}"), tap(order, Do.DECIDED, decision.value))
        for decision in (ClientDecision.CONFIRMED, ClientDecision.THINKING, ClientDecision.DECLINED)
    ]
    back = (reader.words.plain("button-back"), OrderTap(do=Do.OPEN, order=order.id))
    card = Card(reader.words.say("ask-decision", code=order.code), keyboard(*columns(buttons, 1), [back]))
    await show(query, keeping_list(query, card))


async def decided(
    query: CallbackQuery, tapped: OrderTap, reader: Reader, _state: FSMContext, order: Order
) -> str | None:
    """The client decided this; who thinks leads at once to the plan."""
    decision = choice(ClientDecision, tapped.arg)
    await reader.perform(RecordClientDecision(order=order.code, version=tapped.version, decision=decision))
    said = reader.words.say("note-decision", decision=reader.words.plain(f"decision-{decision}"))
    if decision is not ClientDecision.THINKING:
        return said
    await show(query, keeping_list(query, (await planned(reader, order.id)).under(said)))
    return None
