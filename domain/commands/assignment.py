"""Whose order it is: given to somebody else, one or many."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from domain.commands.base import NO_NUL, Code, Command, Id, OrderCommand
from domain.policy import Action


class AssignOrder(OrderCommand):
    """Give an order that no manager has (nobody's, or a leader's while nobody was eligible) to a manager.

    A named one, or the least loaded eligible one. An order that a manager has already is reassigned instead.
    """

    action: ClassVar[Action] = Action.ASSIGN_ORDER
    manager_id: Id | None = None
    reason: Annotated[str, StringConstraints(max_length=500, strip_whitespace=True), NO_NUL] = Field(
        default="", description="A word for the manager, where there is something to say."
    )


class ReassignOrder(OrderCommand):
    """Give the order to another manager: a named one, or the least loaded eligible one."""

    action: ClassVar[Action] = Action.REASSIGN_ORDER
    manager_id: Id | None = None
    because: Literal["reassigned", "not_accepted"] = "reassigned"
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), NO_NUL]


class MassReassign(Command):
    """Move open orders of one manager to the others; more than the mass limit only through an approval."""

    action: ClassVar[Action] = Action.MASS_REASSIGN
    from_manager: Id
    orders: tuple[Code, ...] = Field(min_length=1, max_length=1_000)
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), NO_NUL]


class AssignUnattended(Command):
    """Give an owner, clocks and a next step to open orders that lack one (the auditor's work)."""

    action: ClassVar[Action] = Action.AUDIT_ORDERS
    batch: int = Field(default=1_000, ge=1, le=10_000)
