"""Buttons of one's own cards."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData


class My(StrEnum):
    """What somebody sees and does about themselves."""

    SHIFT = "sh"
    AWAY = "aw"
    DATE = "dt"
    BACK = "bk"
    NUMBERS = "me"


class MyTap(CallbackData, prefix="y"):
    """A button of one's own cards: `arg` is how long one goes away, or a period in days.

    No version: what is tapped last holds, and nobody else's taps change it.
    """

    do: My
    arg: str = ""
