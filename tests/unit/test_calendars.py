"""Working time: windows, exceptions, absences, and the nights on which DST begins or ends."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.calendars import HORIZON, LONGEST_SPAN, WorkCalendar
from domain.errors import InvalidInputError
from domain.windows import Absence, Window

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def windows(*texts: str) -> tuple[Window, ...]:
    return tuple(map(Window.parse, texts))


def weekdays(*texts: str) -> dict[int, tuple[Window, ...]]:
    return dict.fromkeys(range(5), windows(*texts))


def every_day(*texts: str) -> dict[int, tuple[Window, ...]]:
    return dict.fromkeys(range(7), windows(*texts))


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Moscow")).astimezone(UTC)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text + "+00:00").astimezone(UTC)


# 2026-07-03 is a Friday.
COMPANY = WorkCalendar(
    "Europe/Moscow",
    {**weekdays("10:00-19:00"), 5: windows("11:00-16:00")},
    {date(2026, 7, 7): (), date(2026, 7, 8): windows("10:00-12:00", "15:00-18:00")},
)
LUNCH = WorkCalendar("Europe/Moscow", weekdays("10:00-14:00", "15:00-19:00"))


@pytest.mark.parametrize(
    ("at", "is_open", "opening", "closing"),
    [
        ("2026-07-03T09:59", False, "2026-07-03T10:00", "2026-07-03T19:00"),
        ("2026-07-03T10:00", True, "2026-07-03T10:00", "2026-07-03T19:00"),
        ("2026-07-03T18:59:59", True, "2026-07-03T18:59:59", "2026-07-03T19:00"),
        ("2026-07-03T19:00", False, "2026-07-04T11:00", "2026-07-04T16:00"),
        ("2026-07-04T16:00", False, "2026-07-06T10:00", "2026-07-06T19:00"),
        ("2026-07-07T12:00", False, "2026-07-08T10:00", "2026-07-08T12:00"),
        ("2026-07-08T12:30", False, "2026-07-08T15:00", "2026-07-08T18:00"),
    ],
)
def test_company_calendar_opens_and_closes_by_weekday_and_exception(
    at: str, is_open: bool, opening: str, closing: str
) -> None:
    assert COMPANY.is_open(moscow(at)) is is_open
    assert COMPANY.opening_at_or_after(moscow(at)) == moscow(opening)
    assert COMPANY.closing_after(moscow(at)) == moscow(closing)


@pytest.mark.parametrize(
    ("calendar", "start", "hours", "due"),
    [
        (COMPANY, "2026-07-03T18:00", 1, "2026-07-03T19:00"),
        (COMPANY, "2026-07-03T18:00", 1.5, "2026-07-04T11:30"),
        (COMPANY, "2026-07-03T23:00", 0.25, "2026-07-04T11:15"),
        (COMPANY, "2026-07-04T15:00", 13, "2026-07-08T16:00"),
        (LUNCH, "2026-07-03T13:00", 1, "2026-07-03T14:00"),
        (LUNCH, "2026-07-03T13:00", 2, "2026-07-03T16:00"),
        (LUNCH, "2026-07-03T14:30", 8, "2026-07-06T14:00"),
        (LUNCH, "2026-07-03T10:00", 48, "2026-07-10T19:00"),
        (LUNCH, "2026-07-03T03:00", 0, "2026-07-03T03:00"),
    ],
)
def test_working_time_skips_nights_lunches_weekends_and_days_off(
    calendar: WorkCalendar, start: str, hours: float, due: str
) -> None:
    assert calendar.add_working(moscow(start), timedelta(hours=hours)) == moscow(due)
    assert calendar.working_between(moscow(start), moscow(due)) == timedelta(hours=hours)


def test_working_between_backwards_is_negative() -> None:
    assert COMPANY.working_between(moscow("2026-07-03T12:00"), moscow("2026-07-03T11:00")) == -HOUR


def test_overlapping_and_touching_windows_of_an_exception_are_merged() -> None:
    day = date(2026, 7, 3)
    calendar = WorkCalendar("UTC", {}, {day: windows("13:00-15:00", "10:00-12:00", "11:00-13:00", "14:00-14:30")})
    assert calendar.exceptions[day] == windows("10:00-15:00")
    assert calendar.working_between(instant("2026-07-03T00:00"), instant("2026-07-04T00:00")) == 5 * HOUR


def test_night_shift_written_as_two_windows_is_one_stretch() -> None:
    calendar = WorkCalendar("UTC", every_day("22:00-24:00", "00:00-06:00"))
    assert calendar.is_open(instant("2026-07-04T00:00"))
    assert calendar.closing_after(instant("2026-07-03T23:00")) == instant("2026-07-04T06:00")


def test_stretch_over_many_days_closes_only_at_its_real_end() -> None:
    calendar = WorkCalendar("UTC", every_day("00:00-24:00"), {date(2026, 12, 24): windows("00:00-12:00")})
    assert calendar.closing_after(instant("2026-07-03T23:00")) == instant("2026-12-24T12:00")


def test_round_the_clock_calendar_never_closes() -> None:
    calendar = WorkCalendar("Europe/Berlin", every_day("00:00-24:00"))
    assert calendar.closing_after(instant("2026-07-03T23:00")) is None
    assert calendar.add_working(instant("2026-03-28T12:00"), 24 * HOUR) == instant("2026-03-29T12:00")


@pytest.mark.parametrize(
    ("day", "window", "opens", "closes"),
    [
        ("2026-03-29", "00:00-06:00", "2026-03-28T23:00", "2026-03-29T04:00"),  # 02:00 -> 03:00: five hours
        ("2026-10-25", "00:00-06:00", "2026-10-24T22:00", "2026-10-25T05:00"),  # 03:00 -> 02:00: seven hours
        ("2026-03-29", "02:30-04:00", "2026-03-29T01:00", "2026-03-29T02:00"),  # opens when the jump ends
        ("2026-03-29", "01:00-02:30", "2026-03-29T00:00", "2026-03-29T01:00"),  # closes when the jump begins
        ("2026-10-25", "02:30-04:00", "2026-10-25T00:30", "2026-10-25T03:00"),  # the first 02:30
        ("2026-10-25", "01:00-02:30", "2026-10-24T23:00", "2026-10-25T00:30"),
        ("2026-10-25", "02:10-02:40", "2026-10-25T00:10", "2026-10-25T00:40"),
    ],
)
def test_berlin_shift_in_a_dst_night_follows_the_wall_clock(day: str, window: str, opens: str, closes: str) -> None:
    calendar = WorkCalendar("Europe/Berlin", {}, {date.fromisoformat(day): windows(window)})
    before = instant(f"{day}T00:00") - 12 * HOUR
    assert calendar.opening_at_or_after(before) == instant(opens)
    assert calendar.closing_after(before) == instant(closes)
    assert calendar.working_between(before, before + 48 * HOUR) == instant(closes) - instant(opens)


def test_window_inside_the_skipped_hour_does_not_exist() -> None:
    calendar = WorkCalendar("Europe/Berlin", every_day("02:10-02:50"))
    assert calendar.opening_at_or_after(instant("2026-03-28T12:00")) == instant("2026-03-30T00:10")


def test_day_that_the_date_line_skipped_has_no_working_time() -> None:
    calendar = WorkCalendar("Pacific/Apia", every_day("10:00-18:00"))
    start = instant("2011-12-29T20:00")
    assert calendar.opening_at_or_after(start) == start
    assert calendar.closing_after(start) == instant("2011-12-30T04:00")
    assert calendar.opening_at_or_after(instant("2011-12-30T04:00")) == instant("2011-12-30T20:00")
    assert calendar.next_day(start) == instant("2011-12-30T10:00")


def test_absence_takes_its_working_hours_away() -> None:
    away = Absence(moscow("2026-07-03T12:00"), moscow("2026-07-06T11:00"))
    calendar = COMPANY.with_absence([away])
    assert calendar.add_working(moscow("2026-07-03T11:00"), 2 * HOUR) == moscow("2026-07-06T12:00")
    assert not calendar.is_open(moscow("2026-07-04T12:00"))
    assert COMPANY.is_open(moscow("2026-07-04T12:00"))


def test_absence_until_further_notice_leaves_no_opening() -> None:
    calendar = COMPANY.with_absence([Absence(moscow("2026-07-03T12:00"))])
    assert calendar.first_opening(moscow("2026-07-03T11:00")) == moscow("2026-07-03T11:00")
    assert calendar.first_opening(moscow("2026-07-03T12:00")) is None
    assert calendar.closing_after(moscow("2026-07-03T11:00")) == moscow("2026-07-03T12:00")


def test_overlapping_absences_become_one() -> None:
    first = Absence(moscow("2026-07-03T12:00"), moscow("2026-07-05T12:00"))
    second = Absence(moscow("2026-07-04T12:00"), moscow("2026-07-06T12:00"))
    assert COMPANY.with_absence([second]).with_absence([first]).away == (Absence(first.start, second.end),)
    assert COMPANY.with_absence([first, Absence(second.start)]).away == (Absence(first.start),)


def test_calendar_that_stays_shut_for_370_days_is_an_input_error() -> None:
    start = instant("2026-07-03T00:00")
    shut = WorkCalendar("UTC", {})
    late = WorkCalendar("UTC", {}, {(start + HORIZON).date(): windows("00:00-01:00")})
    assert late.opening_at_or_after(start) == start + HORIZON
    assert late.first_opening(start - MINUTE) is None
    for calendar, span in ((shut, HOUR), (late, 2 * HOUR)):
        with pytest.raises(InvalidInputError, match="370 days"):
            calendar.add_working(start, span)
    with pytest.raises(InvalidInputError, match="370 days"):
        shut.opening_at_or_after(start)
    with pytest.raises(InvalidInputError, match="370 days"):
        shut.closing_after(start)


@pytest.mark.parametrize("span", [-MINUTE, LONGEST_SPAN + MINUTE])
def test_negative_and_endless_spans_are_refused(span: timedelta) -> None:
    with pytest.raises(InvalidInputError, match="field=span"):
        COMPANY.add_working(moscow("2026-07-03T12:00"), span)


@pytest.mark.parametrize("at", [datetime(2026, 7, 3, 12), datetime(9999, 1, 1, tzinfo=UTC)])  # noqa: DTZ001 - the naive one is the case
def test_instants_without_zone_or_out_of_the_world_are_refused(at: datetime) -> None:
    with pytest.raises(InvalidInputError, match="field=at"):
        COMPANY.is_open(at)


def test_equal_calendars_are_one_key() -> None:
    again = WorkCalendar.from_json(COMPANY.to_json())
    assert again == COMPANY
    assert hash(again) == hash(COMPANY)
    assert again != COMPANY.with_absence([Absence(moscow("2026-07-03T12:00"))])


def test_calendar_is_written_in_words_that_a_person_can_edit() -> None:
    assert WorkCalendar("UTC", {5: windows("20:00-24:00")}, {date(2026, 1, 1): ()}).to_json() == {
        "tz": "UTC",
        "week": {"mon": [], "tue": [], "wed": [], "thu": [], "fri": [], "sat": ["20:00-24:00"], "sun": []},
        "exceptions": {"2026-01-01": []},
    }


def test_calendar_reads_the_dates_that_yaml_has_parsed_already() -> None:
    calendar = WorkCalendar.from_json({"tz": "UTC", "week": {}, "exceptions": {date(2026, 1, 2): ["10:00-11:00"]}})
    assert calendar.exceptions == {date(2026, 1, 2): windows("10:00-11:00")}


@pytest.mark.parametrize(
    ("document", "field", "allowed"),
    [
        ([], "calendar", "week"),
        ({"week": {}}, "calendar.tz", "tz"),
        ({"tz": "UTC"}, "calendar.week", "week"),
        ({"tz": "Europe/Moskow", "week": {}}, "calendar.tz", "Europe/Moscow"),
        ({"tz": "Europe", "week": {}}, "calendar.tz", "IANA"),
        ({"tz": "UTC", "week": {}, "holidays": []}, "calendar.holidays", "exceptions"),
        ({"tz": "UTC", "week": {"monday": []}}, "calendar.week.monday", "mon"),
        ({"tz": "UTC", "week": {"mon": "10:00-19:00"}}, "calendar.week.mon", "a list"),
        ({"tz": "UTC", "week": {"mon": ["10:00-19:00", "22:00-06:00"]}}, "calendar.week.mon[1]", "24:00"),
        ({"tz": "UTC", "week": {"mon": ["10:00-24:30"]}}, "calendar.week.mon[0]", "24:00"),
        ({"tz": "UTC", "week": {"mon": [600]}}, "calendar.week.mon[0]", "HH:MM"),
        ({"tz": "UTC", "week": {}, "exceptions": {"1 May": []}}, "calendar.exceptions", "YYYY-MM-DD"),
        ({"tz": "UTC", "week": {}, "exceptions": {"20260501": []}}, "calendar.exceptions", "YYYY-MM-DD"),
        ({"tz": "UTC", "week": {}, "exceptions": {"2026-05-01": ["x"]}}, "calendar.exceptions.2026-05-01[0]", "HH:MM"),
        ({"tz": "UTC", "week": {}, "away": [{"start": "soon"}]}, "calendar.away[0].start", "ISO"),
        ({"tz": "UTC", "week": {}, "away": [{"start": "2026-05-01T10:00"}]}, "calendar.away[0].start", "zone"),
    ],
)
def test_unreadable_calendar_names_the_place_and_what_is_allowed(document: object, field: str, allowed: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        WorkCalendar.from_json(document)
    assert caught.value.params["field"] == field
    assert allowed in " ".join(caught.value.allowed)


@pytest.mark.parametrize(
    ("start", "end"),
    [(time(10), time(10)), (time(10), time(9)), (time(10, 0, 1), time(11)), (time(10, tzinfo=UTC), time(11))],
)
def test_impossible_windows_are_refused(start: time, end: time) -> None:
    with pytest.raises(InvalidInputError, match="field=window"):
        Window(start, end)


def test_absence_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"field=absence\.end"):
        Absence(instant("2026-07-03T12:00"), instant("2026-07-03T12:00"))
