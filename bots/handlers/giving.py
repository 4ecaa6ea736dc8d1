"""The menu of managers to whom an order can be given: loads, shifts, the best first, and why not the others."""

from collections.abc import Callable
from typing import Final

from aiogram.filters.callback_data import CallbackData
from markupsafe import Markup

from bots.card import Button, Card, columns, keyboard
from bots.cards.pages import turning
from bots.handlers.waits import waits_for
from bots.reader import Reader
from bots.taps import number
from bots.words import Words, lines
from domain.commands import AssignOrder, ReassignOrder
from domain.orders import Order
from domain.people import Role
from guardrails.approval.proposals import Waiting
from guardrails.giving import Barrier, Taker, takers
from store import people
from store.desk import orders

PAGE: Final = 8
ANYBODY: Final = "0"
FIRST: Final = "0"
Tap = Callable[[str], CallbackData]
"""Makes the button's data from its argument."""


async def menu(reader: Reader, order_id: int, page: int, *, give: Tap, turn: Tap, back: CallbackData) -> Card:
    """One page of managers: those who can take the order are buttons, the others stand in the text with the reason."""
    async with reader.door.desk.db.reading() as tx:
        order = await orders.get_by_id(tx, order_id)
        found = await takers(tx, reader.door.desk.gate, order, now=reader.words.now)
    words = reader.words
    fit = [taker for taker in found if taker.barrier is None]
    shown = fit[page * PAGE : (page + 1) * PAGE]
    unfit = [taker for taker in found if taker.barrier is not None and taker.barrier is not Barrier.OWNS]
    text = lines(
        words.say("give-title", code=order.code, bike=order.bike),
        words.say("give-nobody") if not fit else None,
        *(["", words.say("give-unfit"), *(_unfit(words, taker) for taker in unfit[:PAGE])] if unfit else []),
    )
    buttons: list[Button] = [(_label(words, taker), give(str(taker.id))) for taker in shown]
    best: list[Button] = [(words.plain("button-least-loaded"), give(ANYBODY))] if fit else []
    return Card(
        text,
        keyboard(
            best,
            *columns(buttons, 1),
            turning(page, PAGE, len(fit), lambda to: turn(str(to))),
            [(words.plain("button-back"), back)],
        ),
    )


def _label(words: Words, taker: Taker) -> str:
    shift = "on" if taker.on_shift else "off"
    opens = words.moment(taker.opens_at) if taker.opens_at else "—"
    return words.plain(
        "give-manager",
        best="yes" if taker.best else "no",
        name=taker.name,
        load=taker.load,
        capacity=taker.capacity,
        shift=shift,
        opens=opens,
    )


def _unfit(words: Words, taker: Taker) -> Markup:
    barrier = words.plain(f"barrier-{taker.barrier}")
    return words.say("give-unfit-line", name=taker.name, why=barrier, load=taker.load, capacity=taker.capacity)


async def hand_over(reader: Reader, order_id: int, version: int, manager_id: str) -> Markup:
    """Give the order to this manager, or to the one whom the rules choose; what is to be told of it."""
    async with reader.door.desk.db.reading() as tx:
        order = await orders.get_by_id(tx, order_id)
        owner = None if order.owner_id is None else await people.get(tx, order.owner_id)
    to = None if manager_id == ANYBODY else number(manager_id)
    managed = owner is not None and owner.role is Role.MANAGER
    done = await reader.perform(_command(order, version, to, reader.words.plain("reason-escalation"), managed=managed))
    if isinstance(done, Waiting):  # one of many given away lately: a mass change
        return await waits_for(reader, done)
    async with reader.door.desk.db.reading() as tx:
        taken = await people.get(tx, int(done.result["to"]))
    return reader.words.say("note-given", code=order.code, name=taken.name, by=reader.person.name)


def _command(order: Order, version: int, to: int | None, reason: str, *, managed: bool) -> AssignOrder | ReassignOrder:
    """An order that no manager has is assigned, one of a manager's changes hands."""
    if managed:
        return ReassignOrder(order=order.code, version=version, manager_id=to, reason=reason)
    return AssignOrder(order=order.code, version=version, manager_id=to, reason=reason)
