"""A client's claim after the delivery: raised by the manager, settled by a leader."""

from collections.abc import Mapping
from typing import Any, Final

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from bots.handlers.forms import pose, question, require_fresh
from bots.reader import Reader
from bots.taps import OrderTap
from bots.typed import filled
from domain.commands import CloseClaim, OpenClaim
from domain.orders import Order

RAISED: Final = "claim"
SETTLED: Final = "claim_end"


async def claim(query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """What is the client unhappy with?"""
    require_fresh(tapped, order)
    await pose(state, query, question(reader, order, reader.words.say("ask-claim", code=order.code), RAISED, []))


async def claim_said(reader: Reader, data: Mapping[str, Any], words: str) -> str:
    """The claim is open."""
    await reader.perform(OpenClaim(order=data["order"], version=data["version"], text=filled(words, "text")))
    return reader.words.say("note-claim")


async def claim_end(query: CallbackQuery, tapped: OrderTap, reader: Reader, state: FSMContext, order: Order) -> None:
    """How did it end?"""
    require_fresh(tapped, order)
    await pose(state, query, question(reader, order, reader.words.say("ask-claim-end", code=order.code), SETTLED, []))


async def claim_end_said(reader: Reader, data: Mapping[str, Any], words: str) -> str:
    """The claim is settled."""
    done = CloseClaim(order=data["order"], version=data["version"], resolution=filled(words, "resolution", least=3))
    await reader.perform(done)
    return reader.words.say("note-claim-end")
