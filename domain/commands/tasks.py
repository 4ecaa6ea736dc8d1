"""Tasks and blockers, each with an owner and a due time."""

from typing import Annotated, ClassVar

from pydantic import AwareDatetime, StringConstraints

from domain.commands.base import NO_NUL, Command, Id, OrderCommand
from domain.policy import Action


class CreateTask(OrderCommand):
    """A task with an owner and a due time on an order."""

    action: ClassVar[Action] = Action.CREATE_TASK
    text: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), NO_NUL]
    owner_id: Id | None = None
    due_at: AwareDatetime


class CompleteTask(Command):
    """A task is done."""

    action: ClassVar[Action] = Action.COMPLETE_TASK
    task_id: Id


class OpenBlocker(OrderCommand):
    """Something stands in the way of the order: with an owner and a deadline (seed document AI-ROP, section 4)."""

    action: ClassVar[Action] = Action.OPEN_BLOCKER
    text: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), NO_NUL]
    owner_id: Id | None = None
    due_at: AwareDatetime


class CloseBlocker(Command):
    """The blocker is out of the way."""

    action: ClassVar[Action] = Action.CLOSE_BLOCKER
    blocker_id: Id
    resolution: Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True), NO_NUL]
