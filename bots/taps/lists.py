"""Buttons of lists: the queue, the managers, the KPIs, the journal, the dead letters."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from bots.taps.arguments import Id, Page

HOT = "hot"
"""The queue's choice that is no status: the hot list."""


class QueueTap(CallbackData, prefix="q"):
    """The queue: of one status, `hot` or all (empty), of one owner or all (0), one page; `pick` opens a filter."""

    status: str = ""
    owner: Id = 0
    page: Page = 0
    pick: str = ""


class StaffTap(CallbackData, prefix="s"):
    """The managers: `do` is list, open, away or limit; `arg` a page, how long, or how much."""

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


class Show(StrEnum):
    """Dead letters and what is done about them."""

    RESEND = "again"
    RESEND_ALIKE = "alike"
    REHANDLE = "redo"


class ShowTap(CallbackData, prefix="l"):
    """A button of the dead letters; `arg` is a message's or an update's id."""

    show: Show
    arg: Id = 0
