"""Buttons under what role agents say, and their switch."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from bots.taps.arguments import Id


class Talk(StrEnum):
    """What is done from a role's answer or a digest; each opens below it, so that what was said stays readable."""

    ORDER = "ord"
    APPROVAL = "apr"
    CHOOSE = "cho"
    QUEUE = "que"
    HOT = "hot"
    REQUESTS = "req"
    DIGEST = "dig"
    DIGEST_NOW = "now"


class TalkTap(CallbackData, prefix="t"):
    """A button under an answer or a digest: `subject` is an order, a request or a turn, `arg` a choice or a kind."""

    do: Talk
    subject: Id = 0
    arg: Id = 0


class SwitchTap(CallbackData, prefix="w"):
    """The role agents' switch: which command, and of whom (all, or one role)."""

    command: str
    role: str
