"""From local wall time to stretches of UTC: the one place that knows about DST (docs/DOMAIN.md 5).

A local time stands for the instant at which the wall clock first reaches it: a time that a jump skips is the end of the
jump, a time that occurs twice is its first occurrence. Windows therefore keep their order and never overlap.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from itertools import accumulate
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from domain.errors import InvalidInputError

DAY_MINUTES = 24 * 60
FOREVER = datetime(9500, 1, 1, tzinfo=UTC)
"""Stands for the end of what has no end; later than every instant that `utc` accepts."""

_YEARS = range(1900, 9000)
_Edge = TypeVar("_Edge", int, datetime)


def utc(at: datetime, *, field: str = "at") -> datetime:
    """The instant in UTC; raises InvalidInputError for a naive datetime and for years no order lives in."""
    if at.tzinfo is UTC and at.year in _YEARS:
        return at
    if at.utcoffset() is None or at.year not in _YEARS:
        raise InvalidInputError(
            field=field, value=at.isoformat(), allowed=("an instant with its zone, years 1900-8999",)
        )
    return at.astimezone(UTC)


def zone_of(name: object, *, field: str) -> ZoneInfo:
    """The IANA zone of that name; raises InvalidInputError that offers similar names."""
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        near = get_close_matches(str(name), sorted(available_timezones()), n=3)
        allowed = (*near, "an IANA zone such as Europe/Moscow")
        raise InvalidInputError(field=field, value=str(name), allowed=allowed) from error


def first_reached(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """UTC instant at which the wall clock of `zone` first reaches `minute` of `day` (1440 = the end of the day)."""
    wall = datetime.combine(day, time.min) + timedelta(minutes=minute)
    local = wall.replace(tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    return _end_of_jump(local)


def _end_of_jump(local: datetime) -> datetime:
    """The instant of the jump that skips this local time: bisected, since zoneinfo does not list transitions."""
    before, after = local, local.replace(fold=1)
    early, late = sorted((before.astimezone(UTC), after.astimezone(UTC)))
    old_offset = before.utcoffset()
    while late - early > timedelta.resolution:
        middle = early + (late - early) // 2
        if middle.astimezone(local.tzinfo).utcoffset() == old_offset:
            early = middle
        else:
            late = middle
    return late


def merged(spans: Iterable[tuple[_Edge, _Edge]]) -> list[tuple[_Edge, _Edge]]:
    """Spans `[start, end)` in order, with the empty ones dropped and the overlapping and touching ones joined."""
    joined: list[tuple[_Edge, _Edge]] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


@dataclass(frozen=True, slots=True)
class Stretches:
    """Ordered, disjoint stretches `[start, end)` of working time in UTC, with the working time before each."""

    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    before: tuple[timedelta, ...]
    total: timedelta

    @classmethod
    def of(cls, spans: Iterable[tuple[datetime, datetime]]) -> "Stretches":
        """Merge the spans and sum them up."""
        clean = merged(spans)
        sums = tuple(accumulate((end - start for start, end in clean), initial=timedelta()))
        return cls(tuple(start for start, _ in clean), tuple(end for _, end in clean), sums[:-1], sums[-1])

    def without(self, gaps: Iterable[tuple[datetime, datetime]]) -> "Stretches":
        """These stretches minus the gaps, which come merged."""
        left = list(zip(self.starts, self.ends, strict=True))
        for away, back in gaps:
            left = [
                part
                for start, end in left
                for part in ((start, min(end, away)), (max(start, back), end))
                if part[0] < part[1]
            ]
        return Stretches.of(left)

    def opening(self, at: datetime) -> datetime | None:
        """The first working instant at or after `at`, None when none is left."""
        index = bisect_right(self.ends, at)
        return max(self.starts[index], at) if index < len(self.ends) else None

    def open_until(self, at: datetime) -> datetime | None:
        """The end of the stretch that holds `at`, None when `at` is not working time."""
        index = bisect_right(self.ends, at)
        return self.ends[index] if index < len(self.ends) and self.starts[index] <= at else None

    def elapsed(self, at: datetime) -> timedelta:
        """Working time of these stretches that lies before `at`."""
        index = bisect_right(self.starts, at) - 1
        return self.before[index] + min(self.ends[index], at) - self.starts[index] if index >= 0 else timedelta()

    def reached(self, worked: timedelta) -> datetime:
        """The first instant at which `elapsed` is `worked`, for zero < `worked` <= `total`."""
        index = bisect_left(self.before, worked) - 1
        return self.starts[index] + (worked - self.before[index])
