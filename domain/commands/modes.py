"""The switches of the role agents: act, shadow, off; of all, or of one."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from domain.agency import EVERY_ROLE, Mode
from domain.commands.base import NO_NUL, Command, Word
from domain.policy import Action


class SetAiMode(Command):
    """How far the role agents are let: `act`, `shadow` (written down, not done) or `off`; all of them, or one role.

    The stricter of the switch for all and a role's own holds. It holds at once, also for a run that is at work.
    """

    action: ClassVar[Action] = Action.SET_AI_MODE
    role: Word = Field(default=EVERY_ROLE, description="A role's key such as 'ai-rop', or '*' for all.")
    mode: Mode
    reason: Annotated[str, StringConstraints(min_length=3, max_length=500, strip_whitespace=True), NO_NUL]
