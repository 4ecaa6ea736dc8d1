"""What the buttons carry: typed callback data, 64 bytes at most, one class a purpose.

Where a tap changes an order it carries the order's version that the card showed: a tap on an old card is refused.
"""

from bots.taps.arguments import choice, number, one_of
from bots.taps.cases import (
    SEEN_CHARS,
    ApprovalsTap,
    Climb,
    CrisisTap,
    SignalDo,
    SignalEnd,
    SignalTap,
    ViolationTap,
    VoteTap,
)
from bots.taps.checking import Check, CheckTap, PhotoTap, Put
from bots.taps.lists import HOT, JournalTap, KpiTap, QueueTap, Show, ShowTap, StaffTap
from bots.taps.orders import Do, Mine, MineTap, OrderTap
from bots.taps.own import My, MyTap
from bots.taps.talk import SwitchTap, Talk, TalkTap

__all__ = [
    "HOT",
    "SEEN_CHARS",
    "ApprovalsTap",
    "Check",
    "CheckTap",
    "Climb",
    "CrisisTap",
    "Do",
    "JournalTap",
    "KpiTap",
    "Mine",
    "MineTap",
    "My",
    "MyTap",
    "OrderTap",
    "PhotoTap",
    "Put",
    "QueueTap",
    "Show",
    "ShowTap",
    "SignalDo",
    "SignalEnd",
    "SignalTap",
    "StaffTap",
    "SwitchTap",
    "Talk",
    "TalkTap",
    "ViolationTap",
    "VoteTap",
    "choice",
    "number",
    "one_of",
]
