"""An event log becomes orders of history."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import AwareDatetime, Field

from domain.commands.base import Command, Line, Word
from domain.history import LogCase, LogReject
from domain.orders import Status
from domain.policy import Action


class ImportHistory(Command):
    """Cases of an event log become orders of history, with their own times.

    `until` is the last instant of the log: given with its last part, it judges what the log left open, and with
    `company_clock` lets company time stand there. The rows themselves stay out of the journal: it has their counts.
    """

    action: ClassVar[Action] = Action.IMPORT_HISTORY
    file: Line
    activities: Mapping[Line, Status]
    team: Word = "default"
    cases: tuple[LogCase, ...] = Field(default=(), max_length=10_000, exclude=True, repr=False)
    rejects: tuple[LogReject, ...] = Field(default=(), max_length=10_000, exclude=True, repr=False)
    until: AwareDatetime | None = None
    company_clock: bool = False
