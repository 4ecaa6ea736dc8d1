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


class OrderTap(CallbackData, prefix="o"):
    """A button of an order's card."""

    do: Do
    order: int
    version: int = 0
    arg: str = ""


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
    FLAG = "flg"
    COMMENT = "com"
    PHOTOS = "pic"
    DROP = "drp"
    GO_ON = "go"
    FINISH = "fin"


class CheckTap(CallbackData, prefix="c"):
    """A button of the check. `arg` is a section, a verdict, a flag or a photo's mark; behind a full stop, or alone, the
    stamp of the answer that the card showed: a tap on an older answer of the point is refused."""

    do: Check
    order: int
    point: int = 0
    arg: str = ""


class Put(StrEnum):
    """What is done with photos that have come in."""

    WHERE = "ask"
    ORDER = "ord"
    SECTION = "sec"
    POINT = "pt"
    STAY = "stay"
    AWAY = "away"


class PhotoTap(CallbackData, prefix="p"):
    """A button about photos that came in together; `arg` is a section or a point."""

    do: Put
    batch: int
    order: int = 0
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
