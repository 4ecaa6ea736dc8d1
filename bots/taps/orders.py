"""Buttons of orders: the card of one, the list of my own."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from bots.taps.arguments import Id, Page


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
