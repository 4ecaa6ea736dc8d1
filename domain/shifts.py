"""One's own shift: today's working time, the next opening, and until when somebody goes away (docs/DOMAIN.md 4, 5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from domain.calendars import WorkCalendar
from domain.errors import InvalidInputError
from domain.staff import Staffed, absence_of
from domain.windows import Window

LONGEST_ABSENCE: Final = timedelta(days=366)


class AwayFor(StrEnum):
    """How long somebody goes away, as the buttons have it; `DATE` is asked for in words."""

    HALF_HOUR = "30m"
    TWO_HOURS = "2h"
    TODAY = "day"
    TOMORROW = "next"
    DATE = "date"


_SPANS: Final[Mapping[AwayFor, timedelta]] = MappingProxyType(
    {AwayFor.HALF_HOUR: timedelta(minutes=30), AwayFor.TWO_HOURS: timedelta(hours=2)}
)


class Presence(StrEnum):
    """Whether new orders come to somebody, and why not."""

    ON = "on"
    OFF = "off"
    AWAY = "away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Somebody's shift at a moment: `windows` are today's by their own calendar, `opens_at` when they can start next.

    `back_at` is the end of an absence that goes on; None without one, and for one without an end.
    """

    presence: Presence
    today: date
    windows: tuple[Window, ...]
    opens_at: datetime | None
    closes_at: datetime | None
    back_at: datetime | None


def shift_of(person: Staffed, calendar: WorkCalendar, *, now: datetime) -> Shift:
    """The person's shift; `calendar` is theirs without absences."""
    today = now.astimezone(ZoneInfo(calendar.tz)).date()
    absence = absence_of(person)
    away = absence is not None and absence.covers(now)
    working = calendar if absence is None else calendar.with_absence([absence])
    opens_at = working.first_opening(now)
    is_on = opens_at == now
    return Shift(
        presence=Presence.AWAY if away else Presence.ON if is_on else Presence.OFF,
        today=today,
        windows=calendar.exceptions.get(today, calendar.week[today.weekday()]),
        opens_at=opens_at,
        closes_at=working.closing_after(now) if is_on else None,
        back_at=absence.end if away and absence is not None else None,
    )


def options(calendar: WorkCalendar, *, now: datetime) -> tuple[AwayFor, ...]:
    """The absences that make sense at this moment: a short one ends before today's working time does."""
    end = _end_of_today(calendar, now)
    short = () if end is None else tuple(option for option, span in _SPANS.items() if now + span < end)
    return (*short, *(() if end is None else (AwayFor.TODAY,)), AwayFor.TOMORROW, AwayFor.DATE)


def away_until(option: AwayFor, calendar: WorkCalendar, *, now: datetime) -> datetime:
    """When somebody who goes away now is back.

    Raises InvalidInputError where today's working time is over already, and for `DATE`, which `back_on` answers.
    """
    if option in _SPANS:
        return now + _SPANS[option]
    if option is AwayFor.TODAY:
        end = _end_of_today(calendar, now)
        if end is not None:
            return end
    if option is AwayFor.TOMORROW:
        return calendar.opening_at_or_after(calendar.next_day(now))
    raise InvalidInputError(
        field="away_until", value=option, allowed=[each.value for each in options(calendar, now=now)]
    )


def back_on(day: date, calendar: WorkCalendar, *, now: datetime) -> datetime:
    """When somebody who is away until this day begins again: its first working instant, or the next one after it.

    Raises InvalidInputError for a day that is not ahead, or more than a year ahead.
    """
    begins = datetime.combine(day, time.min, ZoneInfo(calendar.tz)).astimezone(now.tzinfo)
    if not now < begins <= now + LONGEST_ABSENCE:
        raise InvalidInputError(field="away_until", value=day.isoformat(), allowed=("a day within the coming year",))
    return calendar.opening_at_or_after(begins)


def _end_of_today(calendar: WorkCalendar, now: datetime) -> datetime | None:
    """Where the last working stretch of the local day ends; None when nothing of it is ahead."""
    tomorrow = calendar.next_day(now)
    opening = calendar.first_opening(now)
    end = None
    while opening is not None and opening < tomorrow:
        end = calendar.closing_after(opening)
        if end is None or end >= tomorrow:
            return tomorrow
        opening = calendar.first_opening(end)
    return end
