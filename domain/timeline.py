"""Company time: the one source of `now`, given to whatever needs it.

Company time is wall time on a live system. The demo lets it run faster, a simulation and the tests move it by hand, and
an imported history lets it stand where that history ends. Everything stored is in company time; only the job queue,
rate limits, sessions and heartbeats live in wall time.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol


class Timeline(Protocol):
    """What reads the time."""

    def now(self) -> datetime:
        """The present instant of the company, UTC."""
        ...

    def wall(self, at: datetime) -> datetime:
        """The wall-clock instant at which company time will be `at`."""
        ...


@dataclass(slots=True)
class ManualTimeline:
    """A timeline that moves only when told: for tests and virtual-time simulation."""

    at: datetime
    started: datetime = field(init=False)

    def __post_init__(self) -> None:
        """Remember where it began."""
        self.started = self.at

    def now(self) -> datetime:
        """The instant it was last moved to."""
        return self.at

    def wall(self, at: datetime) -> datetime:
        """Virtual time has no wall: the instant itself."""
        return at

    def forward(self, span: timedelta) -> datetime:
        """Move on by `span` and return the new instant."""
        self.at += span
        return self.at

    def move_to(self, at: datetime) -> datetime:
        """Move on to `at`; time never runs back."""
        self.at = max(self.at, at)
        return self.at
