"""The clocks and their escalation ladder."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from domain.commands.base import NO_NUL, Command, Id, OrderCommand, Word
from domain.policy import Action


class SweepClocks(Command):
    """Act on every clock that is due: remind, breach, climb the ladder."""

    action: ClassVar[Action] = Action.SWEEP_CLOCKS
    batch: int = Field(default=500, ge=1, le=5_000)


class Acknowledge(Command):
    """Somebody has seen the violation and is at it: the ladder stops until the acknowledgement expires."""

    action: ClassVar[Action] = Action.ACKNOWLEDGE
    violation_id: Id


class Snooze(Command):
    """Stop the ladder of a violation until a chosen moment."""

    action: ClassVar[Action] = Action.SNOOZE
    violation_id: Id
    option: Literal["30m", "2h", "tomorrow"]


class Resolve(Command):
    """Close a violation with a resolution text."""

    action: ClassVar[Action] = Action.RESOLVE
    violation_id: Id
    resolution: Annotated[str, StringConstraints(min_length=3, max_length=1000, strip_whitespace=True), NO_NUL]


class ExtendClock(OrderCommand):
    """More time for one clock of the order, with a reason."""

    action: ClassVar[Action] = Action.EXTEND_CLOCK
    clock: Word
    minutes: int = Field(gt=0, le=60 * 24 * 30)
    reason: Annotated[str, StringConstraints(min_length=3, max_length=500, strip_whitespace=True), NO_NUL]


class PauseClock(OrderCommand):
    """Pause one clock of the order: reason and a maximum length."""

    action: ClassVar[Action] = Action.PAUSE_CLOCK
    clock: Word
    reason: Annotated[str, StringConstraints(min_length=3, max_length=500, strip_whitespace=True), NO_NUL]
    minutes: int = Field(gt=0, le=60 * 24 * 30)


class ResumeClock(OrderCommand):
    """End the pause of a clock."""

    action: ClassVar[Action] = Action.RESUME_CLOCK
    clock: Word
