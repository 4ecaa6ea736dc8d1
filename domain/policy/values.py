"""What the values of a policy file look like: durations, money, shares, times of day."""

import re
from datetime import time, timedelta
from decimal import Decimal
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic_core import PydanticCustomError

_UNITS: Final = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_DURATION: Final = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
LONGEST_DAYS: Final = 3650
"""An instant and any duration of the rules still make an instant."""
_CLOCK_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class PolicyModel(BaseModel):
    """Base of all policy models: frozen, unknown keys refused, names accepted beside aliases."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def parse_duration(value: object) -> timedelta:
    """Read a human duration: days, hours, minutes, seconds in this order, such as `15m`, `2h`, `1d12h`."""
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value) if isinstance(value, str) and value else None
    if match is None:
        raise PydanticCustomError(
            "duration", "'{given}' is not a duration", {"given": str(value), "allowed": ["30s", "15m", "2h", "18d"]}
        )
    amounts = zip(match.groups(), _UNITS.values(), strict=True)
    seconds = sum(int(amount) * unit for amount, unit in amounts if amount is not None)
    if seconds == 0:
        raise PydanticCustomError("duration", "a duration is longer than zero", {"allowed": ["15m", "2h"]})
    if seconds > LONGEST_DAYS * _UNITS["d"]:
        raise PydanticCustomError("duration", "a duration is ten years at most", {"allowed": [f"{LONGEST_DAYS}d"]})
    return timedelta(seconds=seconds)


def write_duration(value: timedelta) -> str:
    """Write a duration in the form that `parse_duration` reads; the largest units first."""
    rest, parts = int(value.total_seconds()), list[str]()
    for unit, size in _UNITS.items():
        amount, rest = divmod(rest, size)
        if amount:
            parts.append(f"{amount}{unit}")
    return "".join(parts)


def parse_clock_time(value: object) -> time:
    """Read a quoted time of day, `HH:MM`; `24:00` is midnight at the end of the day and becomes 00:00."""
    if isinstance(value, time):
        return value
    if value == "24:00":
        return time(0)
    match = _CLOCK_TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError(
            "clock_time", "'{given}' is not a time of day in quotes", {"given": str(value), "allowed": ['"10:00"']}
        )
    return time(int(match[1]), int(match[2]))


def write_clock_time(value: time) -> str:
    """Write a time of day in the form that `parse_clock_time` reads."""
    return value.strftime("%H:%M")


ClockTime = Annotated[
    time, BeforeValidator(parse_clock_time), PlainSerializer(write_clock_time, return_type=str, when_used="json")
]
Duration = Annotated[timedelta, BeforeValidator(parse_duration), PlainSerializer(write_duration, return_type=str)]
Money = Annotated[Decimal, Field(ge=0, decimal_places=2)]
Share = Annotated[Decimal, Field(ge=0, le=1)]
Factor = Annotated[Decimal, Field(gt=0)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
