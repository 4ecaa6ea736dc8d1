"""How many new orders to expect, and whether the team can carry them: means over the same weekdays of the past.

The rule (seed document AI-ROP, "load forecast"; docs/DOMAIN.md 7): what a weekday brings at an hour is the mean of what
that hour brought on the same weekdays of the window; of a weekday never seen, the mean of all days. A day's lowest and
highest are those that occurred. Fewer than `ENOUGH` days behind a number make it thin, and none make it unknown: a
guess is not offered. What leaves the team's load a day is forecast in the same way, of today by the share of its hours
that are left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

ENOUGH: Final = 3
"""So many past days at least, before a mean is more than an anecdote."""

HOURS: Final = range(24)


class Basis(StrEnum):
    """Which past days a number rests on."""

    SAME_WEEKDAY = "same_weekday"
    ALL_DAYS = "all_days"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What was seen on the whole local days from `first` to `last`: new orders by day and hour, load released by day.

    A day without an entry brought nothing. `last` before `first`: no whole day has been seen.
    """

    first: date
    last: date
    arrived: Mapping[tuple[date, int], int]
    released: Mapping[date, float]

    @property
    def days(self) -> Sequence[date]:
        """Every whole day that was seen."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    def orders(self, day: date, hours: range = HOURS) -> int:
        """New orders of a day, within these hours."""
        return sum(self.arrived.get((day, hour), 0) for hour in hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayForecast:
    """A coming day: new orders expected (None: unknown), the lowest and highest seen, by hour, and the load after it.

    `samples` is how many past days it rests on. `load` is the team's load at the end of the day: today's, plus what
    comes, less what usually leaves; `capacity` that of those who work on it.
    """

    day: date
    basis: Basis
    samples: int
    expected: float | None
    lowest: int | None
    highest: int | None
    by_hour: Mapping[int, float]
    released: float | None
    load: float | None
    capacity: float

    @property
    def thin(self) -> bool:
        """Whether the number rests on too few days to be relied on."""
        return self.samples < ENOUGH or self.basis is not Basis.SAME_WEEKDAY

    @property
    def over_capacity(self) -> bool | None:
        """Whether the load outgrows those who work on that day; None when unknown, or when nobody works."""
        return None if self.load is None or not self.capacity else self.load > self.capacity


def forecast(
    past: Past, capacities: Mapping[date, float], *, load: float, weight: float, from_hour: int
) -> tuple[DayForecast, ...]:
    """The coming days, which are those of `capacities` in order: of the first, today, only the hours from `from_hour`.

    `load` is the team's load now, `weight` what a new order adds to it.
    """
    days: list[DayForecast] = []
    present: float | None = load
    for number, (day, capacity) in enumerate(capacities.items()):
        hours = range(from_hour, 24) if number == 0 else HOURS
        found = _day(past, day, hours, capacity, load=present, weight=weight, share=len(hours) / 24)
        present = found.load
        days.append(found)
    return tuple(days)


def _day(
    past: Past, day: date, hours: range, capacity: float, *, load: float | None, weight: float, share: float
) -> DayForecast:
    basis, like = _like(past, day)
    if not like:
        return DayForecast(
            day=day,
            basis=basis,
            samples=0,
            expected=None,
            lowest=None,
            highest=None,
            by_hour={},
            released=None,
            load=None,
            capacity=capacity,
        )
    counts = [past.orders(each, hours) for each in like]
    expected = sum(counts) / len(like)
    released = sum(past.released.get(each, 0.0) for each in like) / len(like) * share
    by_hour = {hour: sum(past.arrived.get((each, hour), 0) for each in like) / len(like) for hour in hours}
    return DayForecast(
        day=day,
        basis=basis,
        samples=len(like),
        expected=expected,
        lowest=min(counts),
        highest=max(counts),
        by_hour={hour: mean for hour, mean in by_hour.items() if mean},
        released=released,
        load=None if load is None else max(0.0, load + expected * weight - released),
        capacity=capacity,
    )


def _like(past: Past, day: date) -> tuple[Basis, Sequence[date]]:
    same = [each for each in past.days if each.weekday() == day.weekday()]
    if same:
        return Basis.SAME_WEEKDAY, same
    return (Basis.ALL_DAYS, past.days) if past.days else (Basis.NOTHING, ())
