"""Steering without moving: an order is escalated, its owner reminded, its place in the queue changed."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from domain.commands.base import NO_NUL, OrderCommand
from domain.policy import Action

Because = Annotated[str, StringConstraints(min_length=3, max_length=500, strip_whitespace=True), NO_NUL]


class EscalateOrder(OrderCommand):
    """Put the order before the admin on duty now, with a reason, instead of waiting for the ladder.

    The worst broken limit climbs to the admin's step and its card goes out; where nothing is broken, the admin gets a
    task to look at the order. Once in a while per order: it says so when the admin has been told lately.
    """

    action: ClassVar[Action] = Action.ESCALATE
    reason: Because = Field(description="Why the admin has to look at it now: what is wrong, what was tried.")


class RemindOwner(OrderCommand):
    """Remind the order's owner of it now, with its next step and deadline; once in a while per order.

    It says so when the owner has been reminded lately.
    """

    action: ClassVar[Action] = Action.REMIND
    text: Annotated[str, StringConstraints(max_length=500, strip_whitespace=True), NO_NUL] = Field(
        default="", description="What to remind of, in a sentence; empty: the next step alone."
    )


class Reprioritise(OrderCommand):
    """Put the order at the head of the queue and of its owner's list, or back in line by its deadline.

    No deadline changes by it.
    """

    action: ClassVar[Action] = Action.REPRIORITISE
    urgency: Literal["high", "normal"] = Field(description="'high': before all others; 'normal': by its deadline.")
    reason: Because = Field(description="Why: shown beside the order.")
