"""What the buttons carry: typed callback data, 64 bytes at most, one class a purpose.

Where a tap changes an order it carries the order's version that the card showed: a tap on an old card is refused.
"""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData


class Do(StrEnum):
    """What is done with an order; the values are short, because the data are."""

    OPEN = "open"
    ACCEPT = "acc"
    DECLINE = "dec"
    DECLINE_FOR = "decf"
    DECLINE_OTHER = "deco"
    NOTE = "note"
    SELLER = "sell"
    CLIENT = "cli"
    DECISION = "dcs"
    DECIDED = "dcd"
    LOGISTICS = "log"
    DELIVERED = "dlv"
    BLOCKER = "blk"
    UNBLOCK = "unb"
    MOVE = "mov"
    CANCEL = "can"
    CANCEL_FOR = "canf"
    NEXT = "nxt"
    MOVE_NOW = "movn"
    CANCEL_PLAIN = "canp"
    CANCEL_NOW = "canx"
    REWORK = "rwk"
    SHIP = "shp"
    ARRIVED = "arr"
    HOW = "how"
    PAID = "pay"
    PAID_ALL = "paya"
    PAID_PLAIN = "payp"
    PAID_NOW = "payx"
    CLAIM = "clm"
    CLAIM_END = "clme"
    BLOCK_WHY = "blkw"
    BLOCK_WHO = "blko"
    BLOCK_DUE = "blkd"
    PLAN = "pln"
    DRAFT = "drf"
    SENT = "snt"


class OrderTap(CallbackData, prefix="o"):
    """A button of an order's card."""

    do: Do
    order: int
    version: int = 0
    arg: str = ""


class Mine(StrEnum):
    """Which of my orders."""

    ALL = "all"
    PRESSING = "now"
    MY_TURN = "me"


class MineTap(CallbackData, prefix="m"):
    """A page of my orders: `page` begins with 0."""

    which: Mine = Mine.ALL
    page: int = 0


class Check(StrEnum):
    """What is done in the 28-point check."""

    SECTIONS = "all"
    SECTION = "sec"
    SECTION_OK = "sok"
    POINT = "pt"
    OK = "ok"
    NA = "na"
    PROBLEM = "bad"
    VERDICT = "vrd"


class CheckTap(CallbackData, prefix="c"):
    """A button of the check: `arg` is a section or a verdict. A later answer replaces an earlier one, so there
    is no version here."""

    do: Check
    order: int
    point: int = 0
    arg: str = ""


class Climb(StrEnum):
    """What is done about a violation."""

    OPEN = "open"
    ACKNOWLEDGE = "ack"
    SNOOZE = "snz"
    SNOOZE_FOR = "snzf"
    RESOLVE = "res"
    GIVE = "giv"
    GIVE_TO = "givt"


class ViolationTap(CallbackData, prefix="v"):
    """A button of an escalation card; `version` is the order's, `arg` a snooze option or a manager's id."""

    do: Climb
    violation: int
    version: int = 0
    arg: str = ""


SEEN_CHARS = 12
"""So much of a request's hash fits beside the rest of a button."""


class VoteTap(CallbackData, prefix="a"):
    """A vote on exactly the request that the card showed: `seen` begins its hash, always by `SEEN_CHARS`."""

    ballot: str
    approval: int
    seen: str


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


class Show(StrEnum):
    """Lists and what is done from them."""

    MINE = "mine"
    QUEUE = "queue"
    HOT = "hot"
    DEAD = "dead"
    RESEND = "again"
    RESEND_ALIKE = "alike"
    REHANDLE = "redo"


class ShowTap(CallbackData, prefix="l"):
    """A button of a list; `arg` is a page or a message's id."""

    show: Show
    arg: int = 0


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
    subject: int = 0
    arg: int = 0
