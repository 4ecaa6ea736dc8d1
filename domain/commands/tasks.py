"""Tasks and blockers, each with an owner and a due time."""

from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from domain.commands.base import NO_NUL, Code, Command, Id, Instant, OrderCommand
from domain.policy import Action, FollowUpKey


class CreateTask(OrderCommand):
    """A task with an owner and a due time on an order."""

    action: ClassVar[Action] = Action.CREATE_TASK
    text: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), NO_NUL]
    owner_id: Id | None = None
    due_at: Instant


class CompleteTask(Command):
    """A task is done."""

    action: ClassVar[Action] = Action.COMPLETE_TASK
    task_id: Id


class OpenBlocker(OrderCommand):
    """Something stands in the way of the order: with an owner and a deadline (seed document AI-ROP, section 4)."""

    action: ClassVar[Action] = Action.OPEN_BLOCKER
    text: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), NO_NUL]
    owner_id: Id | None = None
    due_at: Instant


class CloseBlocker(Command):
    """The blocker is out of the way."""

    action: ClassVar[Action] = Action.CLOSE_BLOCKER
    blocker_id: Id
    resolution: Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True), NO_NUL]


class DraftFollowUp(OrderCommand):
    """Give the order's owner the next follow-up for a client who has the report and has not decided.

    It becomes the owner's task, with a ready draft that the owner sends by hand. Nothing is sent to the client.
    """

    action: ClassVar[Action] = Action.DRAFT_FOLLOW_UP
    step: FollowUpKey | None = Field(
        default=None,
        description="Which step of the plan: 'clarify' (what is unclear), 'call', 'alternative' (another bike),"
        " 'last_word' (before the bike is let go); empty: the one that is due.",
    )


class PlanStep(BaseModel):
    """One step of a plan: what, who does it, until when."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    text: Annotated[str, StringConstraints(min_length=3, max_length=500, strip_whitespace=True), NO_NUL]
    owner_id: Id
    due_at: Instant


class MakePlan(Command):
    """Tasks for several people as one decision, about one order or one open signal: who does what until when.

    More steps than the mass limit wait for a human's approval.
    """

    action: ClassVar[Action] = Action.MAKE_PLAN
    order: Code | None = Field(default=None, description="The order it is about; or a signal.")
    signal_id: Id | None = Field(default=None, description="The open signal it is about; or an order.")
    goal: Annotated[str, StringConstraints(min_length=3, max_length=500, strip_whitespace=True), NO_NUL] = Field(
        description="What will be so when the plan is done."
    )
    steps: tuple[PlanStep, ...] = Field(min_length=1, max_length=20)

    @model_validator(mode="after")
    def _about_one_thing(self) -> Self:
        if (self.order is None) == (self.signal_id is None):
            raise PydanticCustomError("subject", "a plan is about one thing", {"allowed": ["order", "signal_id"]})
        return self
