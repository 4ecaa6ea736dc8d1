"""Buttons of the 28-point check and of photos."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from bots.taps.arguments import Id


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
