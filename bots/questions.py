"""What a conversation may be waiting for."""

from aiogram.fsm.state import State, StatesGroup


class Asked(StatesGroup):
    """`words`: the next message answers the question kept with the state; `photos`: photos for the open point.

    `point`: the next message is the comment of the open point, or describes its problem; photos are for it as well.
    """

    words = State()
    photos = State()
    point = State()
