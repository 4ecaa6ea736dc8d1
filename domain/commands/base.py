"""What every command is, and the texts and numbers their fields are made of."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.policy import Action

NO_NUL = StringConstraints(pattern=r"^[^\x00]*$")
"""Every text is kept in PostgreSQL, which holds all characters but this one."""

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
Word = Annotated[str, StringConstraints(max_length=40), NO_NUL]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True), NO_NUL]
Line = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True), NO_NUL]
Prose = Annotated[str, StringConstraints(max_length=2000, strip_whitespace=True), NO_NUL]
Money = Annotated[Decimal, Field(max_digits=10, decimal_places=2)]


class Command(BaseModel):
    """Base of all commands; `action` is what the authority rules and the journal call it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    action: ClassVar[Action]


class OrderCommand(Command):
    """A command about one existing order."""

    order: Code
    version: Version | None = None
