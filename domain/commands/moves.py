"""An order goes from status to status: taken up, given back, moved on, cancelled."""

from typing import Annotated, ClassVar

from pydantic import StringConstraints

from domain.commands.base import NO_NUL, OrderCommand, Prose
from domain.orders import CancelReason, Status
from domain.policy import Action


class AcceptOrder(OrderCommand):
    """The owner takes the order up: accept clock stops, the check begins."""

    action: ClassVar[Action] = Action.ACCEPT_ORDER


class DeclineOrder(OrderCommand):
    """The owner cannot take the order; it goes to somebody else."""

    action: ClassVar[Action] = Action.DECLINE_ORDER
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), NO_NUL]


class AdvanceOrder(OrderCommand):
    """Move the order to another status of the transition table (docs/DOMAIN.md 2)."""

    action: ClassVar[Action] = Action.ADVANCE_ORDER
    to: Status
    reason: Prose = ""


class CancelOrder(OrderCommand):
    """Cancel with a reason code; `other` needs a note."""

    action: ClassVar[Action] = Action.CANCEL_ORDER
    reason_code: CancelReason
    note: Prose = ""
