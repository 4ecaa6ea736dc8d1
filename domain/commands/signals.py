"""Signals: settled by a person, watched by the auditor."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from domain.commands.base import NO_NUL, Command, Id
from domain.policy import Action


class ResolveSignal(Command):
    """Close a signal with what was done about it, or reject it as no signal at all."""

    action: ClassVar[Action] = Action.RESOLVE_SIGNAL
    signal_id: Id
    resolution: Annotated[str, StringConstraints(min_length=3, max_length=1000, strip_whitespace=True), NO_NUL]
    rejected: bool = False


class WatchSignals(Command):
    """Give every open signal its clock, and stop the clocks of those that are settled (the auditor's work)."""

    action: ClassVar[Action] = Action.WATCH_SIGNALS
    batch: int = Field(default=500, ge=1, le=5_000)
