"""Cards by what they are about; a notification's card is made by `bots/cards/rendering.py`."""

from bots.cards.approval import approval_card
from bots.cards.check import check_point, check_section, check_sections
from bots.cards.escalation import escalation
from bots.cards.order import DECLINE_REASONS, order_view
from bots.cards.rendering import render

__all__ = [
    "DECLINE_REASONS",
    "approval_card",
    "check_point",
    "check_section",
    "check_sections",
    "escalation",
    "order_view",
    "render",
]
