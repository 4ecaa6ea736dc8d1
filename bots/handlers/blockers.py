"""What stands in an order's way, step by step: what it is, who removes it, until when; and removed with one tap."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from bots import typed
from bots.handlers.forms import Question, gathered, pose, pose_here, question, require_fresh, tap
from bots.handlers.targets import full
from bots.reader import Reader
from bots.taps import Do, OrderTap, number
from domain.commands import CloseBlocker, OpenBlocker
from domain.errors import InvalidInputError, StaleError
from domain.orders import Order
from domain.people import Role
from store import people

WHY: Final = "blocker"
WHO: Final = "blocker_who"
DUE: Final = "blocker_due"
REASONS: Final = ("seller_silent", "client_silent", "no_documents", "carrier_refused", "price_changed", "our_side")
"""What stands in the way, mostly; anything else is typed."""
AWAITED: Final = ("seller", "client", "carrier")
"""Outsiders who have to move; the one who chases them is the manager."""
MYSELF: Final = "me"
COLLEAGUES: Final = 80
"""So many are offered, leaders first: Telegram takes 100 buttons a message."""
EVENING: Final = time(19)
NOON: Final = time(12)
SHORT: Final = timedelta(hours=4)


async def blocker(query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """What stands in the way?"""
    require_fresh(tapped, order)
    await pose(state, query, _why(reader, order))


def _why(reader: Reader, order: Order) -> Question:
    choices = [(reader.words.plain(f"blocker-{reason}"), tap(order, Do.BLOCK_WHY, reason)) for reason in REASONS]
    return question(reader, order, reader.words.say("ask-blocker-why", code=order.code), WHY, choices)


async def why(query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """A common reason; without one the question is asked again."""
    require_fresh(tapped, order)
    if tapped.arg not in REASONS:
        await pose_here(state, query, _why(reader, order))
        return
    await pose_here(state, query, await _who(reader, order, reader.words.plain(f"blocker-{tapped.arg}")))


async def why_said(reader: Reader, data: Mapping[str, Any], words: str) -> Question:
    """The reason in own words."""
    order = (await full(reader, str(data["order"]))).order
    return await _who(reader, order, typed.filled(words, "text", 400))


async def _who(reader: Reader, order: Order, text: str) -> Question:
    async with reader.door.desk.db.reading() as tx:
        staff = await people.with_roles(tx, [role for role in Role if role is not Role.VIEWER])
    outside = [(reader.words.plain(f"blocker-who-{who}"), tap(order, Do.BLOCK_WHO, who)) for who in (MYSELF, *AWAITED)]
    near = sorted(staff, key=lambda each: (each.role is Role.MANAGER, each.id != order.owner_id, each.name))
    others = [each for each in near if each.id != reader.person.id][:COLLEAGUES]
    inside = [(each.name, tap(order, Do.BLOCK_WHO, str(each.id))) for each in others]
    asked = reader.words.say("ask-blocker-who", text=text)
    back = tap(order, Do.BLOCK_WHY)
    return question(reader, order, asked, WHO, [*outside, *inside], wide=2, back=back, trouble=text)


async def who(query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """Who removes it, by the button."""
    require_fresh(tapped, order)
    known = await _known(state, order, tapped, WHO, DUE)
    text, owner = str(known["trouble"]), None
    if tapped.arg in AWAITED:
        text = reader.words.plain(f"blocker-awaits-{tapped.arg}", text=text)
    elif tapped.arg != MYSELF:
        owner = number(tapped.arg)
    await pose_here(state, query, _due(reader, order, text, owner, known["trouble"]))


async def who_said(_reader: Reader, _data: Mapping[str, Any], words: str) -> Question:
    """Nobody is named by words: two people may have one name."""
    raise InvalidInputError(field="blocker_owner", value=words[:40], allowed=("a button",))


def _due(reader: Reader, order: Order, text: str, owner: int | None, trouble: object) -> Question:
    choices = [
        (reader.words.plain("button-until", name=name, due=reader.words.moment(at)), tap(order, Do.BLOCK_DUE, name))
        for name, at in _deadlines(reader).items()
        if at > reader.words.now
    ]
    asked = reader.words.say("ask-blocker-due", text=text)
    return question(reader, order, asked, DUE, choices, owner=owner, why=text, trouble=trouble)


def _deadlines(reader: Reader) -> Mapping[str, datetime]:
    """Offered deadlines: four hours, this evening, tomorrow noon; the reader's own clock."""
    local = reader.words.now.astimezone(reader.words.zone)
    tomorrow = local.date() + timedelta(days=1)
    return {
        "hours": reader.words.now + SHORT,
        "evening": datetime.combine(local.date(), EVENING, reader.words.zone),
        "tomorrow": datetime.combine(tomorrow, NOON, reader.words.zone),
    }


async def due(_query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order) -> str:
    """The deadline by its button: the blocker is there."""
    known = await _known(state, order, tapped, DUE)
    offered = _deadlines(reader)
    if tapped.arg not in offered:
        raise InvalidInputError(field="deadline", value=tapped.arg, allowed=tuple(offered))
    return await _open(reader, known, offered[tapped.arg])


async def due_said(reader: Reader, data: Mapping[str, Any], words: str) -> str:
    """The deadline in words."""
    at = typed.moment(words, now=reader.words.now, zone=reader.words.zone)
    return await _open(reader, data, at)


async def _open(reader: Reader, known: Mapping[str, Any], due_at: datetime) -> str:
    command = OpenBlocker(
        order=known["order"], version=known["version"], text=known["why"], owner_id=known["owner"], due_at=due_at
    )
    await reader.perform(command)
    return reader.words.say("note-blocked", due=reader.words.due(due_at))


async def _known(state: FSMContext, order: Order, tapped: OrderTap, *asked: str) -> Mapping[str, Any]:
    """What the questions before have gathered; raises `StaleError` where they are not open any more."""
    for what in asked:
        known = await gathered(state, what, order)
        if known is not None:
            return known
    raise StaleError(order=order.code, seen=tapped.version, present=order.version)


async def unblock(_query: CallbackQuery, tapped: OrderTap, reader: Reader, _state: FSMContext, _order: Order) -> str:
    """The blocker is out of the way; how it went may be told as a note."""
    await reader.perform(
        CloseBlocker(blocker_id=number(tapped.arg), resolution=reader.words.plain("resolution-unblocked"))
    )
    return reader.words.say("note-unblocked-words")
