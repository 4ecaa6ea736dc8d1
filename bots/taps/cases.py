"""Buttons of what leaders decide: breaches, signals, requests, what burns."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from bots.taps.arguments import Id, Page


class Climb(StrEnum):
    """What is done about a violation."""

    OPEN = "open"
    CARD = "card"
    ACKNOWLEDGE = "ack"
    SNOOZE = "snz"
    SNOOZE_FOR = "snzf"
    RESOLVE = "res"
    GIVE = "giv"
    GIVE_TO = "givt"
    TASK = "tsk"
    TASK_DUE = "tskd"
    EXTEND = "ext"
    EXTEND_BY = "extb"


class ViolationTap(CallbackData, prefix="v"):
    """A button of an escalation card; `version` is the order's, `arg` an option, a page, or a manager's id."""

    do: Climb
    violation: Id
    version: Id = 0
    arg: str = ""


class SignalDo(StrEnum):
    """What is done about a signal; `conf` ends a crisis with the words that its metric has not confirmed."""

    OPEN = "open"
    BACK = "back"
    TAKE = "take"
    SNOOZE = "snz"
    SNOOZE_FOR = "snzf"
    RESOLVE = "res"
    CONFIRM = "conf"
    REJECT = "rej"
    GIVE = "giv"
    GIVE_TO = "givt"


class SignalEnd(StrEnum):
    """How a signal ends: dealt with, or none at all; a crisis by its metric, or by a leader's word."""

    RESOLVED = "resolved"
    REJECTED = "rejected"
    CALM = "calm"
    INSIST = "insist"


class SignalTap(CallbackData, prefix="g"):
    """A button of a signal's card; `version` is its order's, `arg` an option, a page, or a manager's id."""

    do: SignalDo
    signal: Id
    version: Id = 0
    arg: str = ""


SEEN_CHARS = 12
"""So much of a request's hash fits beside the rest of a button."""


class VoteTap(CallbackData, prefix="a"):
    """A vote on exactly the request that the card showed: `seen` begins its hash, always by `SEEN_CHARS`.

    The `ballot` may also be `edit`, to ask for another amount, or `open`, to see the card.
    """

    ballot: str
    approval: Id
    seen: str


class ApprovalsTap(CallbackData, prefix="al"):
    """A page of the requests that wait for votes."""

    page: Page = 0


class CrisisTap(CallbackData, prefix="x"):
    """A page of what burns."""

    page: Page = 0
