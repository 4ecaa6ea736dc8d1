"""People of the company, and the messages they did not get."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from domain.commands.base import NO_NUL, Command, Id, Instant, Line
from domain.people import Role
from domain.policy import Action


class SetAvailability(Command):
    """A person goes away until a moment, or is back (`away_until` empty)."""

    action: ClassVar[Action] = Action.SET_AVAILABILITY
    person_id: Id
    away_until: Instant | None = None


class SetConstraint(Command):
    """AI-ROM's personal constraint on a manager's orders (docs/DOMAIN.md 4); what is not named stays as it is.

    `lift_load` takes the limit of load away where no new one is given.
    """

    action: ClassVar[Action] = Action.SET_CONSTRAINT
    manager_id: Id
    max_load: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    lift_load: bool = False
    no_ebikes: bool | None = None
    reason: Annotated[str, StringConstraints(min_length=3, max_length=500, strip_whitespace=True), NO_NUL]


class AddPerson(Command):
    """A new person with a role; managers get a capacity."""

    action: ClassVar[Action] = Action.ADD_PERSON
    person_name: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), NO_NUL]
    role: Role
    team: Line = "default"
    capacity: int = Field(default=20, ge=0, le=1_000)
    telegram_id: Id | None = None


class ResendNotification(Command):
    """Put a dead or unknown notification back into the queue."""

    action: ClassVar[Action] = Action.RESEND_NOTIFICATION
    notification_id: Id
