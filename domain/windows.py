"""Windows of local wall time and absences: what a working calendar is written from (docs/DOMAIN.md 5)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Self, cast

from domain.errors import InvalidInputError
from domain.worktime import DAY_MINUTES, utc

_WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))")
_WINDOW_FORM = "HH:MM-HH:MM with the end after the start and at most 24:00 (a night is two windows, on two days)"


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of local wall time `[start, end)` inside one day, in whole minutes; the end 00:00 means 24:00."""

    start: time
    end: time

    def __post_init__(self) -> None:
        """Refuse windows that are empty, run backwards, carry a zone or are finer than a minute."""
        plain = all(edge == time(edge.hour, edge.minute) and edge.tzinfo is None for edge in (self.start, self.end))
        if not plain or self.minutes[0] >= self.minutes[1]:
            raise InvalidInputError(field="window", value=f"{self.start}-{self.end}", allowed=(_WINDOW_FORM,))

    @property
    def minutes(self) -> tuple[int, int]:
        """Start and end in minutes after local midnight, the end at most 1440."""
        end = self.end.hour * 60 + self.end.minute
        return self.start.hour * 60 + self.start.minute, end or DAY_MINUTES

    @classmethod
    def of_minutes(cls, start: int, end: int) -> Self:
        """Window from minutes after local midnight; the end may be 1440."""
        return cls(time(*divmod(start, 60)), time(*divmod(end % DAY_MINUTES, 60)))

    @classmethod
    def parse(cls, text: object, *, field: str = "window") -> Self:
        """Read `10:00-19:00` or `20:00-24:00`; raises InvalidInputError that names `field`."""
        match = _WINDOW.fullmatch(text) if isinstance(text, str) else None
        if match is not None:
            hour, minute, end_hour, end_minute = (int(part) for part in match.groups() if part is not None)
            start, end = hour * 60 + minute, end_hour * 60 + end_minute
            if start < end:
                return cls.of_minutes(start, end)
        raise InvalidInputError(field=field, value=str(text), allowed=(_WINDOW_FORM,))

    def __str__(self) -> str:
        """The form that `parse` reads."""
        return f"{self.start:%H:%M}-{f'{self.end:%H:%M}' if self.end != time.min else '24:00'}"


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away in `[start, end)`; `end` None means until further notice."""

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        """Store UTC; refuse naive instants and an end that is not after the start."""
        object.__setattr__(self, "start", utc(self.start, field="absence.start"))
        if self.end is None:
            return
        object.__setattr__(self, "end", utc(self.end, field="absence.end"))
        if self.end <= self.start:
            after = f"an instant after {self.start.isoformat()}"
            raise InvalidInputError(field="absence.end", value=self.end.isoformat(), allowed=(after,))

    def covers(self, at: datetime) -> bool:
        """Whether the person is away at `at`."""
        return self.start <= at and (self.end is None or at < self.end)

    def to_json(self) -> dict[str, str | None]:
        """ISO instants that `from_json` reads back."""
        return {"start": self.start.isoformat(), "end": None if self.end is None else self.end.isoformat()}

    @classmethod
    def from_json(cls, data: object, *, field: str) -> Self:
        """Read `{start, end}`, ISO instants, `end` null when open; raises InvalidInputError that names the place."""
        pair = read_mapping(data, field, keys=("start", "end"), required=("start",))
        end = pair.get("end")
        return cls(
            start=_read_instant(pair["start"], f"{field}.start"),
            end=None if end is None else _read_instant(end, f"{field}.end"),
        )


def read_mapping(
    data: object, field: str, *, keys: Sequence[str] = (), required: Sequence[str] = ()
) -> dict[str, object]:
    """A JSON object with text keys out of `keys` (any, when empty); raises InvalidInputError that names the place."""
    if not isinstance(data, Mapping):
        raise InvalidInputError(field=field, value=str(data), allowed=(f"an object with {', '.join(keys) or 'dates'}",))
    found = {str(key): value for key, value in cast(Mapping[object, object], data).items()}
    if strange := [key for key in found if keys and key not in keys]:
        raise InvalidInputError(field=f"{field}.{strange[0]}", value="unknown key", allowed=keys)
    if absent := [key for key in required if key not in found]:
        raise InvalidInputError(field=f"{field}.{absent[0]}", value="missing", allowed=keys)
    return found


def read_items(data: object, field: str) -> list[object]:
    """A JSON list; raises InvalidInputError that names the place."""
    if not isinstance(data, list | tuple):
        raise InvalidInputError(field=field, value=str(data), allowed=("a list",))
    return list(cast(Sequence[object], data))


def read_windows(data: object, field: str) -> tuple[Window, ...]:
    """A list of windows, empty for a day off; raises InvalidInputError that names the place."""
    items = read_items(data, field)
    return tuple(Window.parse(item, field=f"{field}[{index}]") for index, item in enumerate(items))


def read_date(text: str, field: str) -> date:
    """A date as YYYY-MM-DD; raises InvalidInputError that names the place."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError(field=field, value=text, allowed=("YYYY-MM-DD",)) from error
    if day.isoformat() != text:
        raise InvalidInputError(field=field, value=text, allowed=("YYYY-MM-DD",))
    return day


def _read_instant(value: object, field: str) -> datetime:
    try:
        return utc(datetime.fromisoformat(str(value)), field=field)
    except ValueError as error:
        allowed = ("an ISO 8601 instant with its offset",)
        raise InvalidInputError(field=field, value=str(value), allowed=allowed) from error
