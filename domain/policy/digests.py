"""Policy of digests: which there are, who writes them, who reads them, and when."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from domain.people import Role
from domain.policy.agents import Duty
from domain.policy.people import SignalCode
from domain.policy.values import ClockTime, Duration, Key, PolicyModel


class DigestKind(StrEnum):
    """Every digest there is."""

    SHIFT = "shift"
    DAILY = "daily"
    CRISIS = "crisis"
    BRIEF = "brief"
    WEEKLY = "weekly"


class DigestTime(StrEnum):
    """What makes a digest due: the end of a shift, a time of working days, a time of Mondays, an open crisis signal."""

    SHIFT_END = "shift_end"
    WORKING_DAYS = "working_days"
    MONDAY = "monday"
    CRISIS = "crisis"


class DigestRule(PolicyModel):
    """One digest: its writer with the duty's prompt, its readers, its time (local wall time of the company)."""

    role: Key
    duty: Duty
    audience: tuple[Role, ...] = Field(min_length=1)
    when: DigestTime
    at: ClockTime | None = None
    every: Duration | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.at is not None) != (self.when in (DigestTime.WORKING_DAYS, DigestTime.MONDAY)):
            raise ValueError(f"'at' belongs to {DigestTime.WORKING_DAYS} and {DigestTime.MONDAY}, and to nothing else")
        if (self.every is not None) != (self.when is DigestTime.CRISIS):
            raise ValueError(f"'every' belongs to {DigestTime.CRISIS}, and to nothing else")
        return self


class Digests(PolicyModel):
    """`digests.yaml`: what is later than `late` is not sent any more; `crisis_codes` are the signals of a crisis."""

    late: Duration
    crisis_codes: tuple[SignalCode, ...] = Field(min_length=1)
    kinds: Mapping[DigestKind, DigestRule]
