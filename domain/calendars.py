"""Working calendars: when somebody works, and arithmetic in working time (docs/DOMAIN.md 5).

Instants come in as aware datetimes and go out in UTC; only the windows of a calendar are local. `domain/worktime.py`
tells how a local time becomes an instant when DST begins or ends.

The arithmetic runs on blocks of 32 local days, resolved to UTC once per calendar and kept. A calendar compares by
value: equal calendars loaded by different transactions share their blocks and results.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import Self
from zoneinfo import ZoneInfo

from domain.errors import InvalidInputError
from domain.windows import Absence, Window, read_date, read_items, read_mapping, read_windows
from domain.worktime import DAY_MINUTES, FOREVER, Stretches, first_reached, merged, utc, zone_of

HORIZON = timedelta(days=370)
"""A calendar that stays shut for longer than this is an input error, not a long wait."""
LONGEST_SPAN = timedelta(days=3660)
"""The most working time that `add_working` adds: no limit of the policy comes near, so more is an input error."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_BLOCK_BITS = 5
_LAST_BLOCK = FOREVER.toordinal() >> _BLOCK_BITS
_KEYS = ("tz", "week", "exceptions", "away")


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Working windows per weekday (0 = Monday) in an IANA zone, dated exceptions instead of them, and absences.

    An exception replaces its whole day: no windows is a day off. Overlapping and touching windows of a day are merged.
    """

    tz: str
    week: Mapping[int, tuple[Window, ...]]
    exceptions: Mapping[date, tuple[Window, ...]] = field(default_factory=dict[date, tuple[Window, ...]])
    away: tuple[Absence, ...] = ()
    _hash: int = field(init=False, repr=False, compare=False, default=0)

    def __post_init__(self) -> None:
        """Check zone and weekdays, bring windows and absences into one normal form."""
        zone_of(self.tz, field="tz")
        if strange := sorted(set(self.week) - set(range(7))):
            raise InvalidInputError(field="week", value=str(strange), allowed=tuple(map(str, range(7))))
        object.__setattr__(self, "week", {day: _normal(self.week.get(day, ())) for day in range(7)})
        dated = sorted(self.exceptions.items())
        object.__setattr__(self, "exceptions", {day: _normal(windows) for day, windows in dated})
        spans = merged((absence.start, absence.end or FOREVER) for absence in self.away)
        away = tuple(Absence(start, None if end == FOREVER else end) for start, end in spans)
        object.__setattr__(self, "away", away)
        # The caches hash a calendar at every look-up: one number, and the same one in every process.
        identity = repr((self.tz, self.week, self.exceptions, self.away))
        object.__setattr__(self, "_hash", zlib.crc32(identity.encode()))

    def __hash__(self) -> int:
        """By value, computed once."""
        return self._hash

    def with_absence(self, intervals: Iterable[Absence]) -> "WorkCalendar":
        """The same calendar with these absences subtracted too."""
        more = tuple(intervals)
        return replace(self, away=self.away + more) if more else self

    def is_open(self, at: datetime) -> bool:
        """Whether `at` is working time; a window is open at its start and closed at its end."""
        at = utc(at)
        return any(_block(self, number).open_until(at) for number in _numbers(at, at))

    def first_opening(self, at: datetime) -> datetime | None:
        """The first working instant at or after `at`, None when there is none within 370 days."""
        at = utc(at)
        return next((block.opening(at) for block in _blocks_ahead(self, at)), None)

    def opening_at_or_after(self, at: datetime) -> datetime:
        """`at` itself when open, else the next opening; raises InvalidInputError when none comes within 370 days."""
        opening = self.first_opening(at)
        if opening is None:
            raise _stays_shut(self, at)
        return opening

    def closing_after(self, at: datetime) -> datetime | None:
        """End of the working stretch at or after `at`; None when it lasts longer than 370 days (round the clock).

        Raises InvalidInputError when the calendar does not open within 370 days.
        """
        opening = closing = self.opening_at_or_after(at)
        for number in count(_numbers(opening, opening).start):
            # Stretches are merged inside a block only: one that reaches its edge goes on in the next.
            grown = _block(self, number).open_until(closing)
            if grown is None and closing > opening:
                break
            closing = grown or closing
            if closing - opening > HORIZON:
                return None
        return closing

    def add_working(self, start: datetime, span: timedelta) -> datetime:
        """The first instant by which `span` of working time has passed since `start` (`start` itself for zero).

        Raises InvalidInputError for a negative or over-long span, and when the calendar stays shut for 370 days.
        """
        return _add_working(self, utc(start), span)

    def working_between(self, a: datetime, b: datetime) -> timedelta:
        """Working time from `a` to `b`; negative when `b` is before `a`."""
        a, b = utc(a), utc(b)
        if b < a:
            return -self.working_between(b, a)
        blocks = (_block(self, number) for number in _numbers(a, b))
        return sum((block.elapsed(b) - block.elapsed(a) for block in blocks), timedelta())

    def next_day(self, at: datetime) -> datetime:
        """The instant at which the local day after `at` begins."""
        zone = ZoneInfo(self.tz)
        return first_reached(utc(at).astimezone(zone).date(), DAY_MINUTES, zone)

    def to_json(self) -> dict[str, object]:
        """Plain JSON values that `from_json` reads back to an equal calendar."""
        document: dict[str, object] = {
            "tz": self.tz,
            "week": {WEEKDAYS[day]: list(map(str, windows)) for day, windows in self.week.items()},
            "exceptions": {day.isoformat(): list(map(str, windows)) for day, windows in self.exceptions.items()},
        }
        if self.away:
            document["away"] = [absence.to_json() for absence in self.away]
        return document

    @classmethod
    def from_json(cls, data: object, *, field: str = "calendar") -> Self:
        """Read JSON or YAML: `tz`, `week` (`mon` to `sun`; one left out is closed), `exceptions` by date, `away`.

        Raises InvalidInputError that names the place, such as `calendar.week.mon[0]`, and what is allowed there.
        """
        document = read_mapping(data, field, keys=_KEYS, required=("tz", "week"))
        week = read_mapping(document["week"], f"{field}.week", keys=WEEKDAYS)
        dated = read_mapping(document.get("exceptions", {}), f"{field}.exceptions")
        away = read_items(document.get("away", []), f"{field}.away")
        return cls(
            tz=zone_of(document["tz"], field=f"{field}.tz").key,
            week={WEEKDAYS.index(day): read_windows(value, f"{field}.week.{day}") for day, value in week.items()},
            exceptions={
                read_date(day, f"{field}.exceptions"): read_windows(value, f"{field}.exceptions.{day}")
                for day, value in dated.items()
            },
            away=tuple(Absence.from_json(item, field=f"{field}.away[{n}]") for n, item in enumerate(away)),
        )


def _normal(windows: Iterable[Window]) -> tuple[Window, ...]:
    return tuple(Window.of_minutes(start, end) for start, end in merged(window.minutes for window in windows))


def _numbers(a: datetime, b: datetime) -> range:
    """Numbers of the blocks that can hold stretches around `a` to `b`: a local day is at most a day off the UTC one."""
    return range((a.toordinal() - 1) >> _BLOCK_BITS, ((b.toordinal() + 1) >> _BLOCK_BITS) + 1)


@lru_cache(maxsize=8192)
def _block(calendar: WorkCalendar, number: int) -> Stretches:
    """The working stretches of the 32 local days of a block, in UTC."""
    if calendar.away:
        present = _block(replace(calendar, away=()), number)
        return present.without((absence.start, absence.end or FOREVER) for absence in calendar.away)
    zone = ZoneInfo(calendar.tz)
    first = number << _BLOCK_BITS
    days = map(date.fromordinal, range(first, first + (1 << _BLOCK_BITS)))
    return Stretches.of(
        (first_reached(day, start, zone), first_reached(day, end, zone))
        for day in days
        for start, end in (window.minutes for window in calendar.exceptions.get(day, calendar.week[day.weekday()]))
    )


def _blocks_ahead(calendar: WorkCalendar, at: datetime) -> Iterator[Stretches]:
    """Blocks with working time after `at`, in order, until the calendar stays shut for longer than the horizon."""
    worked = at
    for number in range(_numbers(at, at).start, _LAST_BLOCK):
        block = _block(calendar, number)
        opening = block.opening(at)
        seen = opening or datetime.fromordinal(number << _BLOCK_BITS).replace(tzinfo=UTC)
        if seen - worked > HORIZON:
            return
        if opening is not None:
            yield block
            worked = block.ends[-1]


@lru_cache(maxsize=32768)
def _add_working(calendar: WorkCalendar, start: datetime, span: timedelta) -> datetime:
    if not timedelta() <= span <= LONGEST_SPAN:
        raise InvalidInputError(field="span", value=str(span), allowed=(f"0 to {LONGEST_SPAN.days} days",))
    if not span:
        return start
    left = span
    for block in _blocks_ahead(calendar, start):
        done = block.elapsed(start)
        if left <= block.total - done:
            return block.reached(done + left)
        left -= block.total - done
    raise _stays_shut(calendar, start)


def _stays_shut(calendar: WorkCalendar, at: datetime) -> InvalidInputError:
    known = f"{calendar.tz}, from {at.isoformat()}"
    return InvalidInputError(field="calendar", value=known, allowed=(f"an opening at least every {HORIZON.days} days",))
