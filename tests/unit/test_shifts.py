"""Shifts and absences by the calendar: every end is a working instant of the person's own day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.calendars import WorkCalendar
from domain.errors import InvalidInputError
from domain.shifts import AwayFor, Presence, away_until, back_on, options, shift_of

SPLIT = WorkCalendar.from_json(
    {
        "tz": "Europe/Berlin",
        "week": {day: ["09:00-12:00", "13:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
        "exceptions": {"2026-11-19": []},
    }
)
ROUND_THE_CLOCK = WorkCalendar.from_json(
    {"tz": "UTC", "week": {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}}
)
WEDNESDAY = date(2026, 11, 18)


@dataclass(frozen=True, kw_only=True)
class Somebody:
    team: str = "default"
    calendar: Any = None
    away_from: datetime | None = None
    away_until: datetime | None = None


def at(hour: int, minute: int = 0, *, day: int = 18) -> datetime:
    """An instant of November 2026 by the clock of Berlin."""
    return datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)


def test_a_shift_tells_windows_closing_and_next_opening() -> None:
    working = shift_of(Somebody(), SPLIT, now=at(10))
    assert (working.presence, working.closes_at, working.today) == (Presence.ON, at(12), WEDNESDAY)
    assert [str(window) for window in working.windows] == ["09:00-12:00", "13:00-17:00"]
    lunch = shift_of(Somebody(), SPLIT, now=at(12, 30))
    assert (lunch.presence, lunch.opens_at, lunch.closes_at) == (Presence.OFF, at(13), None)
    off = shift_of(Somebody(), SPLIT, now=at(10, day=19))
    assert (off.presence, off.windows, off.opens_at) == (Presence.OFF, (), at(9, day=20))


def test_an_absence_hides_the_shift_until_it_ends() -> None:
    gone = Somebody(away_from=at(10), away_until=at(14))
    away = shift_of(gone, SPLIT, now=at(11))
    assert (away.presence, away.back_at, away.opens_at) == (Presence.AWAY, at(14), at(14))
    assert shift_of(gone, SPLIT, now=at(14)).presence is Presence.ON


def test_somebody_who_works_round_the_clock_has_no_closing() -> None:
    assert shift_of(Somebody(), ROUND_THE_CLOCK, now=at(10)).closes_at is None
    assert away_until(AwayFor.TODAY, ROUND_THE_CLOCK, now=at(10)) == datetime(2026, 11, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("option", "end"),
    [
        (AwayFor.HALF_HOUR, at(10, 30)),
        (AwayFor.TWO_HOURS, at(12)),
        (AwayFor.TODAY, at(17)),
        (AwayFor.TOMORROW, at(9, day=20)),
    ],
)
def test_each_option_ends_by_the_persons_own_calendar(option: AwayFor, end: datetime) -> None:
    assert away_until(option, SPLIT, now=at(10)) == end


def test_what_makes_no_sense_any_more_is_not_offered_and_refused() -> None:
    assert options(SPLIT, now=at(16)) == (AwayFor.HALF_HOUR, AwayFor.TODAY, AwayFor.TOMORROW, AwayFor.DATE)
    assert options(SPLIT, now=at(18)) == (AwayFor.TOMORROW, AwayFor.DATE)
    with pytest.raises(InvalidInputError):
        away_until(AwayFor.TODAY, SPLIT, now=at(18))


def test_a_day_counts_from_its_first_working_hour_or_the_next_one() -> None:
    assert back_on(date(2026, 11, 20), SPLIT, now=at(10)) == at(9, day=20)
    assert back_on(date(2026, 11, 19), SPLIT, now=at(10)) == at(9, day=20)
    for wrong in (WEDNESDAY, date(2026, 11, 17), date(2027, 11, 18) + timedelta(days=5)):
        with pytest.raises(InvalidInputError):
            back_on(wrong, SPLIT, now=at(10))
