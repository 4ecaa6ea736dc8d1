"""What a conversation may be waiting for."""

from aiogram.fsm.state import State, StatesGroup


class Asked(StatesGroup):
    """`words`: the next message answers the question kept with the state; `photos`: photos for the open point."""

    words = State()
    photos = State()
