"""The end of a crisis: closed by its metric or by a leader's word, then the postmortem (docs/DOMAIN.md 6)."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from domain.commands.base import NO_NUL, Command, Id
from domain.policy import Action

Told = Annotated[str, StringConstraints(min_length=3, max_length=2000, strip_whitespace=True), NO_NUL]


class CloseCrisis(Command):
    """A human confirms that a crisis is over.

    Its metric has been back inside its bound for as long as the policy says; otherwise, and where nothing measures it,
    `insist` is the leader's explicit word that it is over all the same.
    """

    action: ClassVar[Action] = Action.CLOSE_CRISIS
    signal_id: Id
    resolution: Annotated[str, StringConstraints(min_length=3, max_length=1000, strip_whitespace=True), NO_NUL]
    insist: bool = False


class WritePostmortem(Command):
    """What is kept of a crisis that is over: its cause, what was done, what came of it, what prevents another."""

    action: ClassVar[Action] = Action.WRITE_POSTMORTEM
    signal_id: Id
    cause: Told = Field(description="Why it came to it.")
    done: Told = Field(description="What was done against it.")
    effect: Told = Field(description="What came of that, in numbers where there are any.")
    protection: Told = Field(description="What keeps it from happening again.")
