"""The button «Что дальше?»: the next steps over the card at once; a model's better text comes as a message."""

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery
from markupsafe import Markup, escape

from bots.reader import Reader
from bots.taps import OrderTap
from domain.orders import Order
from domain.people import Channel
from guardrails.next_steps import next_steps


async def what_next(_query: CallbackQuery, _tap: OrderTap, reader: Reader, _state: FSMContext, order: Order) -> str:
    """The owner, or a leader, asks what is to be done."""
    return await steps_note(reader, order.code)


async def steps_note(reader: Reader, code: str) -> Markup:
    """The order's next steps as a note over its card."""
    steps = await next_steps(reader.door.desk, reader.person, code, channel=Channel.TELEGRAM, locale=reader.door.locale)
    return escape(steps.text)
