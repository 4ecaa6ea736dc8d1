"""What every command is, and the texts and numbers their fields are made of."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from domain.errors import InvalidInputError
from domain.policy import Action
from domain.worktime import utc


def _within_years(at: datetime) -> datetime:
    """An instant that every zone and every length of time can be reckoned from."""
    try:
        utc(at)
    except InvalidInputError as error:
        raise PydanticCustomError("instant", "no order lives in that year", {"allowed": list(error.allowed)}) from error
    return at


NO_NUL = StringConstraints(pattern=r"^[^\x00]*$")
"""Every text is kept in PostgreSQL, which holds all characters but this one."""

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
Word = Annotated[str, StringConstraints(max_length=40), NO_NUL]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True), NO_NUL]
Line = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True), NO_NUL]
Prose = Annotated[str, StringConstraints(max_length=2000, strip_whitespace=True), NO_NUL]
Fact = Line | Annotated[int, Field(ge=-(2**53), le=2**53)] | Annotated[float, Field(allow_inf_nan=False)] | bool
Instant = Annotated[AwareDatetime, AfterValidator(_within_years)]
Money = Annotated[Decimal, Field(max_digits=10, decimal_places=2)]


COMMANDS: dict[str, type["Command"]] = {}
"""All commands by the action that each asks for."""


class Command(BaseModel):
    """Base of all commands; `action` is what the authority rules and the journal call it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    action: ClassVar[Action]

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        """Put a command on the list."""
        action = cls.__dict__.get("action")
        if action is None:
            return
        if action in COMMANDS:
            raise AssertionError(f"two commands ask for {action}")
        COMMANDS[action] = cls


class OrderCommand(Command):
    """A command about one existing order."""

    order: Code
    version: Version | None = None
