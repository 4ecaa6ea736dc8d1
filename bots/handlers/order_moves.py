"""Taps that move an order: accept, give back, move on, cancel."""

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from bots import cards
from bots.card import Card, columns, keyboard
from bots.reader import Reader, ask, show
from bots.taps import Do, OrderTap
from bots.words import lines
from domain.commands import AcceptOrder, AdvanceOrder, DeclineOrder
from domain.orders import CancelReason, Order, Status
from guardrails.proposals import Waiting


async def accept(_query: CallbackQuery, tap: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> str | None:
    """The owner takes the order up."""
    await reader.perform(AcceptOrder(order=order.code, version=tap.version))
    return reader.words.say("note-accepted")


async def decline(query: CallbackQuery, tap: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> None:
    """Why do you give it back?"""
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


async def decline_for(query: CallbackQuery, tap: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> None:
    """Given back for a reason from the list."""
    reason = reader.words.plain(f"decline-{tap.arg}")
    await reader.perform(DeclineOrder(order=order.code, version=tap.version, reason=reason))
    await show(query, Card(reader.words.say("note-declined", code=order.code, reason=reason)))


async def decline_other(query: CallbackQuery, tap: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """Given back for a reason in own words."""
    await ask(state, query, reader.words.say("ask-decline-reason"), "decline", order=order.code, version=tap.version)


async def move(_query: CallbackQuery, tap: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> str | None:
    """To another status, at once or through a human decision."""
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


async def cancel(query: CallbackQuery, tap: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> None:
    """Why is it cancelled?"""
    buttons = [
        (
            reader.words.plain(f"reason-{reason}"),
            OrderTap(do=Do.CANCEL_FOR, order=order.id, version=tap.version, arg=reason.value),
        )
        for reason in CancelReason
    ]
    back = (reader.words.plain("button-back"), OrderTap(do=Do.OPEN, order=order.id))
    await show(query, Card(reader.words.say("ask-cancel", code=order.code), keyboard(*columns(buttons, 1), [back])))


async def cancel_for(query: CallbackQuery, tap: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """Cancelled for this reason: a note is asked for."""
    await ask(
        state,
        query,
        lines(reader.words.say("ask-cancel-note", reason=reader.words.plain(f"reason-{tap.arg}"))),
        "cancel",
        order=order.code,
        version=tap.version,
        reason=tap.arg,
    )
