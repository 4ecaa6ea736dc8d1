"""What the buttons carry: typed callback data, 64 bytes at most, one class a purpose.

Where a tap changes an order it carries the order's version that the card showed: a tap on an old card is refused.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Annotated, TypeVar

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from domain.errors import InvalidInputError

Id = Annotated[int, Field(ge=0, lt=2**63)]
"""A number of a row: what no row has is no button of ours."""
Page = Annotated[int, Field(ge=0, lt=10_000)]
"""A page, from 0."""
E = TypeVar("E", bound=StrEnum)


def choice(kind: type[E], arg: str) -> E:
    """The choice that a button carries; raises InvalidInputError for data that no button of ours has."""
    return kind(one_of(tuple(kind), arg))


def one_of(allowed: Collection[str], arg: str) -> str:
    """What a button carries, if it is one of these; raises InvalidInputError otherwise."""
    if arg not in allowed:
        raise InvalidInputError(field="button", value=arg[:20], allowed=tuple(allowed))
    return arg


def number(arg: str) -> int:
    """The number that a button carries; raises InvalidInputError for data that no button of ours has."""
    if not arg.isascii() or not arg.isdecimal() or len(arg) > 15:
        raise InvalidInputError(field="button", value=arg[:20], allowed=("a button of the card",))
    return int(arg)


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
    SHOW = "show"


class OrderTap(CallbackData, prefix="o"):
    """A button of an order's card."""

    do: Do
    order: Id
    version: Id = 0
    arg: str = ""


class Mine(StrEnum):
    """Which of my orders."""

    ALL = "all"
    PRESSING = "now"
    MY_TURN = "me"


class MineTap(CallbackData, prefix="m"):
    """A page of my orders: `page` begins with 0."""

    which: Mine = Mine.ALL
    page: Page = 0


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
    order: Id
    point: Id = 0
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
    batch: Id
    order: Id = 0
    arg: str = ""


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
    """What is done about a signal."""

    OPEN = "open"
    BACK = "back"
    TAKE = "take"
    SNOOZE = "snz"
    SNOOZE_FOR = "snzf"
    RESOLVE = "res"
    REJECT = "rej"
    GIVE = "giv"
    GIVE_TO = "givt"


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
    """Dead letters and what is done about them."""

    RESEND = "again"
    RESEND_ALIKE = "alike"
    REHANDLE = "redo"


class ShowTap(CallbackData, prefix="l"):
    """A button of the dead letters; `arg` is a message's or an update's id."""

    show: Show
    arg: Id = 0


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


class ApprovalsTap(CallbackData, prefix="al"):
    """A page of the requests that wait for votes."""

    page: Page = 0


HOT = "hot"
"""The queue's choice that is no status: the hot list."""


class QueueTap(CallbackData, prefix="q"):
    """The queue: of one status, `hot` or all (empty), of one owner or all (0), one page; `pick` opens a filter."""

    status: str = ""
    owner: Id = 0
    page: Page = 0
    pick: str = ""


class StaffTap(CallbackData, prefix="s"):
    """The managers: `do` is list, open or away; `arg` a page or how long they are away."""

    do: str
    person: Id = 0
    arg: str = ""


class KpiTap(CallbackData, prefix="k"):
    """The KPIs of a period."""

    period: str


class JournalTap(CallbackData, prefix="j"):
    """The journal: of one order and one author or all, older than a row, or one row opened."""

    order: Id = 0
    author: str = ""
    before: Id = 0
    row: Id = 0


class CrisisTap(CallbackData, prefix="x"):
    """A page of what burns."""

    page: Page = 0


class SwitchTap(CallbackData, prefix="w"):
    """The role agents' switch: which command, and of whom (all, or one role)."""

    command: str
    role: str
