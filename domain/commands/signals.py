"""Signals: raised and settled, watched by the auditor."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from domain.commands.base import NO_NUL, Code, Command, Fact, Id, Word
from domain.policy import Action, SignalCode
from domain.severity import Severity


class RaiseSignal(Command):
    """Name a tension that somebody has to deal with: about one order, one person, or the company (docs/DOMAIN.md 9).

    Circle, severity and due time come from the policy; `severity` where the raiser knows better. One that is open
    already about the same is not raised twice.
    """

    action: ClassVar[Action] = Action.RAISE_SIGNAL
    code: SignalCode
    order: Code | None = None
    person_id: Id | None = None
    severity: Severity | None = None
    evidence: Mapping[Word, Fact] = Field(default_factory=dict[str, Fact], max_length=20)

    @model_validator(mode="after")
    def _about_one_thing(self) -> Self:
        if self.order is not None and self.person_id is not None:
            raise PydanticCustomError("subject", "a signal is about one thing", {"allowed": ["order", "person_id"]})
        return self


class ResolveSignal(Command):
    """Close a signal with what was done about it, or reject it as no signal at all."""

    action: ClassVar[Action] = Action.RESOLVE_SIGNAL
    signal_id: Id
    resolution: Annotated[str, StringConstraints(min_length=3, max_length=1000, strip_whitespace=True), NO_NUL]
    rejected: bool = False


class HoldSignal(Command):
    """Somebody is at a signal (`taken`), or puts it away for a while; its ladder stops meanwhile."""

    action: ClassVar[Action] = Action.HOLD_SIGNAL
    signal_id: Id
    option: Literal["taken", "30m", "2h", "tomorrow"]


class WatchSignals(Command):
    """Give every open signal its clock, and stop the clocks of those that are settled (the auditor's work)."""

    action: ClassVar[Action] = Action.WATCH_SIGNALS
    batch: int = Field(default=500, ge=1, le=5_000)
